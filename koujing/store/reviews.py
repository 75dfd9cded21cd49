"""Turns to look at: the list with its filters, one of them, and what a person found.

state     | means                                          | goes on by
open      | nobody has looked at it                        | label → labelled; dismiss → dismissed
labelled  | a person said what is right or wrong           | label; a patch takes its change → patched; finish → done
patched   | a change made of it stands in a patch          | the patch is merged → done, or dropped → labelled
done      | nothing more is to be done                     | reopen → labelled
dismissed | it was none, with the reason                   | reopen → open
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.engine import Connection, Engine

from koujing.clock import Clock
from koujing.store.errors import StoreError
from koujing.store.tables_reviews import review_reasons, review_turns
from koujing.store.tables_staff import staff

__all__ = ["STATES", "Filter", "ReviewChangedError", "ReviewGoneError", "Reviews", "Turn"]

OPEN, LABELLED, PATCHED, DONE, DISMISSED = STATES = ("open", "labelled", "patched", "done", "dismissed")


class ReviewGoneError(StoreError):
    """There is no such turn, or no more: the conversation was cleared."""


class ReviewChangedError(StoreError):
    """Somebody else changed it meanwhile, or it is not in a state for this."""


@dataclass(frozen=True)
class Filter:
    """What to look for; `kind` is a reason, `channel` and `text` are parts. Moments are included."""

    kind: str | None = None
    state: str | None = None
    channel: str | None = None
    region: frozenset[str] | None = None
    matter: str | None = None
    status: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    text: str | None = None


@dataclass(frozen=True)
class Turn:
    """One turn, with the reasons why it is in the list and what was found; `by` is who changed it last."""

    id: int
    receipt: str
    session_id: str
    message_id: str
    call_id: str | None
    at: dt.datetime
    channel: str
    region: str | None
    matter: str | None
    aspect: str | None
    status: str
    question: str
    share: int | None
    state: str
    label: str | None
    right_matter: str | None
    right_aspect: str | None
    right_caliber: str | None
    note: str
    changed_at: dt.datetime | None
    revision: int
    by: str | None
    reasons: tuple[str, ...] = ()


class Reviews:
    """Blocking, as the store is. Each method is one transaction."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def find(self, wanted: Filter, *, skip: int = 0, most: int = 50) -> list[Turn]:
        """The newest that fit."""
        query = _query().where(*_conditions(wanted)).order_by(review_turns.c.at.desc(), review_turns.c.id.desc())
        with self._engine.connect() as connection:
            rows = connection.execute(query.offset(skip).limit(most)).all()
            return _with_reasons(connection, [dict(row._mapping) for row in rows])

    def count(self, wanted: Filter) -> int:
        """How many fit."""
        query = select(func.count()).select_from(review_turns).where(*_conditions(wanted))
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def states(self, wanted: Filter) -> dict[str, int]:
        """How many fit in each state, whichever state is wanted."""
        query = select(review_turns.c.state, func.count()).where(*_conditions(wanted, with_state=False))
        with self._engine.connect() as connection:
            found = {row[0]: int(row[1]) for row in connection.execute(query.group_by(review_turns.c.state))}
        return {state: found.get(state, 0) for state in STATES}

    def get(self, id: int) -> Turn:
        """One of them.

        Raises:
            ReviewGoneError: there is none.
        """
        with self._engine.connect() as connection:
            row = connection.execute(_query().where(review_turns.c.id == id)).first()
            if row is None:
                raise ReviewGoneError(str(id))
            return _with_reasons(connection, [dict(row._mapping)])[0]

    def beside(self, turn: Turn, wanted: Filter) -> tuple[int | None, int | None]:
        """The ids of the one before and the one behind it in the list, newest first."""
        at, id, query = review_turns.c.at, review_turns.c.id, select(review_turns.c.id).where(*_conditions(wanted))
        newer = query.where(or_(at > turn.at, (at == turn.at) & (id > turn.id))).order_by(at, id)
        older = query.where(or_(at < turn.at, (at == turn.at) & (id < turn.id))).order_by(at.desc(), id.desc())
        with self._engine.connect() as connection:
            found = [connection.execute(each.limit(1)).scalar() for each in (newer, older)]
        return found[0], found[1]

    def label(self, id: int, revision: int, staff_id: int, found: Mapping[str, Any]) -> None:
        """Say what is right or wrong; a finding made on an older revision is refused.

        Args:
            found: label, right_matter, right_aspect, right_caliber, note.

        Raises:
            ReviewGoneError, ReviewChangedError: it is not there, or not as it was.
        """
        with self._engine.begin() as connection:
            state = self._state(connection, id)
            to = LABELLED if state in (OPEN, DISMISSED, DONE) else state
            self._change(connection, id, revision, staff_id, {**found, "state": to})

    def move(self, id: int, revision: int, staff_id: int, to: str, note: str | None = None) -> None:
        """Dismiss it, call it done, or open it again; `note` is the reason.

        Raises:
            ReviewGoneError, ReviewChangedError: as `label`.
        """
        with self._engine.begin() as connection:
            state = self._state(connection, id)
            allowed = {
                DISMISSED: (OPEN, LABELLED), DONE: (LABELLED,), OPEN: (DISMISSED,), LABELLED: (DONE,)
            }  # fmt: skip
            if state not in allowed.get(to, ()):
                raise ReviewChangedError(f"{state} → {to}")
            self._change(connection, id, revision, staff_id, {"state": to, **({} if note is None else {"note": note})})

    def of_session(self, session_id: str) -> list[Turn]:
        """Those of one conversation, oldest first."""
        query = _query().where(review_turns.c.session_id == session_id).order_by(review_turns.c.at)
        with self._engine.connect() as connection:
            return _with_reasons(connection, [dict(row._mapping) for row in connection.execute(query)])

    @staticmethod
    def _state(connection: Connection, id: int) -> str:
        state = connection.execute(select(review_turns.c.state).filter_by(id=id)).scalar()
        if state is None:
            raise ReviewGoneError(str(id))
        return str(state)

    def _change(self, connection: Connection, id: int, revision: int, staff_id: int, values: Mapping[str, Any]) -> None:
        news = {**values, "staff_id": staff_id, "changed_at": self._clock.now(), "revision": revision + 1}
        changed = connection.execute(update(review_turns).filter_by(id=id, revision=revision).values(**news))
        if not changed.rowcount:
            raise ReviewChangedError(str(id))


