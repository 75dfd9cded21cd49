"""Calls (来电): who took them, what is known of the caller, what was asked, and how they ended.

Whatever happens to a call raises its `revision`, by which every open page of it notices. Each method is one
transaction on one call, whose row is written first, so that changes of one call happen one after another.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from koujing.clock import Clock
from koujing.store.codes import new_session_id
from koujing.store.errors import StoreError
from koujing.store.store import session_key
from koujing.store.tables_calls import call_turns, calls

__all__ = ["Call", "CallEndedError", "CallGoneError", "CallTakenError", "Calls", "Turn", "touch"]

Sheet = dict[str, Any]
_MOST_LISTED = 30


class CallGoneError(StoreError):
    """There is no such call."""


class CallTakenError(StoreError):
    """Somebody else has taken the call."""


class CallEndedError(StoreError):
    """The call is wrapped up: what was said and asked in it stays as it is."""


@dataclass(frozen=True)
class Call:
    """A call as kept. `sheet` is what `koujing.desk.console.assist.sheet` reads."""

    id: str
    staff_id: int | None
    announced: bool
    opened_at: dt.datetime
    ended_at: dt.datetime | None
    region: str | None
    as_of: dt.date | None
    wrap_up: str | None
    sheet: Sheet
    note: str
    note_version: int
    revision: int


Edit = Callable[[Call], Mapping[str, Any] | None]
"""Gives the new `region`, `as_of` and `sheet` of a call, those of them that change."""


@dataclass(frozen=True)
class Turn:
    """A question of the call with its replies; `picked` is the suggestion that it came from."""

    id: int
    message_id: str
    at: dt.datetime
    text: str
    picked: dict[str, Any] | None
    replies: list[dict[str, Any]]


class Calls:
    """Blocking, as the store is."""

    def __init__(self, engine: Engine, clock: Clock, new_id: Callable[[], str] = new_session_id) -> None:
        self._engine, self._clock, self._new_id = engine, clock, new_id

    def open(self, staff_id: int, region: str | None) -> str:
        """A call that an operator begins; its id."""
        row = self._row(staff_id=staff_id, region=region)
        with self._engine.begin() as connection:
            connection.execute(insert(calls).values(row))
        return str(row["id"])

    def announced(self, client: str, name: str) -> str:
        """The call that a call centre names, by our id or by its own name for it; made where it is new."""
        external = session_key(client, name)["name"]
        query = select(calls.c.id).where(
            or_(calls.c.id == name, and_(calls.c.client == client, calls.c.external == external))
        )
        with self._engine.connect() as connection:
            found = connection.execute(query).scalar()
        if found is not None:
            return str(found)
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(calls).values(self._row(client=client, external=external)))
        except IntegrityError:
            pass  # Its first two sentences came at once.
        with self._engine.connect() as connection:
            return str(connection.execute(query).scalar_one())

    def take(self, call_id: str, staff_id: int) -> None:
        """Take a call that nobody has, or that is one's own.

        Raises:
            CallGoneError, CallTakenError: it is not there, or another's.
        """
        with self._engine.begin() as connection:
            free = or_(calls.c.staff_id.is_(None), calls.c.staff_id == staff_id)
            changed = connection.execute(
                update(calls).where(calls.c.id == call_id, free).values(staff_id=staff_id)
            ).rowcount
            if not changed:
                self._known(connection, call_id)
                raise CallTakenError(call_id)

    def find(self, call_id: str) -> Call:
        """A call.

        Raises:
            CallGoneError: there is none.
        """
        with self._engine.connect() as connection:
            return self._known(connection, call_id)

    def revision(self, call_id: str) -> int:
        """The number of the last change; −1 where there is no such call."""
        with self._engine.connect() as connection:
            found = connection.execute(select(calls.c.revision).where(calls.c.id == call_id)).scalar()
        return -1 if found is None else int(found)

    def mine(self, staff_id: int) -> list[Call]:
        """An operator's calls, those not wrapped up first, then the latest."""
        order = (calls.c.ended_at.isnot(None), calls.c.opened_at.desc())
        return self._listed(select(calls).where(calls.c.staff_id == staff_id).order_by(*order).limit(_MOST_LISTED))

    def waiting(self) -> list[Call]:
        """Calls that were announced and that nobody has taken, the longest waiting first."""
        free = calls.c.staff_id.is_(None) & calls.c.ended_at.is_(None)
        return self._listed(select(calls).where(free).order_by(calls.c.opened_at).limit(_MOST_LISTED))

    def change(self, call_id: str, edit: Edit) -> Call:
        """Change what is known of a call that is not wrapped up: `region`, `as_of` and `sheet` as `edit` returns them.

        Raises:
            CallGoneError, CallEndedError: it cannot be changed.
        """
        with self._writing(call_id) as (connection, call):
            _edit(connection, call, edit)
            return self._known(connection, call_id)

    def going(self, call_id: str) -> Call:
        """A call that is not wrapped up.

        Raises:
            CallGoneError, CallEndedError: there is none.
        """
        call = self.find(call_id)
        if call.ended_at is not None:
            raise CallEndedError(call_id)
        return call

    def add_turn(
        self,
        call_id: str,
        message_id: str,
        text: str,
        picked: dict[str, Any] | None,
        replies: list[dict[str, Any]],
        edit: Edit = lambda _: None,
    ) -> None:
        """Keep a question with its replies and what was learnt by it; one that was kept before stays as it was.

        Raises:
            CallGoneError, CallEndedError: it cannot be kept.
        """
        with self._writing(call_id) as (connection, call):
            if _turn(connection, call_id, message_id) is None:
                row = {"call_id": call_id, "message_id": message_id, "at": self._clock.now(), "text": text}
                row |= {"picked": picked and _dump(picked), "replies": _dump(replies)}
                connection.execute(insert(call_turns).values(row))
                _edit(connection, call, edit)

    def turn(self, call_id: str, message_id: str) -> Turn | None:
        """A question asked before, or None."""
        with self._engine.connect() as connection:
            return _turn(connection, call_id, message_id)

    def turns(self, call_id: str) -> list[Turn]:
        """All questions of a call, in order."""
        query = select(call_turns).where(call_turns.c.call_id == call_id).order_by(call_turns.c.id)
        with self._engine.connect() as connection:
            return [_read_turn(row) for row in connection.execute(query)]

    def last_turn(self, call_id: str) -> tuple[Turn | None, int]:
        """The last question of a call, and how many there are."""
        query = select(call_turns).where(call_turns.c.call_id == call_id).order_by(call_turns.c.id.desc()).limit(1)
        count = select(func.count()).select_from(call_turns).where(call_turns.c.call_id == call_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
            return row and _read_turn(row), int(connection.execute(count).scalar_one())

    def wrap_up(self, call_id: str, code: str) -> None:
        """End a call.

        Raises:
            CallGoneError, CallEndedError: it cannot be ended.
        """
        with self._writing(call_id) as (connection, _):
            ended = {"wrap_up": code, "ended_at": self._clock.now()}
            connection.execute(update(calls).where(calls.c.id == call_id).values(ended))

    def reopen(self, call_id: str) -> None:
        """Go on with a call that was ended too soon."""
        with self._engine.begin() as connection:
            touch(connection, call_id)
            connection.execute(update(calls).where(calls.c.id == call_id).values(wrap_up=None, ended_at=None))

    def _row(self, **given: Any) -> dict[str, Any]:
        fixed = {"id": self._new_id(), "opened_at": self._clock.now(), "sheet": "{}", "note": ""}
        return {**fixed, "note_version": 0, "revision": 0, **given}

    def _listed(self, query: Any) -> list[Call]:
        with self._engine.connect() as connection:
            return [_read(row) for row in connection.execute(query)]

    @staticmethod
    def _known(connection: Connection, call_id: str) -> Call:
        row = connection.execute(select(calls).where(calls.c.id == call_id)).first()
        if row is None:
            raise CallGoneError(call_id)
        return _read(row)

    @contextmanager
    def _writing(self, call_id: str) -> Iterator[tuple[Connection, Call]]:
        with self._engine.begin() as connection:
            touch(connection, call_id)
            call = self._known(connection, call_id)
            if call.ended_at is not None:
                raise CallEndedError(call_id)
            yield connection, call


def touch(connection: Connection, call_id: str) -> None:
    """Say that a call changes, which makes its other changes wait; to be done first of all in a transaction.

    Raises:
        CallGoneError: there is none.
    """
    raised = update(calls).where(calls.c.id == call_id).values(revision=calls.c.revision + 1)
    if not connection.execute(raised).rowcount:
        raise CallGoneError(call_id)


def _edit(connection: Connection, call: Call, edit: Edit) -> None:
    changed = dict(edit(call) or {})
    if "sheet" in changed:
        changed["sheet"] = _dump(changed["sheet"])
    if changed:
        connection.execute(update(calls).where(calls.c.id == call.id).values(changed))


def _turn(connection: Connection, call_id: str, message_id: str) -> Turn | None:
    row = connection.execute(select(call_turns).filter_by(call_id=call_id, message_id=message_id)).first()
    return row and _read_turn(row)


def _read_turn(row: Any) -> Turn:
    picked = json.loads(row.picked) if row.picked else None
    return Turn(row.id, row.message_id, row.at, row.text, picked, json.loads(row.replies))


def _read(row: Any) -> Call:
    return Call(
        row.id, row.staff_id, row.external is not None, row.opened_at, row.ended_at, row.region, row.as_of, row.wrap_up,
        json.loads(row.sheet), row.note, row.note_version, row.revision,
    )  # fmt: skip


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
