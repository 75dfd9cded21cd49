"""Makes Rasa and the action server leave pages of other origins alone: only our own programs ask them, never a browser.

Both give every answer headers for such pages, for which they look through their rules each time.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

__all__ = ["install"]


def install(module: ModuleType) -> None:
    """For the life of this process, before the app is made in `rasa.server` or `rasa_sdk.endpoint`."""
    module.configure_cors = _nothing  # type: ignore[attr-defined]


def _nothing(_app: Any, _origins: Any = None) -> None:
    """No browser asks here."""
