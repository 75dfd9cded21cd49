"""A desk's database with one person in every corner of it, and another person beside."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, insert, select
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.desk.keeping.people import People
from koujing.desk.keeping.removing import Keeper
from koujing.desk.keeping.schedule import load_schedule
from koujing.desk.web.secret import PhoneCipher
from koujing.desk.web.tokens import Tokens
from koujing.settings import ROOT
from koujing.store import tables as t
from koujing.store.audit import Audit
from koujing.store.callbacks import Callbacks
from koujing.store.events import Events
from koujing.store.feedback import Feedback
from koujing.store.persons import Persons
from koujing.store.store import Store
from koujing.store.tables_calls import call_sentences, calls
from koujing.store.tables_takeovers import talk_lines
from koujing.store.tables_tickets import ticket_events, tickets
from koujing.store.tracker_rows import TrackerRows
from tests.store.conftest import NOON, REPLY, Time, clock, engine, store, time

__all__ = ["clock", "engine", "store", "time"]

events_of_rasa = Table(
    "events",
    MetaData(),
    Column("id", Integer, primary_key=True),
    *(Column(name, String(255)) for name in ("sender_id", "type_name", "intent_name", "action_name")),
    Column("timestamp", Float),
    Column("data", Text),
)
SECRET = "s" * 32
PHONE = "13900001111"
WORDS = "我的话原样在此"


def old_enough(days: int) -> dt.datetime:
    """An hour after what is of today was kept for so many days."""
    return NOON + dt.timedelta(days=days, hours=1)


@dataclass
class Kept:
    """What is known of who is in there."""

    session: str
    receipt: str
    ticket: int
    ticket_code: str
    callback: str
    call: str
    openid: str
    queue: int


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """For `engine`: a file, in which what was removed can be looked for."""
    return tmp_path / "data" / "koujing.db"


@pytest.fixture
def cipher() -> PhoneCipher:
    return PhoneCipher(SECRET)


@pytest.fixture
def trackers(tmp_path: Path) -> TrackerRows:
    """With Rasa's own table, as Rasa makes it."""
    rows = TrackerRows(tmp_path / "conversations.db")
    events_of_rasa.create(rows._engine)
    return rows


@pytest.fixture
def people(engine: Engine, trackers: TrackerRows, clock: Clock, cipher: PhoneCipher) -> People:
    audit = Audit(engine, clock)
    return People(Persons(engine), trackers, audit, clock, cipher, Tokens(b"k" * 32), engine, "命令行")


@pytest.fixture
def keeper(engine: Engine, trackers: TrackerRows, clock: Clock, tmp_path: Path) -> Keeper:
    (tmp_path / "logs").mkdir()
    return Keeper(engine, trackers, tmp_path / "logs", load_schedule(ROOT / "config" / "retention.yml"), clock)


class Town:
    """Puts people into every table that holds any of theirs."""

    def __init__(self, engine: Engine, clock: Clock, store: Store, cipher: PhoneCipher, trackers: TrackerRows) -> None:
        self.engine, self.clock, self.store, self.cipher, self.trackers = engine, clock, store, cipher, trackers

    def settle(self, name: str, phone: str = PHONE, *, state: str = "closed") -> Kept:
        """Somebody with a follower's openid `name`, whose ticket is in this state."""
        now = self.clock.now()
        session = self.store.session("wechat:wx1", name)
        reply = {**REPLY, "question": f"{WORDS} {name}"}
        receipt = str(self.store.record(session, "m1", f"digest {name}", [reply])[0]["receipt"])
        events = Events(self.engine, self.clock)
        events.accept(session, "m1", "digest", {"text": f"{WORDS} {name}"})
        events.answer(session, "m1", [receipt])
        Feedback(self.engine, self.clock).keep(session, receipt, useful=False, reason="wrong", note=f"{WORDS} {name}")
        callback, _ = Callbacks(self.engine, self.clock).keep(
            session, "demo", self.cipher.encrypt(phone), note=f"{WORDS} {name}", day_part="any"
        )
        call = f"call-{name}"
        with self.engine.begin() as connection:
            self._talked(connection, session, name)
            row = {"id": call, "opened_at": now, "ended_at": now, "sheet": "{}", "note": f"{WORDS} {name}"}
            connection.execute(insert(calls).values(**row, note_version=1, revision=1))
            said = {"call_id": call, "seq": 1, "at": now, "speaker": "caller", "digest": ""}
            connection.execute(insert(call_sentences).values(**said, text=f"{WORDS} {name}"))
            ticket, code = self._ticket(connection, session, receipt, call, callback, name, phone, state)
            queue = self._follower(connection, session, name)
            row = {"sender_id": session, "type_name": "user", "timestamp": now.timestamp()}
            data = json.dumps({"event": "user", "text": f"{WORDS} {name}"}, ensure_ascii=False)
        with self.trackers._engine.begin() as connection:
            connection.execute(insert(events_of_rasa).values(**row, data=data))
        return Kept(session, receipt, ticket, code, callback, call, name, queue)

    def _talked(self, connection: Any, session: str, name: str) -> None:
        row = {"session_id": session, "at": self.clock.now(), "kind": "heard", "staff_id": None, "key": name}
        connection.execute(insert(talk_lines).values(**row, text=f"{WORDS} {name}", data="{}"))

    def _ticket(
        self, connection: Any, session: str, receipt: str, call: str, callback: str, name: str, phone: str, state: str
    ) -> tuple[int, str]:
        now, code = self.clock.now(), self.store._new_code()
        serial = len(connection.execute(select(tickets.c.id)).all()) + 1
        done = now if state in ("closed", "void") else None
        row = {
            "year": now.year, "serial": serial, "code": code, "key": name, "source": "talk", "session_id": session,
            "channel": "wechat:wx1", "call_id": call, "callback": callback, "phone": self.cipher.encrypt(phone),
            "receipt": receipt, "title": WORDS, "question": f"{WORDS} {name}", "kind": "question",
            "priority": "normal", "state": state, "made_by": 1, "made_at": now, "counted_from": now,
            "due_on": now.date(), "due_unsure": "", "closed_at": done, "version": 1, "touched_at": now,
        }  # fmt: skip
        id = connection.execute(insert(tickets).values(**row)).inserted_primary_key[0]
        event = {"ticket_id": id, "at": now, "kind": "note", "key": name, "text": f"{WORDS} {name}", "data": "{}"}
        connection.execute(insert(ticket_events).values(**event))
        return id, code

    def _follower(self, connection: Any, session: str, name: str) -> int:
        now = self.clock.now()
        connection.execute(insert(t.wechat_followers).values(appid="wx1", openid=name, followed_at=now))
        queue = insert(t.wechat_queues).values(appid="wx1", name=f"digest {name}", openid=name, touched_at=now)
        id = int(connection.execute(queue).inserted_primary_key[0])
        message = {
            "queue_id": id, "key": name, "kind": "turn", "session_id": session, "says": f"{WORDS} {name}", "length": 9,
            "at": now, "delivered_at": now, "deliveries": 1, "state": "answered", "released": True,
        }  # fmt: skip
        made = connection.execute(insert(t.wechat_messages).values(**message)).inserted_primary_key[0]
        part = {"message_id": made, "position": 0, "text": WORDS, "state": "sent", "at": now, "until": now}
        connection.execute(insert(t.wechat_parts).values(**part, told=False))
        return id


@pytest.fixture
def town(engine: Engine, clock: Clock, store: Store, cipher: PhoneCipher, trackers: TrackerRows, time: Time) -> Town:
    return Town(engine, clock, store, cipher, trackers)
