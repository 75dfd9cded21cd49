"""Texts that people wrote, as cells of a table that an office opens in Excel or WPS."""

from __future__ import annotations

import re

__all__ = ["FORMULA", "harmless", "printable"]

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A sheet takes a text that begins so for a formula."""
# XML 1.0, section 2.2: one character more and no program opens the whole file.
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def harmless(text: str) -> str:
    """A text that no sheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def printable(text: str) -> str:
    """A text without what neither CSV nor XML can hold."""
    return _NO_XML.sub("", text)
