"""What a passive reply carries: earlier answers first, as many parts as fit into one text, and what to do about the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from koujing.store.wechat_rows import Piece

__all__ = ["HARD_LIMIT", "LIMIT", "Carried", "carry", "under_question"]

# In bytes of UTF-8. The platform refuses more than the second; a lone part, which may fill the first, gets its lead line.
LIMIT, HARD_LIMIT = 1900, 2048

_LONGEST_QUESTION = 20
_CUT = "…"


@dataclass(frozen=True)
class Carried:
    """A text, the parts in it, and whether it says that an earlier reply may be lost."""

    text: str
    parts: tuple[int, ...]
    told: bool


def carry(
    pieces: Sequence[Piece], phrases: Mapping[str, str], *, unsure: bool, hold: bool, more: bool
) -> Carried | None:
    """The text of a passive reply, or None where there is nothing to say.

    Args:
        unsure: an earlier reply may be lost, which should be said.
        hold: the answer itself is still being worked on, which must be said.
        more: what does not fit is to be asked for, which must be said.
    """
    if not (pieces or unsure or hold):
        return None
    for count in range(len(pieces), 0, -1):
        for carried in _ways(pieces[:count], phrases, unsure=unsure, hold=hold, more=more and count < len(pieces)):
            if _size(carried.text) <= (LIMIT if count > 1 else HARD_LIMIT):
                return carried
    tail = [phrases["unsure"]] * unsure + [phrases["hold"]] * hold
    if tail:
        return Carried("\n\n".join(tail), (), unsure)
    # A part too long even by itself: no answer is lost for want of room.
    return Carried(pieces[0].text, (pieces[0].part,), told=False)


def under_question(text: str, question: str, earlier: str) -> str:
    """A text under a line that names the question it answers, where there is room for it."""
    asked = " ".join(question.split())
    if len(asked) > _LONGEST_QUESTION:
        asked = asked[: _LONGEST_QUESTION - 1] + _CUT
    led = f"{earlier.format(question=asked)}\n{text}" if asked else text
    return led if _size(led) <= HARD_LIMIT else text


def _ways(
    pieces: Sequence[Piece], phrases: Mapping[str, str], *, unsure: bool, hold: bool, more: bool
) -> Iterator[Carried]:
    """The text with everything, and shorter ones, which only a lone part may need."""
    last = [phrases["hold"]] * hold + [phrases["more"]] * (more and not hold)
    ids = tuple(piece.part for piece in pieces)
    full = [_shown(piece, pieces[n - 1] if n else None, phrases["earlier"]) for n, piece in enumerate(pieces)]
    if unsure:
        yield Carried("\n\n".join([*full, phrases["unsure"], *last]), ids, told=True)
    if not unsure or len(pieces) == 1:
        yield Carried("\n\n".join([*full, *last]), ids, told=False)
    if len(pieces) == 1:
        yield Carried("\n\n".join([pieces[0].text, *last]), ids, told=False)


def _shown(piece: Piece, before: Piece | None, earlier: str) -> str:
    """A part as it stands in the reply: the first of an earlier answer under its question, unless it was just asked for."""
    follows = before is not None and before.message == piece.message
    if piece.own or follows or (piece.fetched and piece.position and before is None):
        return piece.text
    return under_question(piece.text, piece.question, earlier)


def _size(text: str) -> int:
    return len(text.encode())
