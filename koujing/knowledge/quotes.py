"""Finding an exact quote in a clause, tolerant of white space, character width and 繁简 only."""

from __future__ import annotations

import unicodedata
from functools import cache

from opencc import OpenCC

__all__ = ["contains_quote", "folded"]


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


@cache
def folded(text: str) -> str:
    """The text as compared: NFKC (full and half width made one), simplified, without white space."""
    narrow = unicodedata.normalize("NFKC", text)
    return "".join(str(_to_simplified().convert(narrow)).split())


def contains_quote(clause_text: str, quote: str) -> bool:
    """Whether the quote stands in the clause up to white space, width and script; an empty quote never does."""
    wanted = folded(quote)
    return bool(wanted) and wanted in folded(clause_text)
