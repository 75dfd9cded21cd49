"""A turn on its page: the sentences around it, the reply with its proof, and what is known beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.desk.console.assist.cards import Card, card
from koujing.desk.console.assist.codes import DEVIATIONS
from koujing.desk.console.reviews.words import ReviewWords
from koujing.desk.web.shown import View
from koujing.knowledge.base import Knowledge
from koujing.labels import STATUS
from koujing.store.review_evidence import Evidence, evidence_of
from koujing.store.reviews import Turn
from koujing.store.talk_lists import Item, Talks

__all__ = ["Line", "Names", "ShownTurn", "TurnShows"]

_BEFORE, _AFTER = 6, 8


@dataclass(frozen=True)
class Line:
    """One line of the conversation: `who` is citizen, bot, operator or note; `this` is the turn itself."""

    who: str
    text: str
    at: dt.datetime
    by: str | None = None
    this: bool = False


@dataclass(frozen=True)
class ShownTurn:
    """A turn with all that its page shows."""

    turn: Turn
    lines: Sequence[Line]
    card: Card | None
    reply: Mapping[str, Any]
    facts: Sequence[tuple[str, str, str | None]]
    topics: Sequence[tuple[str, int]]
    opinion: str | None
    otherwise: str | None


class Names:
    """Names, for people, of what a turn or a point is about."""

    def __init__(self, knowledge: Knowledge, words: ReviewWords) -> None:
        self._knowledge, self.words = knowledge, words

    def matter(self, id: str | None) -> str:
        """A matter, or a kind of what is outside."""
        if id is None:
            return ""
        known = self._knowledge.matters.get(id)
        kind = self._knowledge.refusals["kinds"].get(id)
        return known.name if known else f"范围外：{kind['label']}" if kind else id

    def aspect(self, id: str | None) -> str:
        """An aspect."""
        if id is None:
            return ""
        frame = self._knowledge.wordings["aspects"].get(id)
        return str(frame["name"]) if frame else id

    def region(self, id: str | None) -> str:
        """A region."""
        return "" if id is None else self._knowledge.regions.name(id) if self._knowledge.regions.get(id) else id

    def channel(self, channel: str) -> str:
        """Where it was asked."""
        return self.words.channels.get(channel.partition(":")[0], channel)

    def status(self, status: str) -> str:
        """What kind of reply it was."""
        return STATUS.get(status, status)


class TurnShows:
    """Holds no conversation. Blocking."""

    def __init__(self, engine: Engine, clock: Clock, knowledge: Knowledge, view: View, names: Names) -> None:
        self._engine, self._knowledge, self._view, self._names = engine, knowledge, view, names
        self._talks = Talks(engine, clock)

    def shown(self, turn: Turn) -> ShownTurn:
        """All of it.

        Raises:
            ReviewGoneError: the conversation was cleared.
        """
        evidence = evidence_of(self._engine, turn)
        reply = evidence.reply
        return ShownTurn(
            turn=turn,
            lines=_around(_with_this(_of_call(turn, evidence) if turn.call_id else self._of_talk(turn), turn, reply)),
            card=self._card(reply),
            reply=reply,
            facts=[self._fact(id, fact) for id, fact in reply["facts"].items()],
            topics=[(self._names.matter(name), round(100 * share)) for name, share in evidence.topics],
            opinion=self._opinion(evidence),
            otherwise=_otherwise(evidence),
        )

    def _card(self, reply: dict[str, Any]) -> Card | None:
        try:
            return card(reply, self._knowledge, self._view)
        except Exception:
            # A reply of an earlier edition may name what is no longer there; its words are shown all the same.
            return None

    def _fact(self, id: str, fact: Mapping[str, Any]) -> tuple[str, str, str | None]:
        known = self._knowledge.facts.get(id)
        label = fact.get("label") or (known.label if known else id)
        return str(label), str(fact.get("words") or fact.get("value")), fact.get("said")

    def _opinion(self, evidence: Evidence) -> str | None:
        if evidence.opinion is None:
            return None
        reason, note = evidence.opinion
        return (
            "：".join(part for part in (self._names.words.feedback.get(reason or "", ""), note) if part) or "没有写原因"
        )

    def _of_talk(self, turn: Turn) -> list[Line]:
        talk = self._talks.get(turn.session_id)
        items = self._talks.transcript(talk) if talk else []
        return [line for item in items if (line := _line(item, turn)) is not None]


def _line(item: Item, turn: Turn) -> Line | None:
    if item.reply is not None:
        return Line("bot", item.reply["text"], item.at, this=item.reply["receipt"] == turn.receipt)
    who = {"message": "citizen", "heard": "citizen", "operator": "operator", "note": "note"}.get(item.kind)
    return Line(who, item.text, item.at, item.by) if who and item.text else None


def _of_call(turn: Turn, evidence: Evidence) -> list[Line]:
    lines: list[Line] = []
    for asked in evidence.call:
        lines.append(Line("citizen", asked.text, asked.at))
        lines += [Line("bot", each["text"], asked.at, this=each["receipt"] == turn.receipt) for each in asked.replies]
    return lines


def _with_this(lines: list[Line], turn: Turn, reply: Mapping[str, Any]) -> list[Line]:
    """The lines with the turn itself, where it is not among them: worked out anew from a call's sheet, or not shown."""
    if any(line.this for line in lines):
        return lines
    asked = [Line("citizen", turn.question, turn.at)] if turn.question and not turn.call_id else []
    return [*lines, *asked, Line("bot", reply["text"], turn.at, this=True)]


def _around(lines: Sequence[Line]) -> Sequence[Line]:
    this = next((n for n, line in enumerate(lines) if line.this), None)
    if this is None:
        return lines[-_BEFORE:]
    return lines[max(0, this - _BEFORE) : this + 1 + _AFTER]


def _otherwise(evidence: Evidence) -> str | None:
    if evidence.otherwise is None:
        return None
    worded, reason, remark = evidence.otherwise
    why = "，".join(part for part in (DEVIATIONS.get(reason or "", reason or ""), remark) if part)
    return f"{worded}（{why}）" if why else worded
