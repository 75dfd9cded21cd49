"""Cantonese put into plain Mandarin for whatever reads by Mandarin cues, with the way back to the words as written.

Only the facts are read so: the question model has learnt from Cantonese and sees the message as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from koujing.text.rewritten import Rewritten, rewrite

__all__ = ["Cantonese", "CantoneseError"]

# While a message is read, it and its parts come by again and again.
_RECENT = 32


class CantoneseError(ValueError):
    """An expression that cannot be used; `pattern` is the expression."""

    def __init__(self, pattern: str, message: str) -> None:
        self.pattern = pattern
        super().__init__(message)


class Cantonese:
    """Replaces Cantonese words by those of `policies/cantonese.yml`, in texts that show themselves Cantonese.

    A text does so by holding one of `markers`. `words` are literal, the longest first; those of `kept` stay as they
    are (关系); `patterns` are expressions for what neither decides, in the order given. All look at the text as
    written, never at what was put in.

    Raises:
        CantoneseError: a pattern is no expression, holds a group that captures, or can match nothing at all.
    """

    def __init__(
        self,
        markers: Sequence[str] = (),
        kept: Sequence[str] = (),
        words: Mapping[str, str] | None = None,
        patterns: Mapping[str, str] | None = None,
    ) -> None:
        self._words = {**dict.fromkeys(kept), **(words or {})}
        self._marker = re.compile("|".join(map(re.escape, markers)) or r"(?!)")
        self._plain = list((patterns or {}).values())
        literal = "|".join(map(re.escape, sorted(self._words, key=lambda word: (-len(word), word)))) or r"(?!)"
        self._found = re.compile("|".join([f"({literal})", *(f"({_checked(each)})" for each in patterns or {})]))
        self._recent = lru_cache(_RECENT)(self._rewritten)

    def mandarin(self, text: str) -> Rewritten:
        """A normalised text with its Cantonese words in Mandarin; one without a marker stays as it is."""
        return self._recent(text)

    def _rewritten(self, text: str) -> Rewritten:
        if not self._marker.search(text):
            return rewrite(text, ())
        said = ((match.span(), self._said(match)) for match in self._found.finditer(text))
        return rewrite(text, ((*span, plain) for span, plain in said if plain is not None))

    def _said(self, match: re.Match[str]) -> str | None:
        which = match.lastindex or 1
        return self._words[match[0]] if which == 1 else self._plain[which - 2]


def _checked(pattern: str) -> str:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise CantoneseError(pattern, f"正则表达式写错了：{error}") from error
    if compiled.groups:
        raise CantoneseError(pattern, "括号写成 (?:…)，不要写成 (…)")
    if compiled.match(""):
        raise CantoneseError(pattern, "这条正则表达式什么都不用就能匹配")
    return pattern
