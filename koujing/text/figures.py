"""All figures of a text at once, and the text with each figure folded into one character.

Cues are written over the folded text, so `裁了<number>个` meets 裁了3个 and 裁了二十八个 alike.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from koujing.text.amounts import find_money, find_percents
from koujing.text.dates import find_dates
from koujing.text.durations import find_durations
from koujing.text.numerals import find_numbers
from koujing.text.spans import Kind, Span, longest

__all__ = ["SLOTS", "Folded", "find_figures", "fold"]

SLOTS: dict[Kind, str] = {
    "number": "\ue000",
    "percent": "\ue001",
    "money": "\ue002",
    "date": "\ue003",
    "duration": "\ue004",
}
"""The private-use character that stands for a figure of each kind in a folded text."""

_ANY_FIGURE = re.compile(
    r"[\d零〇一二三四五六七八九十百千万两俩仨廿卅半今去前明昨上下本这当旧元国后大头早琴寻噚月年周星礼春过端中双清圣除劳]"
)


@dataclass(frozen=True)
class Folded:
    """A text with its figures folded; `origin[i]` is where folded character i begins in the original."""

    text: str
    original: str
    figures: dict[int, Span]
    origin: tuple[int, ...]

    def said(self, start: int, end: int) -> str:
        """The original words of a stretch of the folded text."""
        return self.original[self.origin[start] : self.origin[end]]


def find_figures(text: str, on: dt.date) -> list[Span]:
    """Dates, percents, money, durations and numbers of a text, none overlapping another; the longest reading wins."""
    if not _ANY_FIGURE.search(text):
        return []
    return longest(
        [*find_percents(text), *find_money(text), *find_dates(text, on), *find_durations(text), *find_numbers(text)]
    )


@lru_cache(8)
def fold(text: str, on: dt.date) -> Folded:
    """Fold the figures of a normalised text; what comes back is shared and never to be changed."""
    pieces: list[str] = []
    figures: dict[int, Span] = {}
    origin: list[int] = []
    at = 0
    for span in find_figures(text, on):
        pieces.append(text[at : span.start])
        origin.extend(range(at, span.start))
        figures[len(origin)] = span
        pieces.append(SLOTS[span.kind])
        origin.append(span.start)
        at = span.end
    pieces.append(text[at:])
    origin.extend(range(at, len(text) + 1))
    return Folded("".join(pieces), text, figures, tuple(origin))
