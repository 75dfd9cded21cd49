"""Accounts of the console and who is signed in to them."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from koujing.clock import Clock
from koujing.store.errors import StoreError
from koujing.store.serial import one_at_a_time
from koujing.store.tables_staff import staff, staff_sessions

__all__ = ["Account", "LastAdministratorError", "NameTakenError", "SignedIn", "StaffStore", "digest", "new_token"]

ADMINISTRATOR = "administrator"
# Writing down every request would make readers writers.
_SEEN_EVERY = dt.timedelta(seconds=60)


class NameTakenError(StoreError):
    """There is an account of this name."""


class LastAdministratorError(StoreError):
    """Without this account nobody could make accounts any more."""


@dataclass(frozen=True)
class Account:
    """One person who may sign in, as kept."""

    id: int
    name: str
    display: str
    roles: frozenset[str]
    office: str | None
    password: str
    must_change: bool
    demo: bool
    created_at: dt.datetime
    signed_in_at: dt.datetime | None
    disabled_at: dt.datetime | None


@dataclass(frozen=True)
class SignedIn:
    """One browser that is signed in."""

    digest: str
    created_at: dt.datetime
    seen_at: dt.datetime
    address: str


def new_token() -> str:
    """256 bits."""
    return secrets.token_urlsafe(32)


class StaffStore:
    """Blocking, as the store is. Each method is one transaction."""

    def __init__(self, engine: Engine, clock: Clock, new_token: Callable[[], str] = new_token) -> None:
        self._engine, self._clock, self._new_token = engine, clock, new_token

    def add(
        self,
        name: str,
        display: str,
        roles: Iterable[str],
        office: str | None,
        password: str,
        *,
        must_change: bool = False,
        demo: bool = False,
    ) -> Account:
        """A new account.

        Raises:
            NameTakenError: there is one of this name.
        """
        row = {"name": name, "display": display, "roles": _joined(roles), "office": office, "password": password}
        flags = {"must_change": must_change, "demo": demo, "created_at": self._clock.now()}
        try:
            with self._engine.begin() as connection:
                id = connection.execute(insert(staff).values(**row, **flags)).inserted_primary_key[0]
                return _account(connection.execute(select(staff).filter_by(id=id)).one())
        except IntegrityError as error:
            raise NameTakenError(name) from error

    def all(self) -> list[Account]:
        """Every account, those at work first."""
        query = select(staff).order_by(staff.c.disabled_at.isnot(None), staff.c.name)
        with self._engine.connect() as connection:
            return [_account(row) for row in connection.execute(query)]

    def named(self, name: str) -> Account | None:
        """The account of this name."""
        return self._one(name=name)

    def get(self, id: int) -> Account | None:
        """The account of this id."""
        return self._one(id=id)

    def change(self, id: int, **columns: Any) -> Account:
        """Set columns: display, roles, office.

        Raises:
            LastAdministratorError: it would leave nobody to make accounts.
        """
        if "roles" in columns:
            columns["roles"] = _joined(columns["roles"])
        with self._engine.begin() as connection, _keeping_an_administrator(connection):
            connection.execute(update(staff).filter_by(id=id).values(**columns))
            return _account(connection.execute(select(staff).filter_by(id=id)).one())

    def set_password(self, id: int, password: str, *, must_change: bool) -> None:
        """Another password; every session of the account ends."""
        with self._engine.begin() as connection:
            connection.execute(update(staff).filter_by(id=id).values(password=password, must_change=must_change))
            connection.execute(delete(staff_sessions).filter_by(staff_id=id))

    def rehash(self, id: int, before: str, after: str) -> None:
        """The same password under newer parameters, unless it was changed meanwhile; sessions stay."""
        with self._engine.begin() as connection:
            connection.execute(update(staff).filter_by(id=id, password=before).values(password=after))

    def disable(self, id: int) -> None:
        """Nobody can sign in to it any more, and every session of it ends.

        Raises:
            LastAdministratorError: it would leave nobody to make accounts.
        """
        with self._engine.begin() as connection, _keeping_an_administrator(connection):
            query = update(staff).filter_by(id=id).where(staff.c.disabled_at.is_(None))
            connection.execute(query.values(disabled_at=self._clock.now()))
            connection.execute(delete(staff_sessions).filter_by(staff_id=id))

    def enable(self, id: int) -> None:
        """It can be used again."""
        with self._engine.begin() as connection:
            connection.execute(update(staff).filter_by(id=id).values(disabled_at=None))

    def sign_in(self, id: int, address: str) -> str | None:
        """Begin a session: the id for the cookie, of which the digest is kept. None where the account is disabled."""
        token, now = self._new_token(), self._clock.now()
        at_work = staff.c.disabled_at.is_(None)
        with self._engine.begin() as connection:
            changed = connection.execute(update(staff).filter_by(id=id).where(at_work).values(signed_in_at=now))
            if changed.rowcount != 1:
                return None
            row = {"digest": digest(token), "staff_id": id, "created_at": now, "seen_at": now, "address": address[:64]}
            connection.execute(insert(staff_sessions).values(row))
        return token

    def signed_in(
        self, token: str, *, idle: dt.timedelta, absolute: dt.timedelta, touch: bool = True
    ) -> Account | None:
        """Whose session this is, unless it is over; `touch` counts as being used."""
        now, key = self._clock.now(), digest(token)
        joined = staff.join(staff_sessions, staff.c.id == staff_sessions.c.staff_id)
        alive = and_(*_alive(now, idle, absolute), staff.c.disabled_at.is_(None), staff_sessions.c.digest == key)
        query = select(staff, staff_sessions.c.seen_at).select_from(joined).where(alive)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        if touch and now - row.seen_at >= _SEEN_EVERY:
            with self._engine.begin() as connection:
                connection.execute(update(staff_sessions).filter_by(digest=key).values(seen_at=now))
        return _account(row)

    def sign_out(self, token: str) -> None:
        """End this session."""
        with self._engine.begin() as connection:
            connection.execute(delete(staff_sessions).filter_by(digest=digest(token)))

    def sessions(self, id: int, *, idle: dt.timedelta, absolute: dt.timedelta) -> list[SignedIn]:
        """The sessions of an account that are not over, the newest first."""
        query = select(staff_sessions).filter_by(staff_id=id).where(*_alive(self._clock.now(), idle, absolute))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(staff_sessions.c.created_at.desc()))
            return [SignedIn(row.digest, row.created_at, row.seen_at, row.address) for row in rows]

    def end_sessions(self, id: int, but: str | None = None) -> int:
        """End the sessions of an account, but for the one with this id; how many they were."""
        query = delete(staff_sessions).filter_by(staff_id=id)
        if but is not None:
            query = query.where(staff_sessions.c.digest != digest(but))
        with self._engine.begin() as connection:
            return int(connection.execute(query).rowcount)

    def tidy(self, *, idle: dt.timedelta, absolute: dt.timedelta) -> None:
        """Remove the sessions that are over."""
        now = self._clock.now()
        over = or_(staff_sessions.c.seen_at <= now - idle, staff_sessions.c.created_at <= now - absolute)
        with self._engine.begin() as connection:
            connection.execute(delete(staff_sessions).where(over))

    def _one(self, **by: Any) -> Account | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(staff).filter_by(**by)).first()
        return None if row is None else _account(row)


@contextmanager
def _keeping_an_administrator(connection: Connection) -> Iterator[None]:
    """Fails, and so undoes the transaction, where nobody could make accounts any more. The demonstration's does not count."""
    one_at_a_time(connection, "staff")
    before = _administrators(connection)
    yield
    if before and not _administrators(connection):
        raise LastAdministratorError


def _administrators(connection: Connection) -> int:
    at_work = select(staff.c.roles).where(staff.c.disabled_at.is_(None), staff.c.demo.is_(False))
    return sum(ADMINISTRATOR in row.roles.split(",") for row in connection.execute(at_work))


def digest(token: str) -> str:
    """What is kept of a session's id."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _alive(now: dt.datetime, idle: dt.timedelta, absolute: dt.timedelta) -> tuple[Any, Any]:
    return staff_sessions.c.seen_at > now - idle, staff_sessions.c.created_at > now - absolute


def _joined(roles: Iterable[str]) -> str:
    return ",".join(sorted(set(roles)))


def _account(row: Any) -> Account:
    return Account(
        id=row.id, name=row.name, display=row.display, roles=frozenset(filter(None, row.roles.split(","))),
        office=row.office, password=row.password, must_change=row.must_change, demo=row.demo,
        created_at=row.created_at, signed_in_at=row.signed_in_at, disabled_at=row.disabled_at,
    )  # fmt: skip