def _query() -> Any:
    columns = [column for column in review_turns.c if column.name != "staff_id"]
    joined = review_turns.outerjoin(staff, staff.c.id == review_turns.c.staff_id)
    return select(*columns, staff.c.display.label("by")).select_from(joined)


def _with_reasons(connection: Connection, rows: list[dict[str, Any]]) -> list[Turn]:
    ids = [row["id"] for row in rows]
    reasons: dict[int, list[str]] = {}
    query = select(review_reasons).where(review_reasons.c.turn_id.in_(ids)).order_by(review_reasons.c.kind)
    for row in connection.execute(query):
        reasons.setdefault(row.turn_id, []).append(row.kind)
    return [Turn(**row, reasons=tuple(reasons.get(row["id"], ()))) for row in rows]


def _conditions(wanted: Filter, *, with_state: bool = True) -> list[Any]:
    turns, found = review_turns.c, list[Any]()
    if wanted.kind is not None:
        found.append(turns.id.in_(select(review_reasons.c.turn_id).filter_by(kind=wanted.kind)))
    if wanted.state is not None and with_state:
        found.append(turns.state == wanted.state)
    if wanted.channel is not None:
        found.append(turns.channel.startswith(wanted.channel, autoescape=True))
    if wanted.region is not None:
        found.append(turns.region.in_(sorted(wanted.region)))
    for name in ("matter", "status"):
        if (value := getattr(wanted, name)) is not None:
            found.append(turns[name] == value)
    if wanted.since is not None:
        found.append(turns.at >= wanted.since)
    if wanted.until is not None:
        found.append(turns.at <= wanted.until)
    if wanted.text is not None:
        found.append(turns.question.contains(wanted.text, autoescape=True))
    return found
