"""One person (数据主体): everything kept of them found, told and removed, by what they are known by on a channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.engine import Connection, Engine

from koujing.store.codes import normal_code
from koujing.store.person_rows import ABOUT, Part
from koujing.store.store import session_key
from koujing.store.tables import callbacks, feedback, sessions, wechat_followers, wechat_queues
from koujing.store.tables_calls import calls
from koujing.store.tables_tickets import tickets

__all__ = ["Found", "Persons"]

_WECHAT, _CONSOLE = "wechat:", "console"


@dataclass
class Found:
    """Whatever leads to a person's rows. Empty where nothing is kept of them."""

    sessions: set[str] = field(default_factory=set)
    tickets: set[int] = field(default_factory=set)
    callbacks: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    openids: set[str] = field(default_factory=set)
    queues: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def counts(self) -> dict[str, int]:
        """How many of each, for the audit: no name, no number."""
        return {name: len(ids) for name, ids in vars(self).items() if ids}


class Persons:
    """Blocking, as the store is. Each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- found

    def by_wechat(self, openid: str) -> Found:
        """A follower of any account of ours."""
        found = Found()
        with self._engine.connect() as connection:
            found.openids |= _all(connection, select(wechat_followers.c.openid).filter_by(openid=openid))
            _follow(connection, found, openid)
            return _widened(connection, found)

    def by_session(self, given: str) -> Found:
        """A conversation by the desk's own id, or by what any client (a site, a key, the console) calls it."""
        found = Found()
        with self._engine.connect() as connection:
            found.sessions |= _all(connection, select(sessions.c.id).filter_by(id=given))
            for client in [] if found else _clients(connection):
                found.sessions |= _named(connection, client, given)
            found.calls |= _all(connection, select(calls.c.id).filter_by(id=given))
            return _widened(connection, found)

    def by_ticket(self, given: str) -> Found:
        """A ticket by its query code, or by its number 2026-000123."""
        year, _, serial = given.partition("-")
        code = normal_code(given)
        if year.isdigit() and serial.isdigit():
            query = select(tickets.c.id).filter_by(year=int(year), serial=int(serial))
        elif code is not None:
            query = select(tickets.c.id).filter_by(code=code)
        else:
            return Found()
        with self._engine.connect() as connection:
            return _widened(connection, Found(tickets=_all(connection, query)))

    def by_phone(self, fits: Callable[[bytes], bool]) -> Found:
        """Who left a number: `fits` opens each one that is kept, so the caller must write that into the audit."""
        found = Found()
        with self._engine.connect() as connection:
            left = connection.execute(select(callbacks.c.code, callbacks.c.phone))
            found.callbacks |= {row.code for row in left if fits(row.phone)}
            noted = connection.execute(select(tickets.c.id, tickets.c.phone).where(tickets.c.phone.isnot(None)))
            found.tickets |= {row.id for row in noted if fits(row.phone)}
            return _widened(connection, found)

    # --- told, removed

    def tell(self, found: Found) -> dict[str, list[dict[str, Any]]]:
        """The rows of every part, by its Chinese name; numbers still encrypted."""
        with self._engine.connect() as connection:
            parts = ((part, _rows(connection, part, found)) for part in ABOUT)
            return {part.name: rows for part, rows in parts if rows}

    def remove(self, found: Found) -> dict[str, int]:
        """Remove all of it; how many rows of each kind. What was found useful stays counted, without a word or a link."""
        with self._engine.begin() as connection:
            gone = {part.name: len(_rows(connection, part, found)) for part in ABOUT}
            mine = feedback.c.session_id.in_(found.sessions)
            # The links here too: PostgreSQL would check those of a row changed just now before it cuts them itself.
            connection.execute(update(feedback).where(mine).values(note=None, session_id=None, receipt=None))
            for table, ids in (
                (tickets.c.id, found.tickets), (callbacks.c.code, found.callbacks), (calls.c.id, found.calls),
                (sessions.c.id, found.sessions), (wechat_queues.c.id, found.queues),
                (wechat_followers.c.openid, found.openids),
            ):  # fmt: skip
                if ids:
                    connection.execute(delete(table.table).where(table.in_(ids)))
        return {name: count for name, count in gone.items() if count}

    # --- keys

    def renew(self, renewed: Callable[[bytes], bytes | None]) -> int:
        """Put every number that is kept through `renewed` (None: stays as it is); how many changed."""
        count = 0
        with self._engine.begin() as connection:
            for key, phone in ((callbacks.c.code, callbacks.c.phone), (tickets.c.id, tickets.c.phone)):
                rows = connection.execute(select(key, phone).where(phone.isnot(None))).all()
                for id, kept in rows:
                    fresh = renewed(kept)
                    if fresh is not None:
                        connection.execute(update(key.table).where(key == id).values(phone=fresh))
                        count += 1
        return count


