"""Text made uniform before anything reads it: half width, simplified script (繁→简), no control characters, no emoji.

Numerals stay as they are said (三支一扶, 两后生 are names) and so do Cantonese words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import opencc

from koujing.text.faces import without_faces

__all__ = ["normalise"]

_SPACES = re.compile(r"\s+")
# While a message is read, it and its parts come by again and again.
_RECENT = 64
_KEPT_CONTROLS = frozenset("\t\n\r\v\f")


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("hk2s")  # t2s, and the characters that Hong Kong writes (衞)


@lru_cache(_RECENT)
def normalise(text: str) -> str:
    """The same words in half width and simplified script, with white space collapsed to single blanks.

    Emoji and kaomoji are white space too. Idempotent: `normalise(normalise(t)) == normalise(t)`.
    """
    seen = _pass(text)
    while (again := _pass(seen)) != seen:
        seen = again
    return seen


def _pass(text: str) -> str:
    folded = unicodedata.normalize("NFKC", without_faces(text))
    visible = "".join(c for c in folded if c in _KEPT_CONTROLS or not _invisible(c))
    return _SPACES.sub(" ", _simplifier().convert(visible)).strip()


@lru_cache(8192)
def _invisible(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn") or "\ufe00" <= character <= "\ufe0f"
