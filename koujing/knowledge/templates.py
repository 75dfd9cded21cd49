"""Templates of wordings: `{parameter}` and `{fact:id}` are the only placeholders."""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["filled", "placeholders"]

_PLACEHOLDER = re.compile(r"\{(fact:)?([a-z][a-z0-9_]*)\}")


def placeholders(template: str) -> list[tuple[str, str]]:
    """The placeholders of a template as `("parameter" | "fact", name)`."""
    return [("fact" if match[1] else "parameter", match[2]) for match in _PLACEHOLDER.finditer(template)]


def bare(template: str) -> str:
    """The template without its placeholders: what was typed by hand."""
    return _PLACEHOLDER.sub("", template)


def filled(template: str, parameter: Callable[[str], str], fact: Callable[[str], str]) -> str:
    """The template with every placeholder replaced by the words the two callables give."""
    return _PLACEHOLDER.sub(lambda match: fact(match[2]) if match[1] else parameter(match[2]), template)
