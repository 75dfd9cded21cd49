"""Practice (练习): rounds of questions, what was chosen, and how people do by matter."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.serial import one_at_a_time
from koujing.store.tables import receipts
from koujing.store.tables_figures import turns
from koujing.store.tables_practice import practice_questions, practice_rounds
from koujing.store.tables_staff import staff

__all__ = ["Past", "Practice", "Question", "Round", "Standing"]

_LISTED = 20


@dataclass(frozen=True)
class Past:
    """A question that somebody asked, masked, and the caliber by which it was answered; `region` may be unknown."""

    receipt: str
    text: str
    region: str | None
    matter: str
    caliber: str


@dataclass(frozen=True)
class Question:
    """A question of a round. `answer` and `chosen` count the options from 0."""

    text: str
    region: str
    matter: str
    aspect: str
    options: Sequence[Mapping[str, str]]
    answer: int
    proof: Mapping[str, Any]
    receipt: str | None = None
    position: int = 0
    chosen: int | None = None
    correct: bool | None = None


@dataclass(frozen=True)
class Round:
    """A round with its questions, in order; `questions` is empty in lists. `right` of `asked` were answered well."""

    id: int
    staff_id: int
    region: str | None
    matter: str | None
    at: dt.datetime
    ended_at: dt.datetime | None
    questions: Sequence[Question] = ()
    right: int = 0
    asked: int = 0

    @property
    def next(self) -> Question | None:
        """The first question without an answer."""
        return next((each for each in self.questions if each.chosen is None), None)


@dataclass(frozen=True)
class Standing:
    """How many were answered, and how many of them well."""

    asked: int
    right: int
    last: dt.datetime | None = None
    rounds: int = 0

    @property
    def rate(self) -> float | None:
        """The share of right ones, 0 to 1; null where nothing was answered."""
        return self.right / self.asked if self.asked else None


class Practice:
    """Blocking, as the store is. Each method is one transaction."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def past(self, regions: frozenset[str] | None, matter: str | None, most: int) -> list[Past]:
        """The newest questions that one caliber answered, whose conversations are still kept."""
        kept = turns.join(receipts, receipts.c.code == turns.c.receipt)
        query = select(turns.c.receipt, turns.c.region, turns.c.matter, receipts.c.reply, receipts.c.private)
        query = query.select_from(kept).where(turns.c.status == "answered", turns.c.matter.isnot(None))
        query = query if matter is None else query.where(turns.c.matter == matter)
        query = query if regions is None else query.where(turns.c.region.in_(sorted(regions)))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(turns.c.id.desc()).limit(most)).all()
        found = []
        for row in rows:
            text, calibers = json.loads(row.private)["question"], json.loads(row.reply)["calibers"]
            if text and len(calibers) == 1:
                found.append(Past(row.receipt, text, row.region, row.matter, calibers[0]["id"]))
        return found

    def begin(self, staff_id: int, region: str | None, matter: str | None, questions: Sequence[Question]) -> int:
        """Keep a new round; its id."""
        row = {"staff_id": staff_id, "region": region, "matter": matter, "at": self._clock.now()}
        with self._engine.begin() as connection:
            id = int(connection.execute(insert(practice_rounds).values(row)).inserted_primary_key[0])
            connection.execute(insert(practice_questions), [_row(id, n, q) for n, q in enumerate(questions, 1)])
        return id

    def round(self, id: int, staff_id: int) -> Round | None:
        """A round of somebody's own; a past question in its words, or as the sample where it was cleared."""
        mine = select(practice_rounds).filter_by(id=id, staff_id=staff_id)
        joined = practice_questions.outerjoin(receipts, receipts.c.code == practice_questions.c.receipt)
        asked = select(practice_questions, receipts.c.private).select_from(joined)
        asked = asked.where(practice_questions.c.round_id == id).order_by(practice_questions.c.position)
        with self._engine.connect() as connection:
            found = connection.execute(mine).first()
            if found is None:
                return None
            questions = [_question(row) for row in connection.execute(asked)]
        right = sum(bool(each.correct) for each in questions)
        done = sum(each.chosen is not None for each in questions)
        return replace(_round(found), questions=questions, right=right, asked=done)

    def answer(self, id: int, staff_id: int, position: int, chosen: int) -> bool:
        """Keep what was chosen, once; the last one ends the round. False where there is no such open question."""
        mine = {"round_id": id, "position": position}
        now = self._clock.now()
        with self._engine.begin() as connection:
            one_at_a_time(connection, f"practice {id}")
            own = select(practice_rounds.c.id).filter_by(id=id, staff_id=staff_id)
            options = select(practice_questions.c.options).filter_by(**mine)
            kept = connection.execute(options).scalar()
            if connection.execute(own).first() is None or kept is None or not 0 <= chosen < len(json.loads(kept)):
                return False
            free = update(practice_questions).filter_by(**mine).where(practice_questions.c.chosen.is_(None))
            right = practice_questions.c.answer == chosen
            if not connection.execute(free.values(chosen=chosen, correct=right, at=now)).rowcount:
                return False
            left = select(func.count()).select_from(practice_questions).filter_by(round_id=id)
            if not connection.execute(left.where(practice_questions.c.chosen.is_(None))).scalar_one():
                connection.execute(update(practice_rounds).filter_by(id=id).values(ended_at=now))
        return True

    def rounds(self, staff_id: int) -> list[Round]:
        """Somebody's latest rounds, without their questions."""
        joined = practice_rounds.join(practice_questions, practice_questions.c.round_id == practice_rounds.c.id)
        query = select(practice_rounds, *_COUNTS).select_from(joined).where(practice_rounds.c.staff_id == staff_id)
        query = query.group_by(practice_rounds.c.id).order_by(practice_rounds.c.id.desc()).limit(_LISTED)
        with self._engine.connect() as connection:
            return [
                replace(_round(row), right=int(row.right), asked=int(row.asked)) for row in connection.execute(query)
            ]

    def by_matter(self, staff_id: int | None = None) -> dict[str, Standing]:
        """How somebody does, or everybody, in each matter that was asked."""
        joined = practice_questions.join(practice_rounds, practice_rounds.c.id == practice_questions.c.round_id)
        query = select(practice_questions.c.matter, *_COUNTS).select_from(joined)
        query = query if staff_id is None else query.where(practice_rounds.c.staff_id == staff_id)
        answered = query.where(practice_questions.c.chosen.isnot(None)).group_by(practice_questions.c.matter)
        with self._engine.connect() as connection:
            return {row.matter: Standing(int(row.asked), int(row.right)) for row in connection.execute(answered)}

    def by_person(self) -> list[tuple[int, str, Standing, dict[str, Standing]]]:
        """Everybody who practised: id, name, all in all, and by matter; who did so last first."""
        joined = practice_questions.join(practice_rounds, practice_rounds.c.id == practice_questions.c.round_id)
        joined = joined.outerjoin(staff, staff.c.id == practice_rounds.c.staff_id)
        query = select(
            practice_rounds.c.staff_id, staff.c.display, practice_questions.c.matter, *_COUNTS,
            func.max(practice_questions.c.at).label("last"),
        ).select_from(joined).where(practice_questions.c.chosen.isnot(None))  # fmt: skip
        ended = select(practice_rounds.c.staff_id, func.count()).where(practice_rounds.c.ended_at.isnot(None))
        with self._engine.connect() as connection:
            rounds = {row[0]: row[1] for row in connection.execute(ended.group_by(practice_rounds.c.staff_id))}
            rows = connection.execute(
                query.group_by(practice_rounds.c.staff_id, staff.c.display, practice_questions.c.matter)
            ).all()
        people: dict[int, tuple[str, dict[str, Standing]]] = {}
        for row in rows:
            _, matters = people.setdefault(row.staff_id, (row.display or "", {}))
            matters[row.matter] = Standing(int(row.asked), int(row.right), row.last)
        found = [(id, name, _total(own, rounds.get(id, 0)), own) for id, (name, own) in people.items()]
        return sorted(found, key=lambda each: each[2].last.timestamp() if each[2].last else 0, reverse=True)


_COUNTS = (
    func.count(practice_questions.c.chosen).label("asked"),
    func.coalesce(func.sum(case((practice_questions.c.correct, 1), else_=0)), 0).label("right"),
)


def _total(by_matter: Mapping[str, Standing], rounds: int) -> Standing:
    own = by_matter.values()
    last = max((each.last for each in own if each.last), default=None)
    return Standing(sum(each.asked for each in own), sum(each.right for each in own), last, rounds)


def _row(round_id: int, position: int, question: Question) -> dict[str, Any]:
    return {
        "round_id": round_id, "position": position, "receipt": question.receipt, "text": question.text,
        "region": question.region, "matter": question.matter, "aspect": question.aspect,
        "options": _dump(question.options), "answer": question.answer, "proof": _dump(question.proof),
    }  # fmt: skip


def _question(row: Any) -> Question:
    text = json.loads(row.private)["question"] if row.private else row.text
    return Question(
        text, row.region, row.matter, row.aspect, json.loads(row.options), row.answer, json.loads(row.proof),
        row.receipt, row.position, row.chosen, row.correct,
    )  # fmt: skip


def _round(row: Any) -> Round:
    return Round(row.id, row.staff_id, row.region, row.matter, row.at, row.ended_at)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