def _clients(connection: Connection, begin: str = "") -> list[str]:
    query = select(sessions.c.client).where(sessions.c.client.startswith(begin, autoescape=True)).distinct()
    return list(connection.execute(query).scalars())


def _named(connection: Connection, client: str, name: str) -> set[str]:
    return _all(connection, select(sessions.c.id).filter_by(**session_key(client, name)))


def _all(connection: Connection, query: Any) -> set[Any]:
    return {value for value in connection.execute(query).scalars() if value is not None}


def _widened(connection: Connection, found: Found) -> Found:
    """With everything that hangs together with it: a conversation's tickets and follower, a ticket's call, a call's conversations."""
    before = None
    while before != found.counts():
        before = found.counts()
        asked = callbacks.c.session_id.in_(found.sessions)
        found.callbacks |= _all(connection, select(callbacks.c.code).where(asked))
        mine = or_(
            tickets.c.id.in_(found.tickets), tickets.c.session_id.in_(found.sessions),
            tickets.c.callback.in_(found.callbacks), tickets.c.call_id.in_(found.calls),
        )  # fmt: skip
        for row in connection.execute(select(tickets).where(mine)).all():
            found.tickets.add(row.id)
            found.sessions |= {row.session_id} - {None}
            found.calls |= {row.call_id} - {None}
            found.callbacks |= {row.callback} - {None}
        left = select(callbacks.c.session_id).where(callbacks.c.code.in_(found.callbacks))
        found.sessions |= _all(connection, left)
        for call in found.calls:
            found.sessions |= set(_of_call(connection, call))
        for openid in _followers(connection, found.sessions):
            found.openids.add(openid)
            _follow(connection, found, openid)
    return found


def _follow(connection: Connection, found: Found, openid: str) -> None:
    found.queues |= _all(connection, select(wechat_queues.c.id).filter_by(openid=openid))
    for client in _clients(connection, _WECHAT):
        found.sessions |= _named(connection, client, openid)


def _followers(connection: Connection, ids: set[str]) -> set[str]:
    """Whose conversations these are, where they are those of followers: only a digest of the openid stands there."""
    of_wechat = sessions.c.client.startswith(_WECHAT, autoescape=True)
    rows = connection.execute(select(sessions.c.client, sessions.c.name).where(sessions.c.id.in_(ids), of_wechat)).all()
    if not rows:
        return set()
    openids = _all(connection, select(wechat_followers.c.openid)) | _all(connection, select(wechat_queues.c.openid))
    wanted = {(row.client, row.name) for row in rows}
    clients = {row.client for row in rows}
    return {each for each in openids for client in clients if (client, session_key(client, each)["name"]) in wanted}


def _of_call(connection: Connection, call_id: str) -> Iterator[str]:
    """The conversations of a call: its own, and those begun anew with other facts (`<call>.<n>`)."""
    number = 0
    while names := _named(connection, _CONSOLE, f"{call_id}.{number}" if number else call_id):
        yield from names
        number += 1


def _rows(connection: Connection, part: Part, found: Found) -> list[dict[str, Any]]:
    ids: Iterable[Any] = getattr(found, part.by)
    if not ids:
        return []
    query = select(*part.columns).select_from(part.source).where(part.key.in_(ids)).order_by(part.key, *part.order)
    return [dict(row._mapping) for row in connection.execute(query)]
