"""A text put in other words for whatever reads it by cues, with the way back to the words as written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Rewritten", "rewrite"]


@dataclass(frozen=True)
class Rewritten:
    """A text in other words and the `original` it stands for.

    `starts[i]` is where in the original the words begin that character i is of, `ends[i]` where those end that
    character i - 1 is of; both never fall, so that a stretch always leads back to whole words.
    """

    text: str
    original: str
    starts: Sequence[int]
    ends: Sequence[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the words of a stretch of `text` stand in the original."""
        if start >= end:
            return self.ends[start], self.ends[start]
        return self.starts[start], self.ends[end]

    def then(self, further: Rewritten) -> Rewritten:
        """The same text with what was done to it afterwards (`further.original` is this `text`)."""
        if further.text == further.original:
            return self
        starts = [self.starts[at] for at in further.starts]
        ends = [self.ends[at] for at in further.ends]
        return Rewritten(further.text, self.original, starts, ends)


def rewrite(text: str, replaced: Iterable[tuple[int, int, str]]) -> Rewritten:
    """A text with stretches replaced, given as `(start, end, words)` in their order."""
    pieces: list[str] = []
    starts: list[int] = []
    ends = [0]
    at = 0
    for start, end, words in replaced:
        pieces += [text[at:start], words]
        starts += [*range(at, start), *[start] * len(words)]
        ends += [*range(at + 1, start + 1), *[end] * len(words)]
        at = end
    if not pieces:
        return Rewritten(text, text, range(len(text) + 1), range(len(text) + 1))
    pieces.append(text[at:])
    starts += range(at, len(text) + 1)
    ends += range(at + 1, len(text) + 1)
    return Rewritten("".join(pieces), text, starts, ends)
