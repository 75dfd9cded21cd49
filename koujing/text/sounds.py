"""Terms written with wrong characters that sound the same are restored: 失业不助金 → 失业补助金.

A run of characters is taken for a term when every character can be read as the term's, without tones, at least half
of them are the term's own, and the term makes the words around clearly likelier. What may have been meant as it stands
stays: a longer term is not made of a shorter one (失业保险仅 … is not 失业保险金), a character that belongs to a word
reaching beyond the run (失业补助|今年) is none of the term's, and nothing inside a term or a place is ever changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pypinyin import Style, lazy_pinyin, pinyin

__all__ = ["SoundTable", "TermRestorer"]

_HAN = re.compile(r"[一-龥]+")
_SHORTEST = 2
# How far around a run its words are weighed.
_AROUND = 4
# By how much (natural logarithm) the term must make the words likelier. Wrong restorings reach 4.4 (专长招聘, 从专账出),
# right ones among the training questions begin at 4.5 (事业保险金, 材员).
_LIKELIER = 4.45

Weigh = Callable[[str], tuple[float, list[str]]]
Spans = Iterable[tuple[int, int]]


class SoundTable:
    """The toneless readings of characters, with sounds that people confuse made one.

    `confused` holds under `initials` and `finals` pairs such as `[zh, z]`: the first is taken for the second.
    """

    def __init__(self, confused: Mapping[str, Iterable[Sequence[str]]]) -> None:
        self._initials = tuple((said, taken) for said, taken in confused["initials"])
        self._finals = tuple((said, taken) for said, taken in confused["finals"])
        self._known: dict[str, frozenset[str]] = {}

    def of(self, character: str) -> frozenset[str]:
        """Every reading of a character (还: hai, huan …); of what is no Chinese character, none."""
        if not _HAN.match(character):
            return frozenset()
        known = self._known.get(character)
        if known is None:
            readings = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
            known = self._known[character] = frozenset(map(self.fold, readings))
        return known

    def of_term(self, term: str) -> tuple[str, ...]:
        """The reading of each character of a term, told from its neighbours (返还: fan huan)."""
        return tuple(map(self.fold, lazy_pinyin(term)))

    def fold(self, reading: str) -> str:
        """A reading with confused sounds made one: zhang → zan."""
        for said, taken in self._initials:
            if reading.startswith(said):
                reading = taken + reading[len(said) :]
                break
        for said, taken in self._finals:
            if reading.endswith(said):
                return reading[: -len(said)] + taken
        return reading


@dataclass(frozen=True)
class _Fix:
    """A term to put at a place; the better ones sort first."""

    length: int
    gain: float
    start: int
    term: str

    @property
    def order(self) -> tuple[int, float, int, str]:
        return (-self.length, -self.gain, self.start, self.term)


class TermRestorer:
    """Restores terms. `weigh` gives the likeliest words of a text and their log-probability (`Cutter.weigh`).

    Terms of one character, or with other than Chinese ones, are not restored but still never changed. The characters of
    `meant` are never wrong ones (啲 and 喺 of Cantonese, which no word list knows).
    """

    def __init__(self, terms: Iterable[str], weigh: Weigh, sounds: SoundTable, meant: str = "") -> None:
        self._terms, self._meant = frozenset(terms), frozenset(meant)
        self._weigh, self._sounds = weigh, sounds
        self._longest = max(map(len, self._terms), default=0)
        self._firsts = frozenset(term[0] for term in self._terms)
        self._by_start: dict[tuple[str, str], list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        for term in sorted(self._terms):
            if len(term) >= _SHORTEST and _HAN.fullmatch(term):
                read = sounds.of_term(term)
                self._by_start[read[0], read[1]].append((term, read))

    def restore(self, text: str, keep: Spans = ()) -> str:
        """The text with its terms restored, of the same length; the spans of `keep` are not changed.

        Idempotent for equal `keep`: what is restored is a term, and terms are never changed.
        """
        kept = {at for start, end in keep for at in range(start, end)}
        kept |= {at for at, character in enumerate(text) if character in self._meant}
        weigh = cache(self._weigh)  # a long message says the same more than once
        while fixes := self._fixes(text, kept | self._inside_terms(text), weigh):
            taken: set[int] = set()
            for fix in sorted(fixes, key=lambda fix: fix.order):
                span = range(fix.start, fix.start + fix.length)
                if taken.isdisjoint(span):
                    text = text[: fix.start] + fix.term + text[fix.start + fix.length :]
                    taken.update(span)
        return text

    def _inside_terms(self, text: str) -> set[int]:
        """The positions of all terms that stand in a text, overlapping ones too."""
        inside: set[int] = set()
        for start, character in enumerate(text):
            if character in self._firsts:
                for end in range(min(len(text), start + self._longest), start + 1, -1):
                    if text[start:end] in self._terms:
                        inside.update(range(start, end))
                        break
        return inside

    def _fixes(self, text: str, kept: set[int], weigh: Weigh) -> list[_Fix]:
        sounds = [self._sounds.of(character) for character in text]
        fixes = []
        for start in range(len(text) - _SHORTEST + 1):
            for first in sounds[start]:
                for second in sounds[start + 1]:
                    for term, read in self._by_start.get((first, second), ()):
                        wrong = _wrong(text, start, term, read, sounds)
                        if not wrong or wrong & kept or self._is_longer_term(term, start, wrong):
                            continue
                        gain = _gain(weigh, text, start, term, wrong)
                        if gain >= _LIKELIER:
                            fixes.append(_Fix(len(term), gain, start, term))
        return fixes

    def _is_longer_term(self, term: str, start: int, wrong: set[int]) -> bool:
        """Whether leaving out the first or the last character, written wrong, leaves a term that may have been meant."""
        first, last = start in wrong, start + len(term) - 1 in wrong
        return (last and term[:-1] in self._terms) or (first and term[1:] in self._terms)


def _wrong(text: str, start: int, term: str, read: Sequence[str], sounds: Sequence[frozenset[str]]) -> set[int]:
    """Where the run that begins at `start` differs from a term; nothing where it sounds unlike it, or differs too much."""
    if start + len(term) > len(text) or not all(sound in sounds[start + i] for i, sound in enumerate(read)):
        return set()
    wrong = {start + i for i, character in enumerate(term) if text[start + i] != character}
    return wrong if 2 * len(wrong) <= len(term) else set()


def _gain(weigh: Weigh, text: str, start: int, term: str, wrong: set[int]) -> float:
    """By how much a term makes the words likelier; nothing where a wrong character is part of a word beyond the run."""
    end = start + len(term)
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    said, words = weigh(before + text[start:end] + after)
    at = start - len(before)
    for word in words:
        until = at + len(word)
        if (at < start or until > end) and not wrong.isdisjoint(range(at, until)):
            return 0.0
        at = until
    meant, _ = weigh(before + term + after)
    return meant - said
