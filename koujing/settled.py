"""Spares the garbage collector what a program loaded at its start.

Beside TensorFlow and the policies there are hundreds of thousands of objects that stay for good. Each full collection looks at
all of them, while nobody is answered.
"""

from __future__ import annotations

import gc

__all__ = ["settle"]


def settle() -> None:
    """To be called once everything is loaded: what is there now is never looked at again. Only memory in circles counts."""
    gc.collect()
    gc.freeze()
