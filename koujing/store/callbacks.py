"""Requests to be called back. The telephone number comes in encrypted and leaves so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from koujing.clock import Clock
from koujing.store import talk_rows
from koujing.store.codes import code_of, new_receipt_code, normal_code
from koujing.store.errors import CallbackGoneError, SessionGoneError, TooLateError
from koujing.store.tables import callbacks

__all__ = ["REVOCABLE", "Also", "Callbacks"]

REVOCABLE = dt.timedelta(minutes=10)
# What is written in the same transaction, given the code: what a citizen is told.
Also = Callable[[Connection, str], None]


class Callbacks:
    """Blocking, as the store is. Each method is one transaction."""

    def __init__(self, engine: Engine, clock: Clock, new_code: Callable[[], str] = new_receipt_code) -> None:
        self._engine, self._clock, self._new_code = engine, clock, new_code

    def keep(
        self,
        session_id: str,
        site: str,
        phone: bytes,
        *,
        note: str | None,
        day_part: str,
        key: Sequence[str] | None = None,
        also: Also | None = None,
    ) -> tuple[str, dt.datetime]:
        """Keep a request; its code, and until when it can be taken back. The same `key` sent twice is one request.

        Args:
            also: writes what the citizen is told, in the same transaction.

        Raises:
            SessionGoneError: the session was removed.
        """
        at = self._clock.now()
        code = self._new_code() if key is None else code_of(session_id, *key)
        row = {"session_id": session_id, "site": site, "phone": phone, "note": note, "day_part": day_part}
        try:
            with self._engine.begin() as connection:
                talk_rows.lock(connection, session_id)
                known = connection.execute(select(callbacks.c.at).filter_by(code=code, session_id=session_id)).scalar()
                if known is not None:
                    return code, known + REVOCABLE
                connection.execute(insert(callbacks).values(code=code, **row, at=at))
                talk_rows.want(connection, session_id, at, talk_rows.CALLBACK)
                if also is not None:
                    also(connection, code)
        except IntegrityError as error:
            # Codes are too long to meet; it is the session that is not there.
            raise SessionGoneError(session_id) from error
        return code, at + REVOCABLE

    def revoke(self, session_id: str, code: str, also: Also | None = None) -> None:
        """Take a request of this session back, which removes it; `also` as for `keep`.

        Raises:
            CallbackGoneError: the session has no such request.
            TooLateError: it is older than ten minutes.
        """
        mine = {"session_id": session_id, "code": normal_code(code)}
        with self._engine.begin() as connection:
            at = connection.execute(select(callbacks.c.at).filter_by(**mine)).scalar()
            if at is None:
                raise CallbackGoneError
            if self._clock.now() > at + REVOCABLE:
                raise TooLateError
            connection.execute(delete(callbacks).filter_by(**mine))
            talk_rows.no_callback(connection, session_id, self._clock.now())
            if also is not None:
                also(connection, code)
