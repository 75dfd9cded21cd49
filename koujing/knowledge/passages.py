"""The sentence of a notice that a text repeats word for word, as when somebody copies it and asks what it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from koujing.knowledge.notices import Clause
from koujing.text.normalise import normalise

__all__ = ["Passage", "Passages"]

# So many characters in a row, punctuation left out, and such a share of all that is said: less may be a matter's name.
_LEAST, _SHARE = 14, 0.6


@dataclass(frozen=True)
class Passage:
    """A sentence with its clause and its notice."""

    notice: str
    clause: str
    text: str


class Passages:
    """Found by their words alone; only read, so threads may share it."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self._sentences = [
            (Passage(clause.notice, clause.id, sentence.text), _letters(sentence.text))
            for clause in clauses
            for sentence in clause.sentences
        ]
        self._holding: dict[str, list[int]] = defaultdict(list)
        for index, (_, letters) in enumerate(self._sentences):
            for run in dict.fromkeys(_runs(letters)):
                self._holding[run].append(index)

    def find(self, text: str, notices: Collection[str]) -> Passage | None:
        """The sentence of these notices of which a normalised text repeats most, where that is most of the text."""
        letters = _letters(text)
        best, longest = None, (0, 0)
        for start, run in enumerate(_runs(letters)):
            for index in self._holding.get(run, ()):
                passage, whole = self._sentences[index]
                # Of two that hold as much of it the shorter one is meant.
                held = _shared(letters, start, whole, whole.index(run)), -len(whole)
                if held > longest and passage.notice in notices:
                    best, longest = passage, held
        return best if longest[0] >= _SHARE * len(letters) else None


def _letters(text: str) -> str:
    """Only what is read aloud."""
    return "".join(filter(str.isalnum, normalise(text)))


def _runs(letters: str) -> Iterator[str]:
    return (letters[at : at + _LEAST] for at in range(len(letters) - _LEAST + 1))


def _shared(one: str, at: int, other: str, there: int) -> int:
    """How many characters are the same from two places on."""
    length = 0
    for mine, theirs in zip(one[at:], other[there:], strict=False):
        if mine != theirs:
            break
        length += 1
    return length
