"""`koujing cluster run`: everything from PostgreSQL to nginx, until it is asked to stop."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from koujing.clock import Clock
from koujing.cluster.control import listening
from koujing.cluster.errors import ClusterError, UpdateError
from koujing.cluster.keeping import Kept, Recipe
from koujing.cluster.nginx import Nginx
from koujing.cluster.own import own_servers
from koujing.cluster.plan import KINDS, LOOPBACK, Member, Plan, ports_in_use
from koujing.cluster.postgres import Postgres
from koujing.cluster.programs import find_programs
from koujing.cluster.proof import answer_well, check, prove, questions
from koujing.cluster.redis import Redis
from koujing.cluster.release import Releases
from koujing.cluster.rolling import Group, restart, roll
from koujing.desk.console.demo import announcement
from koujing.desk.web.home import example
from koujing.desk.web.secret import secret
from koujing.process import quiet_environment
from koujing.settings import DEMO_KEY, Settings
from koujing.silence import ANSWER_SECONDS, Silence

__all__ = ["Cluster", "run", "run_database"]

_HEALTH_SECONDS = 3.0
_PROOF_SECONDS = 30.0

Say = Callable[[str], None]


def run(settings: Settings, say: Say) -> None:
    """Start everything and keep it running until Ctrl-C or SIGTERM.

    Raises:
        ClusterError: it cannot start.
    """
    # What must be refused is refused before anything starts.
    programs = find_programs(database=settings.database is None, redis=settings.redis is None)
    ports_in_use(Plan(settings).all_ports(database=settings.database is None, redis=settings.redis is None))
    own = own_servers(settings)
    settings = dataclasses.replace(own.settings, secret=secret(settings.secret, settings.data))
    releases = Releases(settings)
    if releases.current is None:
        say("首次启动：正在检查政策、加载模型并试答……")
        releases.record(releases.make(check, prove))
    elif releases.source() != releases.current.name:
        say(
            f"注意：项目文件与当前发布 {releases.current.name} 不同，仍用当前发布。要换上新的，启动后运行 koujing cluster update。"
        )
    plan = Plan(settings)
    nginx = Nginx(settings.data / "cluster", plan, programs)
    asyncio.run(Cluster(plan, releases, nginx, say).run(own.database, own.redis))
    say("已全部停止。")


def run_database(settings: Settings, say: Say) -> None:
    """PostgreSQL alone, until Ctrl-C or SIGTERM, for what needs the database without anybody in it.

    Raises:
        ClusterError: it cannot start.
    """
    own = own_servers(settings, database_only=True)
    if own.database is None:
        raise ClusterError("设置了 KOUJING_DATABASE：那个数据库不由集群启动。")
    ports_in_use({(LOOPBACK, Plan(settings).database_port): "KOUJING_CLUSTER_PORTS"})
    asyncio.run(_database_alone(own.database, settings.start_seconds, say))
    say("已停止。")


async def _database_alone(database: Postgres, seconds: float, say: Say) -> None:
    database.prepare()
    kept = Kept(database.recipe(), say)
    kept.start()
    try:
        await kept.ready(seconds)
        await asyncio.to_thread(database.settle)
        say("数据库已启动，没有别的进程。Ctrl-C 停止。")
        await _stop_asked().wait()
    finally:
        await kept.stop()


def _stop_asked() -> asyncio.Event:
    """Set by Ctrl-C or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    return stopped


