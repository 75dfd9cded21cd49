"""Another program holds the database for long: everybody is told so kindly, nothing is half written, and it goes on by itself.

A full disk raises the same kind of error; the run under load fills a real one (tests/e2e/faults).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from starlette.applications import Starlette

from koujing.knowledge.base import Knowledge
from koujing.store import database as database_module
from tests.desk.conftest import FakeRasa, MakeApp, open_client
from tests.desk.test_errors import ASK, error
from tests.desk.web.conftest import answered, browse, say

pytestmark = pytest.mark.anyio

TABLES = ("messages", "receipts", "turns", "web_events", "callbacks", "feedback")


@pytest.fixture
def app(
    make_app: MakeApp, knowledge: Knowledge, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Starlette]:
    """A desk that does not wait long for others."""
    impatient = (*database_module._PRAGMAS, "busy_timeout=50")
    monkeypatch.setattr(database_module, "_PRAGMAS", impatient)
    say(rasa, answered())
    return make_app(knowledge=knowledge)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / "koujing.db", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


def counts(folder: Path) -> list[int]:
    with closing(sqlite3.connect(folder / "koujing.db")) as database:
        return [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES]


async def test_a_caller_is_told_to_come_again_and_is_answered_once(app: Starlette, tmp_path: Path) -> None:
    body = {"text": "问", "session": "s", "message_id": "m"}
    async with open_client(app) as client:
        assert (await client.post(ASK, json={"text": "问", "session": "s"})).status_code == 200
        before = counts(tmp_path)
        with locked(tmp_path):
            refused = await client.post(ASK, json=body)
            assert error(refused) == (503, "unavailable")
            assert refused.headers["Retry-After"]
            assert "没有收下" in refused.json()["error"]["message"]
            # Nothing of a new session either.
            assert error(await client.post(ASK, json={"text": "问"})) == (503, "unavailable")
        assert counts(tmp_path) == before
        first = await client.post(ASK, json=body)
        assert first.status_code == 200
        assert (await client.post(ASK, json=body)).json() == first.json()
    assert counts(tmp_path)[0] == before[0] + 1


async def test_a_visitor_is_told_whatever_they_do(app: Starlette, tmp_path: Path) -> None:
    visitor = await browse(app).open()
    await visitor.ask("问")
    receipt = (await visitor.events())[-1]["view"]["receipt"]
    before = counts(tmp_path)
    with locked(tmp_path):
        for path, body in (
            ("messages", {"message_id": str(uuid4()), "text": "问"}),
            ("feedback", {"receipt": receipt, "useful": True}),
            ("callbacks", {"phone": "024-12345678", "consent": True}),
            ("session", {"site": "demo"}),
        ):
            assert error(await visitor.request("POST", path, json=body)) == (503, "unavailable"), path
        # What was said can be read on.
        assert [event["type"] for event in await visitor.events()] == ["message", "reply"]
    assert counts(tmp_path) == before
    assert (await visitor.request("POST", "feedback", json={"receipt": receipt, "useful": True})).status_code == 201


async def test_the_page_without_script_says_so(app: Starlette, tmp_path: Path) -> None:
    async with open_client(app) as client:
        with locked(tmp_path):
            page = await client.get("/chat?fresh=1")
        assert page.status_code in (200, 503)
        assert "Traceback" not in page.text
        with locked(tmp_path):
            form = {"site": "demo", "text": "问", "phone": "024-12345678", "consent": "yes"}
            sent = await client.post("/chat/callback", data=form, headers={"Origin": "http://desk"})
        assert sent.status_code == 503
        assert "没有收下" in sent.text
        assert "024-12345678" in sent.text, "what was written stays in the form"
