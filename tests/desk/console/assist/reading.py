"""Reads the pieces of a call's page."""

from __future__ import annotations

from typing import Any

from tests.desk.web.html import Element, parse

__all__ = ["part"]


def part(state: dict[str, Any], name: str) -> Element:
    """One piece of what a request answered, as a tree."""
    return parse(f"<div>{state['parts'][name]}</div>")
