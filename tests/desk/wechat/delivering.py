"""A delivery on real SQLite in virtual time, with a core, a customer API and a platform that the test plays."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool

from koujing.desk.errors import UnavailableError
from koujing.desk.request import Ask
from koujing.desk.wechat.delivery import Delivery, Handed, Incoming
from koujing.desk.wechat.offers import Offer, Screen
from koujing.store import database
from koujing.store.database import open_database
from koujing.store.wechat import WeChatStore
from tests.desk.wechat.virtual import NOON, clock_of, directly, virtually

__all__ = [
    "APPID",
    "PHRASES",
    "Core",
    "Follower",
    "PushFake",
    "World",
    "compose",
    "never",
    "open_engine",
    "render",
    "run",
]

APPID = "wxkoujingdemo00001"
PHRASES = {
    "earlier": "您刚才问的“{question}”：",
    "more": "回复“继续”看下一部分",
    "hold": "正在查询，请回复任意字",
    "unsure": "没有看到请回复“重看”",
    "sorry": "抱歉，现在答不了",
}


@cache
def _empty() -> bytes:
    """A database with its tables; the migrations take longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "koujing.db"
        engine = open_database(path)
        engine.dispose()
        return path.read_bytes()


def open_engine(path: Path) -> Engine:
    """The database at this path, as the desk opens it."""
    if not path.exists():
        path.write_bytes(_empty())
    engine = create_engine(
        f"sqlite:///{path}", future=True, poolclass=QueuePool, connect_args={"check_same_thread": False}
    )
    event.listen(engine, "connect", database._tune)
    database._queue_writers(engine)
    return engine


def run(folder: Path, scenario: Callable[[World], Awaitable[None]], **world: Any) -> None:
    """A scenario in virtual time on a database of its own."""
    engine = open_engine(folder / "koujing.db")

    async def play() -> None:
        await scenario(World(engine, **world))

    try:
        virtually(play())
    finally:
        engine.dispose()


def compose(text: str) -> bytes:
    """A response that differs each time it is made, as an encrypted one does."""
    compose.made += 1  # type: ignore[attr-defined]
    return f"{compose.made}|{text}".encode()  # type: ignore[attr-defined]


compose.made = 0  # type: ignore[attr-defined]


def render(replies: list[dict[str, Any]]) -> Screen:
    """Each reply is a part."""
    return Screen(tuple(reply["text"] for reply in replies), tuple(replies[0].get("offers", ())))


@dataclass
class Core:
    """Answers each message id once; another call for it gets the same, as soon as it is there."""

    seconds: Callable[[str], float] = lambda _says: 0.0
    texts: Callable[[str], list[str]] = lambda says: [f"答：{says}"]
    offers: tuple[Offer, ...] = ()
    down: int = 0
    asked: dict[str, Ask] = field(default_factory=dict)
    calls: int = 0
    _ready: dict[str, float] = field(default_factory=dict)

    async def __call__(self, session_id: str, ask: Ask) -> list[dict[str, Any]]:
        assert session_id
        self.calls += 1
        if self.down:
            self.down -= 1
            raise UnavailableError
        assert ask.message_id is not None
        before = self.asked.setdefault(ask.message_id, ask)
        assert before.digest == ask.digest, "the same id for another question"
        now = asyncio.get_running_loop().time()
        ready = self._ready.setdefault(ask.message_id, now + self.seconds(ask.text))
        await asyncio.sleep(max(0.0, ready - now))
        return [{"text": text, "offers": self.offers} for text in self.texts(ask.text)]


@dataclass
class PushFake:
    """The customer API: what it showed, and what goes wrong in which call."""

    shown: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    errors: list[BaseException | None] = field(default_factory=list)
    typed: int = 0
    usable: bool = True
    seconds: float = 0.1

    async def send(self, _openid: str, text: str) -> None:
        await asyncio.sleep(self.seconds)
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        self.times.append(asyncio.get_running_loop().time())
        self.shown.append(text)

    async def typing(self, _openid: str) -> None:
        self.typed += 1

    async def opened(self, _openid: str, _trigger: str) -> None:
        pass


async def never() -> bool:
    """The platform holds the line."""
    return False


@dataclass
class Follower:
    """Writes messages, and sees what the platform shows of the answers."""

    world: World
    openid: str = "o" * 28
    seen: list[str] = field(default_factory=list)
    count: int = 0

    def message(self, says: str, **given: Any) -> Incoming:
        """A new message, written now."""
        self.count += 1
        created = int(NOON.timestamp() + asyncio.get_running_loop().time())
        key = f"m:{self.openid[:4]}{self.count}"
        row = {"session_id": f"s-{self.openid}"[:32], "says": says, "length": len(says), "region": None}
        return Incoming(key=key, openid=self.openid, created=created, **{**row, **given})

    async def say(self, says: str, **given: Any) -> str | None:
        """What comes back at once, over three deliveries: None for nothing shown."""
        return await self.deliver(self.message(says, **given))

    async def deliver(self, incoming: Incoming, *, sent: bool = True) -> str | None:
        """As `say`. Without `sent` the desk dies behind the response."""
        for _ in range(3):
            handed = await self.once(incoming)
            if handed is not None and (handed.ack or handed.body is not None):
                if sent:
                    await handed.sent()
                if handed.body is None:
                    return None
                self.seen.append(handed.body.decode().partition("|")[2])
                return self.seen[-1]
        self.seen.append("故障")
        return "故障"

    async def once(self, incoming: Incoming, delivery: Delivery | None = None) -> Handed | None:
        """One delivery: the response, or None when the platform hung up after 5 s."""
        began = asyncio.get_running_loop().time()

        async def gone() -> bool:
            return asyncio.get_running_loop().time() >= began + 5

        handling = asyncio.create_task((delivery or self.world.delivery).handle(incoming, compose, gone))
        done, _ = await asyncio.wait({handling}, timeout=5)
        return handling.result() if done else None


class World:
    """A database, a core, and one delivery; `another` makes a second process on the same database."""

    def __init__(self, engine: Engine, *, push: PushFake | None = None, **core: Any) -> None:
        self.engine, self.push, self.core = engine, push, Core(**core)
        self.delivery = self.another()

    def another(self, **given: Any) -> Delivery:
        return Delivery(
            store=WeChatStore(self.engine, clock_of(), APPID),
            answer=self.core,
            render=render,
            push=self.push,
            phrases=PHRASES,
            clock=clock_of(),
            run=directly,
            **given,
        )

    async def restart(self) -> None:
        """kill -9: everything under way ends where it stands, and a new process begins."""
        mine = asyncio.current_task()
        for task in asyncio.all_tasks():
            if task is not mine:
                task.cancel()
        await asyncio.sleep(0)
        self.delivery = self.another()

    async def sweep(self) -> None:
        """One round of the sweeper, and what follows from it."""
        await self.delivery._sweeper.once()
        await asyncio.sleep(15)

    def rows(self, table: str) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id"))
