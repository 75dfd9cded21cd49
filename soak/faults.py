"""The faults, by class. Each hurts something, may last for a while, and mends what it can mend; its keeper does the rest."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from koujing.settings import DEMO_KEY
from soak.asking import Callers
from soak.stack import Stack, freeze, kind_of, thaw
from soak.visiting import Visitors

__all__ = ["Fault", "Scene", "known"]

_CUT_CLIENTS = 12


@dataclass
class Scene:
    """What a fault acts upon."""

    stack: Stack
    callers: Callers
    visitors: Visitors
    draw: random.Random

    def pick(self, kind: str) -> str:
        """One of the processes of a kind that run."""
        return self.draw.choice(sorted(name for name in self.stack.pids() if kind_of(name) == kind))


@dataclass(frozen=True)
class Fault:
    """`strike` ends when the cause ends: from then on the time to recover counts. It tells whom it struck."""

    id: str
    words: str
    strike: Callable[[Scene], Awaitable[str]]
    needs: str = ""


def _killed(kind: str) -> Callable[[Scene], Awaitable[str]]:
    async def strike(scene: Scene) -> str:
        name = scene.pick(kind)
        scene.stack.kill(name)
        return name

    return strike


def _ended(kind: str) -> Callable[[Scene], Awaitable[str]]:
    async def strike(scene: Scene) -> str:
        name = scene.pick(kind)
        scene.stack.end(name)
        return name

    return strike


def _frozen(kind: str, seconds: float) -> Callable[[Scene], Awaitable[str]]:
    async def strike(scene: Scene) -> str:
        name = scene.pick(kind)
        pid = scene.stack.pids()[name]
        freeze(pid)
        try:
            await asyncio.sleep(seconds)
        finally:
            with suppress(ProcessLookupError):
                thaw(pid)
        return name

    return strike


def _stuttering(kind: str, seconds: float, awake: float, asleep: float) -> Callable[[Scene], Awaitable[str]]:
    """Frozen most of the time: everything takes many times as long."""

    async def strike(scene: Scene) -> str:
        name = scene.pick(kind)
        pid = scene.stack.pids()[name]
        try:
            for _ in range(int(seconds / (awake + asleep))):
                freeze(pid)
                await asyncio.sleep(asleep)
                thaw(pid)
                await asyncio.sleep(awake)
        finally:
            with suppress(ProcessLookupError):
                thaw(pid)
        return name

    return strike


async def _full_disk(scene: Scene) -> str:
    disk = scene.stack.disk
    assert disk is not None
    await asyncio.to_thread(disk.fill)
    try:
        await asyncio.sleep(8)
    finally:
        await asyncio.to_thread(disk.free)
    return "data"


async def _locked(scene: Scene) -> str:
    """Another program holds the database for longer than the desk waits."""
    path = scene.stack.servers()["sqlite"]

    def hold() -> sqlite3.Connection:
        database = sqlite3.connect(path, timeout=30, check_same_thread=False, isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        return database

    with closing(await asyncio.to_thread(hold)) as database:
        await asyncio.sleep(9)
        database.execute("ROLLBACK")
    return "koujing.db"


async def _cut_clients(scene: Scene) -> str:
    """Half a body; a whole one whose answer nobody waits for; event streams dropped. The same messages are sent again."""
    address = urlsplit(scene.stack.url)
    kept = []
    for number in range(_CUT_CLIENTS):
        entry = scene.callers.new()
        body = json.dumps(scene.callers.body(entry)).encode()
        head = (
            f"POST /api/v1/ask HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {DEMO_KEY}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        with suppress(OSError):
            _, writer = await asyncio.open_connection(address.hostname, address.port)
            whole = number % 2
            writer.write(head + (body if whole else body[: len(body) // 2]))
            await writer.drain()
            await asyncio.sleep(scene.draw.uniform(0, 0.15))
            writer.transport.abort()
        kept.append(entry)
    dropped = scene.visitors.drop_streams()
    await asyncio.gather(*(scene.callers.see_through(entry, 60) for entry in kept))
    return f"{len(kept)}+{dropped}"


def _served(what: str, command: str) -> Callable[[Scene], Awaitable[str]]:
    """A server beside ours, by the stack's own command for it."""

    async def strike(scene: Scene) -> str:
        await asyncio.to_thread(getattr(scene.stack, command))
        return what

    return strike


_ALL = (
    Fault("kill-desk", "desk 被 kill -9", _killed("desk"), "desk"),
    Fault("kill-rasa", "Rasa 被 kill -9", _killed("rasa"), "rasa"),
    Fault("kill-actions", "动作服务被 kill -9", _killed("actions"), "actions"),
    Fault("stop-desk", "desk 正常停止再起（SIGTERM）", _ended("desk"), "desk"),
    Fault("freeze-actions", "动作服务停住 20 秒，超过时限", _frozen("actions", 20), "actions"),
    Fault("slow-actions", "动作服务时停时走 10 秒", _stuttering("actions", 10, 0.02, 0.5), "actions"),
    Fault("freeze-rasa", "Rasa 停住 20 秒，超过时限", _frozen("rasa", 20), "rasa"),
    Fault("freeze-desk", "desk 停住 8 秒", _frozen("desk", 8), "desk"),
    Fault("cut-clients", "客户端半路断开、事件流被切断", _cut_clients),
    Fault("full-disk", "数据盘写满 8 秒", _full_disk, "disk"),
    Fault("locked-database", "数据库文件被别的程序锁住 9 秒", _locked, "sqlite"),
    Fault("postgres-fast", "PostgreSQL 重启（fast）", _served("postgres", "postgres_fast"), "postgres"),
    Fault("postgres-immediate", "PostgreSQL 重启（immediate）", _served("postgres", "postgres_immediate"), "postgres"),
    Fault("redis-restart", "Redis 重启（数据全丢）", _served("redis", "redis_restart"), "redis"),
    Fault("redis-flush", "Redis 清空（FLUSHALL）", _served("redis", "redis_flush"), "redis"),
    Fault("nginx-reload", "nginx 重新加载", _served("nginx", "nginx_reload"), "nginx"),
    Fault("kill-nginx", "nginx 被 kill -9", _served("nginx", "nginx_kill"), "nginx"),
)


def known(stack: Stack) -> dict[str, Fault]:
    """Those that can be done to this stack."""
    there = {kind_of(name) for name in stack.health()} | set(stack.servers()) | ({"disk"} if stack.disk else set())
    return {fault.id: fault for fault in _ALL if not fault.needs or fault.needs in there}
