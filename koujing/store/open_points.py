"""Open points (待明确事项): what a notice leaves open, under one number, with who owns it, who asked, and who waits.

state     | means                                             | goes on by
open      | it is known, and nobody has asked the office      | ask → asked; answer → answered; drop → dropped
asked     | the office was asked                              | answer → answered; drop → dropped
answered  | the office answered, the draft is to be written   | a patch takes the draft → patched; ask → asked
patched   | a patch holds the draft                           | merged → published, or dropped → answered
published | the answer is in the repository                   | ask → asked
dropped   | it is no open point, with the reason              | ask → asked
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection, Engine

from koujing.clock import Clock
from koujing.store.errors import StoreError
from koujing.store.serial import one_at_a_time
from koujing.store.tables_reviews import open_point_hits, open_points

__all__ = ["STATES", "Hit", "NewPoint", "OpenPoints", "Point", "PointChangedError", "PointGoneError", "number"]

OPEN, ASKED, ANSWERED, PATCHED, PUBLISHED, DROPPED = STATES = (
    "open", "asked", "answered", "patched", "published", "dropped"
)  # fmt: skip
_FROM: Mapping[str, tuple[str, ...]] = {
    ASKED: (OPEN, ASKED, ANSWERED, PUBLISHED, DROPPED),
    ANSWERED: (OPEN, ASKED, ANSWERED),
    DROPPED: (OPEN, ASKED, ANSWERED),
}


class PointGoneError(StoreError):
    """There is no such point."""


class PointChangedError(StoreError):
    """Somebody else changed it meanwhile, or it is not in a state for this."""


@dataclass(frozen=True)
class NewPoint:
    """What is open: the `key` keeps it from being opened twice."""

    key: str
    region: str
    matter: str
    aspect: str
    clause: str
    title: str
    question: str
    office: str | None = None


@dataclass(frozen=True)
class Point:
    """One point; `hits` is how often it was asked, `waiting` how many tickets wait for it."""

    id: int
    key: str
    region: str
    matter: str
    aspect: str
    clause: str
    title: str
    question: str
    office: str | None
    state: str
    asked_at: dt.datetime | None
    answer: str | None
    answer_source: str | None
    answer_on: dt.date | None
    answer_by: str | None
    remark: str
    created_at: dt.datetime
    changed_at: dt.datetime
    revision: int
    hits: int = 0
    waiting: int = 0
    first: dt.datetime | None = None
    last: dt.datetime | None = None

    @property
    def number(self) -> str:
        """DM-001."""
        return number(self.id)


@dataclass(frozen=True)
class Hit:
    """A question that it was asked in, or a ticket that waits for it."""

    id: int
    at: dt.datetime
    source: str
    question: str
    receipt: str | None
    session_id: str | None
    ticket: str | None


class OpenPoints:
    """Blocking, as the store is. Each method is one transaction, but `hit_in`, which is part of another's."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def open(self, new: NewPoint, staff_id: int | None = None) -> tuple[int, bool]:
        """The id of the point with this key, and whether it is new."""
        with self._engine.begin() as connection:
            return self._open(connection, new, staff_id)

    def hit_in(self, connection: Connection, new: NewPoint, hit: Mapping[str, Any]) -> None:
        """Count a question under the point with this key, which is opened where there is none; once a receipt.

        Args:
            hit: receipt, session_id, at, question, source.
        """
        if connection.execute(select(open_point_hits.c.id).filter_by(receipt=hit["receipt"])).first() is not None:
            return
        id, _ = self._open(connection, new, None)
        connection.execute(insert(open_point_hits).values(point_id=id, **hit))

    def link(self, id: int, source: str, question: str, *, at: dt.datetime, **of: str | None) -> bool:
        """Put a question or a ticket under a point by hand; False where it is there.

        Args:
            of: receipt and session_id of a reply, or ticket.

        Raises:
            PointGoneError: there is no such point.
        """
        # A conversation as a whole is there once by hand, whatever of its replies are.
        names = ("ticket", "receipt", "session_id")
        key = next(({name: of[name]} for name in names if of.get(name)), dict[str, str | None]())
        if "session_id" in key:
            key["source"] = source
        with self._engine.begin() as connection:
            one_at_a_time(connection, "points")
            self._state(connection, id)
            if key:
                there = select(open_point_hits.c.id).filter_by(point_id=id, **key)
                if connection.execute(there).first() is not None:
                    return False
            row = {"point_id": id, "at": at, "source": source, "question": question, **of}
            connection.execute(insert(open_point_hits).values(row))
            return True

    def unlink(self, id: int, hit_id: int) -> bool:
        """Take a question away that does not belong there; whether there was such a one."""
        with self._engine.begin() as connection:
            gone = open_point_hits.delete().where(open_point_hits.c.id == hit_id, open_point_hits.c.point_id == id)
            return bool(connection.execute(gone).rowcount)

    def change(self, id: int, revision: int, staff_id: int, values: Mapping[str, Any], to: str | None = None) -> None:
        """Change what stands in a point, and move it on; made on an older revision it is refused.

        Raises:
            PointGoneError, PointChangedError: it is not there, or not as it was.
        """
        now = self._clock.now()
        with self._engine.begin() as connection:
            state = self._state(connection, id)
            news = {**values, "staff_id": staff_id, "changed_at": now, "revision": revision + 1}
            if to is not None:
                if state not in _FROM[to]:
                    raise PointChangedError(f"{state} → {to}")
                news |= {"state": to, **({"asked_at": now} if to == ASKED else {})}
            changed = connection.execute(update(open_points).filter_by(id=id, revision=revision).values(**news))
            if not changed.rowcount:
                raise PointChangedError(str(id))

    def find(
        self,
        state: str | None = None,
        office: str | None = None,
        matter: str | None = None,
        text: str | None = None,
        most: int = 500,
    ) -> list[Point]:
        """Those that fit, most asked first."""
        where = [
            column == value
            for column, value in (
                (open_points.c.state, state),
                (open_points.c.office, office),
                (open_points.c.matter, matter),
            )
            if value is not None
        ]
        if text is not None:
            where.append(
                open_points.c.title.contains(text, autoescape=True)
                | open_points.c.question.contains(text, autoescape=True)
            )
        return self._points(*where)[:most]

    def get(self, id: int) -> Point:
        """One of them.

        Raises:
            PointGoneError: there is none.
        """
        found = self._points(open_points.c.id == id)
        if not found:
            raise PointGoneError(str(id))
        return found[0]

    def keys(self) -> dict[str, int]:
        """Which points there are, by key."""
        with self._engine.connect() as connection:
            return {row.key: row.id for row in connection.execute(select(open_points.c.key, open_points.c.id))}

    def hits(self, id: int, most: int = 100) -> list[Hit]:
        """The newest questions and tickets of a point."""
        query = select(open_point_hits).where(open_point_hits.c.point_id == id).order_by(open_point_hits.c.at.desc())
        with self._engine.connect() as connection:
            return [
                Hit(row.id, row.at, row.source, row.question, row.receipt, row.session_id, row.ticket)
                for row in connection.execute(query.limit(most))
            ]

    def of_receipt(self, receipt: str) -> list[Point]:
        """The points that a turn is counted under."""
        ids = select(open_point_hits.c.point_id).where(open_point_hits.c.receipt == receipt)
        return self._points(open_points.c.id.in_(ids))

    def of_ticket(self, ticket: str) -> list[Point]:
        """The points that a ticket waits for."""
        ids = select(open_point_hits.c.point_id).where(open_point_hits.c.ticket == ticket)
        return self._points(open_points.c.id.in_(ids))

    def counts(self) -> dict[str, int]:
        """How many there are in each state."""
        query = select(open_points.c.state, func.count()).group_by(open_points.c.state)
        with self._engine.connect() as connection:
            found = {row[0]: int(row[1]) for row in connection.execute(query)}
        return {state: found.get(state, 0) for state in STATES}

    # ---

    def _open(self, connection: Connection, new: NewPoint, staff_id: int | None) -> tuple[int, bool]:
        one_at_a_time(connection, "points")
        there = select(open_points.c.id).filter_by(key=new.key)
        id = connection.execute(there).scalar()
        if id is not None:
            return int(id), False
        now = self._clock.now()
        row = {
            "key": new.key, "region": new.region, "matter": new.matter, "aspect": new.aspect, "clause": new.clause,
            "title": new.title, "question": new.question, "office": new.office, "state": OPEN, "remark": "",
            "created_at": now, "changed_at": now, "staff_id": staff_id, "revision": 0,
        }  # fmt: skip
        return int(connection.execute(insert(open_points).values(row)).inserted_primary_key[0]), True

    @staticmethod
    def _state(connection: Connection, id: int) -> str:
        state = connection.execute(select(open_points.c.state).filter_by(id=id)).scalar()
        if state is None:
            raise PointGoneError(str(id))
        return str(state)

    def _points(self, *where: Any) -> list[Point]:
        hits = open_point_hits.c
        counted = (
            select(
                hits.point_id,
                func.count().label("hits"),
                func.count(hits.ticket).label("waiting"),
                func.min(hits.at).label("first"),
                func.max(hits.at).label("last"),
            )
            .group_by(hits.point_id)
            .subquery()
        )
        columns = [column for column in open_points.c if column.name != "staff_id"]
        counts = counted.c.hits, counted.c.waiting, counted.c.first, counted.c.last
        query = select(*columns, *counts).select_from(
            open_points.outerjoin(counted, counted.c.point_id == open_points.c.id)
        )
        query = query.where(*where).order_by(func.coalesce(counted.c.hits, 0).desc(), open_points.c.id)
        with self._engine.connect() as connection:
            return [_point(row) for row in connection.execute(query)]


def number(id: int) -> str:
    """A point as people name it: DM-001."""
    return f"DM-{id:03}"


def _point(row: Any) -> Point:
    given = dict(row._mapping)
    counts: dict[str, Any] = {name: given.pop(name) or 0 for name in ("hits", "waiting")}
    return Point(**given, **counts)
