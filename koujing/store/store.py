"""Sessions, messages answered once, and the receipts of their replies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import ujson
from sqlalchemy import bindparam, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from koujing.clock import Clock
from koujing.prepared import Prepared
from koujing.store import recalls, talk_rows, turn_rows
from koujing.store.arrivals import Arrival, answered, arrive
from koujing.store.codes import new_receipt_code, new_session_id, normal_code
from koujing.store.errors import HeldError, SessionGoneError
from koujing.store.inserting import insert_new
from koujing.store.privacy import split
from koujing.store.queues import Queues
from koujing.store.readings import Readings
from koujing.store.tables import messages, receipts, sessions
from koujing.store.takeovers import Takeovers

__all__ = ["Reply", "Store", "session_key"]

Reply = dict[str, Any]

_WANTS_A_PERSON = "handed_off"

# Of every message, so built once.
_SESSION = select(sessions.c.id).where(
    sessions.c.client == bindparam("the_client"), sessions.c.name == bindparam("the_name")
)
_NEW_SESSION = insert_new(sessions, "id", "client", "name", "created_at")
_NEW_MESSAGE = Prepared(insert(messages), "session_id", "message_id", "digest", "answered_at")
_NEW_RECEIPT = Prepared(insert(receipts), "code", "session_id", "message_id", "position", "reply", "private")


class Store:
    """Blocking; the desk calls it from worker threads. Each method is one transaction."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        new_code: Callable[[], str] = new_receipt_code,
        new_session: Callable[[], str] = new_session_id,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._new_code = new_code
        self._new_session = new_session
        self.takeovers = Takeovers(engine, clock)
        self.readings = Readings(engine, clock)
        self.queues = Queues(engine, clock)
        self.recalls = recalls.Recalls(engine, clock)

    def session(self, client: str, name: str) -> str:
        """The id of the session that this client calls `name`, made when it is new."""
        key = session_key(client, name)
        named = {"the_client": client, "the_name": key["name"]}
        with self._engine.connect() as connection:
            found = connection.execute(_SESSION, named).scalar()
        if found is None:
            with self._engine.begin() as connection:
                row = {"id": self._new_session(), **key, "created_at": self._clock.now()}
                # Two first messages of one session may come at once; the earlier one made it.
                connection.execute(_NEW_SESSION, row)
                found = connection.execute(_SESSION, named).scalar_one()
        return str(found)

    def answered(self, session_id: str, message_id: str, digest: str) -> list[Reply] | None:
        """The replies given to this message before, or None.

        Raises:
            MessageReusedError: the id was used for a message with another digest.
        """
        with self._engine.connect() as connection:
            return answered(connection, session_id, message_id, digest)

    def arrive(self, session_id: str, message_id: str | None, digest: str) -> Arrival:
        """How a message finds its conversation.

        Raises:
            MessageReusedError, SessionGoneError: as `koujing.store.arrivals.arrive`.
        """
        with self._engine.connect() as connection:
            return arrive(connection, session_id, message_id, digest)

    def record(self, session_id: str, message_id: str, digest: str, replies: list[Reply]) -> list[Reply]:
        """Keep the replies to a message; they come back with their receipts.

        A message recorded before keeps its first replies, which are returned.

        Raises:
            MessageReusedError: the id was used for a message with another digest.
            SessionGoneError: the session was removed.
            HeldError: a person has taken the conversation over; nothing is kept.
        """
        issued = [{**reply, "receipt": self._new_code()} for reply in replies]
        try:
            self._insert(session_id, message_id, digest, issued)
        except IntegrityError:
            before = self.answered(session_id, message_id, digest)
            if before is None:
                self._check_there(session_id)
                raise
            return before
        return issued

    def receipt(self, code: str) -> Reply | None:
        """The public view of the reply with this receipt, as typed by a person."""
        query = select(receipts.c.reply).where(receipts.c.code == normal_code(code))
        with self._engine.connect() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else json.loads(found)

    def close(self) -> None:
        """Give up the connections, so that SQLite tidies its files."""
        self._engine.dispose()

    def _check_there(self, session_id: str) -> None:
        with self._engine.connect() as connection:
            if connection.execute(select(sessions.c.id).filter_by(id=session_id)).first() is None:
                raise SessionGoneError(session_id)

    def _insert(self, session_id: str, message_id: str, digest: str, issued: list[Reply]) -> None:
        with self._engine.begin() as connection:
            client = talk_rows.lock(connection, session_id)
            asked = next((reply["question"] for reply in issued if reply["question"]), None)
            wanted = any(reply.get("status") == _WANTS_A_PERSON for reply in issued)
            talk_rows.touch(connection, session_id, self._clock.now(), asked, only=wanted)
            if talk_rows.held(connection, session_id):
                raise HeldError(session_id)
            row = {"session_id": session_id, "message_id": message_id}
            _NEW_MESSAGE.run(connection, {**row, "digest": digest, "answered_at": self._clock.now()})
            for position, reply in enumerate(issued):
                public, private = split(reply)
                said = {"position": position, "reply": _dump(public), "private": _dump(private)}
                _NEW_RECEIPT.run(connection, {**row, "code": reply["receipt"], **said})
            turn_rows.keep(connection, session_id, client or "", message_id, self._clock.now(), issued)
            recalls.keep(connection, issued)
            if wanted:
                talk_rows.want(connection, session_id, self._clock.now(), talk_rows.ASKED)


def session_key(client: str, name: str) -> dict[str, str]:
    """By what a session is found; the name itself is not kept."""
    return {"client": client, "name": hashlib.sha256(f"{client}\0{name}".encode()).hexdigest()}


def _dump(value: Any) -> str:
    return ujson.dumps(value, ensure_ascii=False, escape_forward_slashes=False)
