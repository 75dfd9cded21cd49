"""Whatever is planted in the books — lost, doubled, changed — is found; what is right is not complained of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.callbacks import Callbacks
from koujing.store.database import open_database
from koujing.store.events import Events
from koujing.store.feedback import Feedback
from koujing.store.store import Store
from soak.books import Books, wechat_screens
from soak.ledger import ASK, WEB, WECHAT, Ledger
from tests.desk.web.conftest import answered

Spoil = Callable[[Engine, Ledger], None]


def sql(statement: str) -> Spoil:
    def spoil(engine: Engine, _ledger: Ledger) -> None:
        with engine.connect() as connection:
            connection.execute(text("PRAGMA foreign_keys=OFF"))
            connection.execute(text(statement))
            connection.commit()

    return spoil


def changed(**fields: Any) -> Spoil:
    """One entry of the ledger is otherwise than its sender saw it."""

    def spoil(_engine: Engine, ledger: Ledger) -> None:
        for name, value in fields.items():
            setattr(ledger.entries["a-1"], name, value)

    return spoil


@pytest.fixture
def run(tmp_path: Path) -> Iterator[tuple[Engine, Ledger, str]]:
    """A run of three messages, one judgement and one callback request, all as it should be."""
    path = tmp_path / "koujing.db"
    engine, clock, ledger = open_database(path), Clock(None), Ledger()
    store, events = Store(engine, clock), Events(engine, clock)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE events (id INTEGER PRIMARY KEY, type_name TEXT, data TEXT)"))
    for channel, session, id in ((ASK, "api", "a-1"), (ASK, "api", "a-2"), (WEB, "web:demo", "w-1")):
        session_id = store.session(session, "s")
        if channel == WEB:
            events.accept(session_id, id, "d", {"text": "问"})
        replies = store.record(session_id, id, "d", [answered("一"), answered("二")])
        entry = ledger.said(channel, id, "问", 0.0)
        entry.accepted, entry.replies = True, replies
        with engine.begin() as connection:
            heard = {"data": json.dumps({"metadata": {"message_id": id}})}
            connection.execute(text("INSERT INTO events (type_name, data) VALUES ('user', :data)"), heard)
        if channel == WEB:
            events.answer(session_id, id, [reply["receipt"] for reply in replies])
            Feedback(engine, clock).keep(session_id, replies[0]["receipt"], useful=True, reason=None, note=None)
            ledger.feedback[replies[0]["receipt"]] = True
            code, _ = Callbacks(engine, clock).keep(session_id, "demo", b"x", note=None, day_part="any", key=["1"])
            ledger.callbacks["1"] = code
    yield engine, ledger, f"sqlite:///{path}"
    engine.dispose()


def wrong(url: str, ledger: Ledger) -> list[str]:
    books = Books(url, url)
    try:
        return books.balance(ledger).wrong
    finally:
        books.close()


def test_what_is_right_balances(run: tuple[Engine, Ledger, str]) -> None:
    _, ledger, url = run
    assert wrong(url, ledger) == []


def lost_callback(_engine: Engine, ledger: Ledger) -> None:
    ledger.callbacks["2"] = "0" * 12


def judged_otherwise(_engine: Engine, ledger: Ledger) -> None:
    ledger.feedback = dict.fromkeys(ledger.feedback, False)


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (changed(replies=[]), "没有下文"),
        (changed(replies=[], failures=1), "发送者没看到答复"),
        (changed(doubled=1), "来了两次"),
        (changed(replies=[], refused="500"), "被拒绝"),
        (sql("DELETE FROM messages WHERE message_id = 'a-1'"), "没有记下"),
        (sql("DELETE FROM receipts WHERE message_id = 'a-1' AND position = 1"), "回执与发送者看到的不同"),
        (
            sql("UPDATE receipts SET reply = replace(reply, '\"二\"', '\"三\"') WHERE message_id = 'a-1'"),
            "不是逐字相同",
        ),
        (sql("INSERT INTO messages SELECT 'other', message_id, digest, answered_at FROM messages"), "记了几次"),
        (sql("DELETE FROM turns WHERE id = 1"), "缺少的轮次"),
        (sql("UPDATE turns SET receipt = 'X' WHERE id = 1"), "多出的轮次"),
        (sql("DELETE FROM web_events WHERE type = 'message'"), "收下的消息丢了"),
        (sql("UPDATE web_events SET state = 'pending' WHERE type = 'message'"), "没人管"),
        (
            sql(
                "INSERT INTO web_events (session_id, type, at, message_id, position, receipt, data) "
                "SELECT session_id, type, at, message_id, 9, receipt, data FROM web_events WHERE type = 'reply' LIMIT 1"
            ),
            "一个回执出现几次",
        ),
        (sql("DELETE FROM feedback"), "评价"),
        (judged_otherwise, "评价"),
        (sql("DELETE FROM callbacks"), "回电请求"),
        (lost_callback, "回电请求"),
        (sql("INSERT INTO events (type_name, data) SELECT type_name, data FROM events"), "一条消息出现几次"),
        (sql("DELETE FROM events"), "Rasa 没有记下"),
    ],
)
def test_what_is_wrong_is_found(run: tuple[Engine, Ledger, str], spoil: Spoil, complaint: str) -> None:
    engine, ledger, url = run
    spoil(engine, ledger)
    assert any(complaint in each for each in wrong(url, ledger)), wrong(url, ledger)


def screens(engine: Engine, url: str, *shown: str, state: str = "answered") -> Ledger:
    """A follower's question with two parts, and what stands on the screen."""
    ledger = Ledger()
    with engine.connect() as connection:
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        connection.execute(
            text(
                "INSERT INTO wechat_messages (id, queue_id, key, kind, session_id, says, length, at, delivered_at, deliveries, "
                f"state, released) VALUES (1, 1, 'm:1', 'turn', 's', '', 1, 0, 0, 1, '{state}', 1)"
            )
        )
        for position, part in enumerate(("甲", "乙")):
            connection.execute(
                text(
                    "INSERT INTO wechat_parts (message_id, position, text, state, at, until, told) "
                    f"VALUES (1, {position}, '{part}', 'sent', 0, 0, 0)"
                )
            )
        connection.commit()
    entry = ledger.said(WECHAT, "p:问", "问", 0.0, "m:1")
    entry.accepted = True
    person = SimpleNamespace(screen=lambda: list(shown), again=0)
    books = Books(url, url)
    wechat_screens(books, SimpleNamespace(of={entry.id: person}), ledger)  # type: ignore[arg-type]
    books.close()
    return ledger


def test_an_answer_on_the_screen_is_one(run: tuple[Engine, Ledger, str]) -> None:
    engine, _, url = run
    (entry,) = screens(engine, url, "甲\n\n还有", "乙").of(WECHAT)
    assert (entry.outcome, entry.doubled) == ("answered", 0)


def test_half_an_answer_is_none(run: tuple[Engine, Ledger, str]) -> None:
    engine, _, url = run
    (entry,) = screens(engine, url, "甲").of(WECHAT)
    assert entry.outcome == "nothing"


def test_an_answer_seen_twice_is_doubled(run: tuple[Engine, Ledger, str]) -> None:
    engine, _, url = run
    (entry,) = screens(engine, url, "甲", "乙", "甲").of(WECHAT)
    assert entry.doubled == 1


def test_the_sorry_text_is_word_that_it_failed(run: tuple[Engine, Ledger, str]) -> None:
    engine, _, url = run
    (entry,) = screens(engine, url, "甲", "乙", state="failed").of(WECHAT)
    assert entry.outcome == "failed"