class Cluster:
    """What runs, in one thread: children end with the thread that started them."""

    def __init__(self, plan: Plan, releases: Releases, nginx: Nginx, say: Say) -> None:
        self._plan, self._settings, self._releases = plan, plan.settings, releases
        self._nginx, self._say = nginx, say
        self._group = Group(plan, self._kept, self._serve, self._proven)
        self._servers: dict[str, Kept] = {}
        self._updating = asyncio.Lock()
        self._http = httpx.AsyncClient(trust_env=False, timeout=_HEALTH_SECONDS)

    async def run(self, database: Postgres | None, redis: Redis | None) -> None:
        """Start in the order of who needs whom, wait for the end, stop in the other order."""
        stopped = _stop_asked()
        starting = asyncio.create_task(self._start(database, redis))
        waiting = asyncio.create_task(stopped.wait())
        try:
            await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                await starting
                async with listening(self._settings.data / "cluster", self._answer):
                    self._announce()
                    await stopped.wait()
        finally:
            for task in (starting, waiting):
                task.cancel()
            await asyncio.gather(starting, waiting, return_exceptions=True)
            await self._stop()

    async def _start(self, database: Postgres | None, redis: Redis | None) -> None:
        began = time.monotonic()
        release = self._releases.current
        assert release is not None
        if database:
            if database.prepare():
                self._say("已建立 PostgreSQL 的数据文件夹。")
            await self._started(database.recipe())
            await asyncio.to_thread(database.settle)
        if redis:
            redis.prepare()
            await self._started(redis.recipe())
        members = list(self._plan.members(release))
        self._nginx.write(members)
        await self._started(self._nginx.recipe())
        # All of the actions and Rasa load at once; the desks after them, the first alone, as it brings the tables up to date.
        self._say("正在启动动作服务和 Rasa（Rasa 要十几秒）……")
        inner = [member for member in members if member.kind != "desk"]
        for member in inner:
            self._group.add(member)
        await asyncio.gather(*(self._well(member) for member in inner))
        first, *rest = (member for member in members if member.kind == "desk")
        for desks in ([first], rest):
            for member in desks:
                self._group.add(member)
            await asyncio.gather(*(self._well(member) for member in desks))
        self._say(f"全部就绪，用时 {time.monotonic() - began:.1f} 秒。")

    async def _started(self, recipe: Recipe) -> None:
        kept = self._servers[recipe.name] = Kept(recipe, self._say)
        kept.start()
        seconds = await kept.ready(self._settings.start_seconds)
        self._say(f"  {recipe.name} 已就绪（{seconds:.1f} 秒）")

    async def _well(self, member: Member) -> None:
        seconds = await self._group.kept[member].ready(self._settings.start_seconds)
        self._say(f"  {member.name} 已就绪（{seconds:.1f} 秒）")

    async def _stop(self) -> None:
        self._say("正在停止……")
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._http.aclose)
            for kept in self._servers.values():
                stack.push_async_callback(kept.stop)
            if nginx := self._servers.pop("nginx", None):
                await nginx.stop()
            for kind in reversed(KINDS):
                await asyncio.gather(*(self._group.kept[member].stop() for member in self._group.of(kind)))

    def _kept(self, member: Member) -> Kept:
        async def well() -> bool:
            try:
                return (await self._http.get(member.health)).is_success
            except httpx.HTTPError:
                return False

        async def alive() -> bool:
            try:
                await self._http.get(member.alive, timeout=ANSWER_SECONDS)
            except httpx.HTTPError:
                return False
            return True

        log = self._settings.data / "logs" / f"{member.name}-{member.port}.log"
        env = {**quiet_environment(os.environ), **self._plan.environment(member)}
        # The folder that a module is looked for in first is the one it runs in.
        command = [sys.executable, "-m", member.module]
        recipe = Recipe(member.name, command, env, member.release, log, well, alive)
        return Kept(recipe, self._say, silence=Silence(self._settings.silent_seconds))

    async def _serve(self, members: list[Member]) -> None:
        await self._nginx.use(self._servers["nginx"], members)

    async def _proven(self, member: Member) -> None:
        """A Rasa whose model did not load answers that it is well; so it is asked."""
        if member.kind != "rasa":
            return
        for number, question in enumerate(questions(member.release)):
            metadata = {
                "message_id": f"proof-{time.time_ns()}",
                "region": question["region"],
                "on": str(question["date"]),
            }
            message = {"sender": f"proof-{member.port}-{number}-{time.time_ns()}", "message": question["text"]}
            try:
                url = f"http://{LOOPBACK}:{member.port}/webhooks/rest/webhook"
                answered = await self._http.post(url, json={**message, "metadata": metadata}, timeout=_PROOF_SECONDS)
                replies = [item["custom"]["reply"] for item in answered.raise_for_status().json() if "custom" in item]
            except (httpx.HTTPError, ValueError) as error:
                raise ClusterError(f"{member.name} 试答失败：{type(error).__name__} {error}") from error
            if wrong := answer_well(question, replies):
                raise ClusterError(f"{member.name} 试答没有通过：{wrong}")

    async def _answer(self, asked: dict[str, Any], say: Say) -> dict[str, Any]:
        if asked.get("do") == "status":
            return self._status()
        if asked.get("do") == "use":
            return await self._use(self._releases.named(str(asked.get("release"))), say)
        if asked.get("do") == "restart":
            return await self._restart([kind for kind in KINDS if kind in asked.get("kinds", ())], say)
        raise ClusterError("没有这个命令。")

    async def _use(self, release: Path, say: Say) -> dict[str, Any]:
        async with self._alone():
            # Shielded: it ends well or is undone, whatever becomes of who asked for it.
            await asyncio.shield(roll(self._group, release, self._both(say), self._settings.start_seconds))
            self._releases.record(release)
        self._say(f"当前发布：{release.name}")
        return self._status()

    async def _restart(self, kinds: Sequence[str], say: Say) -> dict[str, Any]:
        async with self._alone():
            await asyncio.shield(restart(self._group, kinds, self._both(say), self._settings.start_seconds))
        return self._status()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        if self._updating.locked():
            raise UpdateError("另一次更新正在进行，请等它结束。")
        async with self._updating:
            yield

    def _both(self, say: Say) -> Say:
        def tell(text: str) -> None:
            self._say(text)
            say(text)

        return tell

    def _status(self) -> dict[str, Any]:
        servers = [(name, kept, None) for name, kept in self._servers.items()]
        ours = [(member.name, self._group.kept[member], member) for kind in KINDS for member in self._group.of(kind)]
        current = self._releases.current
        return {
            "release": current and current.name,
            "url": self._settings.desk_url,
            "processes": [
                {
                    "name": name,
                    "pid": kept.pid,
                    "port": member and member.port,
                    "release": member and member.release.name,
                    "restarts": kept.restarts,
                }
                for name, kept, member in [*servers, *ours]
            ],
        }

    def _announce(self) -> None:
        settings, clock = self._settings, Clock(self._settings.today)
        date = "演示日期" if clock.fixed else "答复日期"
        key = f"演示密钥 {DEMO_KEY}，只在本机有效" if DEMO_KEY in settings.api_keys else "密钥见 KOUJING_API_KEYS"
        console = announcement(settings)
        current = self._releases.current
        self._say(
            f"\n口径集群已启动：{settings.desk_url}（{date} {clock.today()}；{key}）\n"
            f"nginx 之后：{'；'.join(self._ports_of(kind) for kind in reversed(KINDS))}\n"
            f"发布：{current and current.name}　日志：{settings.data / 'logs'}\n"
            f"{f'{console}{chr(10)}' if console else ''}试一试：\n{example(settings)}\n"
            "看状态：koujing cluster status　更新：koujing cluster update　Ctrl-C 停止。"
        )

    def _ports_of(self, kind: str) -> str:
        return f"{kind} {'、'.join(str(member.port) for member in self._group.of(kind))}"
