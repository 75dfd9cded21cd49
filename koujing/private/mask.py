"""Hides personal data before a message is passed on or kept: what it is stays to be read, 【手机号】.

Region, money, dates, years, clause and document numbers, hotlines stay: answers depend on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Protocol

from koujing.private.addresses import Addresses
from koujing.private.marks import Marks
from koujing.private.names import Names
from koujing.private.numbers import CARD, IDENTITY, Found, Numbers
from koujing.private.plain import plain
from koujing.private.words import Words, load_words
from koujing.settings import ROOT

__all__ = ["Masker", "mask", "mask_staff", "masker"]

_WORDS = ROOT / "config" / "private" / "words.yml"
# What hides one thing may bring two others together; it is over long before.
_MOST_ROUNDS = 4
# Without Chinese, an e-mail address, five digits between letters, the name of a chat or another word that tells of such things
# there is nothing to be found: most of what our logs say.
_SUSPECT = r"[^\x00-\x7f]|@|(?:\d[^A-Za-z\d]*){5}|QQ|qq|[Vv][Xx]|[Ww][Xx]|weixin"
# What staff tell citizens holds offices' telephones and addresses; these two never.
_NEVER = frozenset({IDENTITY, CARD})


class Finder(Protocol):
    """Finds one kind of it in a plain text."""

    def find(self, text: str) -> Iterator[Found]: ...


class Masker:
    """Made once from the words; any number of threads may use it."""

    def __init__(self, words: Words) -> None:
        # The order matters where two overlap: the first one names what was there.
        self._finders: tuple[Finder, ...] = (Numbers(words), Marks(words), Addresses(words), Names(words))
        told = [word for listed in vars(words).values() for word in listed if word.isascii() and word.isalpha()]
        self._suspect = re.compile("|".join([_SUSPECT, *map(re.escape, told)]))

    def __call__(self, text: str) -> str:
        """The text with personal data replaced by what it is. Done twice it is the same."""
        for _ in range(_MOST_ROUNDS):
            masked = _replaced(text, self.find(text))
            if masked == text:
                break
            text = masked
        return text

    def staff(self, text: str) -> str:
        """The same for what staff say to a citizen: only identity and card numbers go."""
        return _replaced(text, (found for found in self.find(text) if found[2] in _NEVER))

    def find(self, text: str) -> list[Found]:
        """Where personal data stands, in order and apart."""
        if not self._suspect.search(text):
            return []
        narrow = plain(text)
        ranked = [
            (begin, end, rank, what)
            for rank, finder in enumerate(self._finders)
            for begin, end, what in finder.find(narrow)
        ]
        apart: list[tuple[int, int, int, str]] = []
        for begin, end, rank, what in sorted(ranked, key=lambda found: (found[0], -found[1])):
            if apart and begin < apart[-1][1]:
                before = apart[-1]
                name = before[3] if before[2] <= rank else what
                apart[-1] = (before[0], max(before[1], end), min(before[2], rank), name)
            else:
                apart.append((begin, end, rank, what))
        return [(begin, end, what) for begin, end, _, what in apart]


@cache
def masker() -> Masker:
    """The one of this process, made when first used.

    Raises:
        PrivateWordsError: the file of the words cannot be used.
    """
    return Masker(load_words(_WORDS))


def mask(text: str) -> str:
    """The text with personal data replaced by what it is."""
    return masker()(text)


def mask_staff(text: str) -> str:
    """What staff say to a citizen, without identity and card numbers; offices' telephones and addresses stay."""
    return masker().staff(text)


def _replaced(text: str, found: Iterable[Found]) -> str:
    pieces, at = [], 0
    for begin, end, what in found:
        pieces += [text[at:begin], what]
        at = end
    return "".join([*pieces, text[at:]])
