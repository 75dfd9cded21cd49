"""A platform, followers and two desk processes that are killed at any moment, all in virtual time and from one seed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from koujing.desk.wechat import errors
from koujing.desk.wechat.delivery import Delivery, Handed, Incoming
from koujing.store.wechat import WeChatStore
from tests.desk.wechat.delivering import APPID, PHRASES, Core, open_engine, render
from tests.desk.wechat.virtual import NOON, VirtualLoop, clock_of, virtually
from tests.desk.wechat.witness import Witness

__all__ = ["Simulation", "simulate"]

_HOME: ContextVar[Process | None] = ContextVar("_HOME", default=None)


@dataclass
class Process:
    """One desk process. `kill` ends every task begun in it, wherever it stands; nothing of it runs any more."""

    simulation: Simulation
    push: PlatformApi | None
    path: Path
    delivery: Delivery | None = None
    # A dictionary, so that they end in the same order whenever a seed is run.
    tasks: dict[asyncio.Task[Any], None] = field(default_factory=dict)
    active: Counter[str] = field(default_factory=Counter)

    def start(self) -> None:
        if self.delivery is not None:
            return
        self.engine, self.active = open_engine(self.path), Counter()
        self.delivery = Delivery(
            store=WeChatStore(self.engine, clock_of(), APPID),
            answer=self._answer,
            render=render,
            push=self.push,
            phrases=PHRASES,
            clock=clock_of(),
            run=self._run,
        )
        self.spawn(self._serve(self.delivery))

    def kill(self) -> None:
        if self.delivery is None:
            return
        self.delivery = None
        for task in [*self.tasks]:
            task.cancel()
        self.tasks.clear()
        self.engine.dispose()

    def spawn(self, coroutine: Any) -> asyncio.Task[Any]:
        """A task of this process, as are those that it begins."""
        home = _HOME.set(self)
        try:
            return asyncio.create_task(coroutine)
        finally:
            _HOME.reset(home)

    async def moment(self, most: float, risk: int = 1) -> None:
        """Something takes its time, which may be the last that this process has."""
        random, loop = self.simulation.random, asyncio.get_running_loop()
        if random.random() < self.simulation.lethal * risk:
            self.simulation.killed += 1
            loop.call_soon(self.kill)
            loop.call_later(random.uniform(0.1, 6), self.start)
        await self.simulation.moment(most)

    async def _serve(self, delivery: Delivery) -> None:
        async with delivery.running():
            await asyncio.sleep(1e9)

    async def _run(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """A call of the store, which takes its time; a process may die before or behind it."""
        await self.moment(0.02)
        result = call(*args, **kwargs)
        await self.moment(0.02)
        return result

    async def _answer(self, session_id: str, ask: Any) -> list[dict[str, Any]]:
        self.simulation.witness.asked.add((session_id, ask.text))
        active = self.active
        if active[ask.message_id]:
            self.simulation.witness.wrong.append(f"{ask.text} was asked twice at once in one process")
        active[ask.message_id] += 1
        try:
            return await self.simulation.core(session_id, ask)
        finally:
            active[ask.message_id] -= 1


@dataclass
class PlatformApi:
    """The customer API, out of order now and then in every way it knows."""

    simulation: Simulation
    usable: bool = True

    async def send(self, openid: str, text: str) -> None:
        chance = self.simulation.random
        process = _HOME.get()
        assert process is not None
        await process.moment(0.3)
        error = chance.choice([errors.QuotaError, errors.TransientError, errors.TokenError, errors.UncertainError])
        fails = chance.random() < self.simulation.trouble
        if not fails or (error is errors.UncertainError and chance.random() < 0.5):
            self.simulation.show(openid, text, pushed=True)
        await process.moment(0.3, risk=5)
        if fails:
            raise error

    async def typing(self, _openid: str) -> None:
        await self.simulation.moment(0.1)

    async def opened(self, _openid: str, _trigger: str) -> None:
        pass


@dataclass
class Simulation:
    """Who wrote what, and what each follower saw of it."""

    path: Path
    random: Random
    api: bool
    messages: int
    followers: int = 8
    trouble: float = 0.15
    lethal: float = 0.003
    killed: int = 0
    processes: list[Process] = field(default_factory=list)
    faults: int = 0
    count: int = 0

    def __post_init__(self) -> None:
        self.witness = Witness(self.texts)
        self.core = Core(seconds=lambda says: self.random.uniform(0, 14 if says[0] == "0" else 1), texts=self.texts)

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def moment(self, most: float) -> None:
        await asyncio.sleep(self.random.uniform(0, most))

    def texts(self, says: str) -> list[str]:
        """One to three parts, each with a mark of its own; the same whenever the message is answered."""
        own = Random(says)
        if says[0] != "0":
            return [f"⟦{says}/0⟧"]
        return [f"⟦{says}/{n}⟧" + "答" * own.choice([3, 50, 500]) for n in range(own.choice([1, 1, 2, 3]))]

    def show(self, openid: str, text: str, *, pushed: bool = False) -> None:
        self.witness.show(self.now, openid, text, pushed=pushed)

    async def play(self) -> None:
        api = [PlatformApi(self) if self.api else None for _ in range(2)]
        self.processes = [Process(self, push, self.path) for push in api]
        for process in self.processes:
            process.start()
        people = [asyncio.create_task(self._follow(f"o{n:027}")) for n in range(self.followers)]
        await asyncio.gather(*people)
        # What is in doubt is known to be after a minute; then each follower makes sure of having seen everything.
        await asyncio.sleep(120)
        await asyncio.gather(*(self._make_sure(f"o{n:027}") for n in range(self.followers)))

    async def _follow(self, openid: str) -> None:
        """Ask, now and then twice in a second or before the answer is there, and do as the replies say."""
        pending: list[asyncio.Task[None]] = []
        for _ in range(self.messages // self.followers):
            await asyncio.sleep(self.random.choice([0.5, 3.0, 8.0, 20.0]))
            self.count += 1
            says = f"{openid[-2:]}-{self.count}"
            pending.append(asyncio.create_task(self._say(openid, says)))
            await self._obey(openid)
        await asyncio.gather(*pending)

    async def _obey(self, openid: str) -> None:
        word = self.witness.word(openid)
        if word == "again":
            await self._say(openid, "重看", again=True)
        elif word == "fetch" and self.random.random() < 0.7:
            await self.moment(10)
            await self._say(openid, "好", fetch=True)

    async def _make_sure(self, openid: str) -> None:
        self.trouble = self.lethal = 0
        for again in [False] * 8 + [True] * 8:
            if not self.witness.unseen(openid):
                return
            await self._say(openid, "重看" if again else "继续", fetch=not again, again=again)
            await asyncio.sleep(20)

    async def _say(self, openid: str, says: str, **given: Any) -> None:
        self.count += 1
        key = f"m:{self.count}"
        if given:
            says = f"{says}{self.count}"
        row: dict[str, Any] = {"session_id": openid, "says": says, "length": len(says), "region": None, **given}
        message = Incoming(key=key, openid=openid, created=int(NOON.timestamp() + self.now), **row)
        if given.get("again"):
            self.witness.again[openid].append(self.now)
        if not await self._deliver(message):
            self.faults += 1

    async def _deliver(self, message: Incoming) -> bool:
        """Three deliveries, as the platform makes them; whether one was answered."""
        for attempt in range(3):
            began = self.now
            # A slow line: the desk has less time than it thinks, and learns late that nobody listens.
            lag = self.random.choice([0.0, 0.0, 0.6, 1.5]) if attempt < 2 else 0.0
            alive = [process for process in self.processes if process.delivery is not None]
            if not alive:
                await self.moment(5)
                continue
            process = self.random.choice(alive)
            heard: asyncio.Future[Handed] = asyncio.get_running_loop().create_future()
            serving = process.spawn(self._serve(process, message, lag, heard))
            await asyncio.wait({serving, heard}, timeout=5, return_when=asyncio.FIRST_COMPLETED)
            if heard.done():
                return self._see(message, heard.result())
            heard.cancel()
            # Killed, or without an answer; the platform may not notice before its time is up.
            await asyncio.sleep(self.random.choice([0, max(0.0, began + 5 - self.now)]))
        return False

    def _see(self, message: Incoming, handed: Handed) -> bool:
        if handed.body is not None:
            self.show(message.openid, handed.body.decode().partition("|")[2])
        return True

    async def _serve(self, process: Process, message: Incoming, lag: float, heard: asyncio.Future[Handed]) -> None:
        """The service around the delivery: the response goes out, and then it is said that it did."""
        await process.moment(0.05)
        await asyncio.sleep(lag)
        began = self.now

        async def gone() -> bool:
            return self.now >= began + 5

        assert process.delivery is not None
        handed = await process.delivery.handle(message, self._compose, gone)
        if handed.body is not None:
            self.witness.bodies[message.key].add(handed.body)
        if not heard.done() and (handed.ack or handed.body is not None):
            heard.set_result(handed)
        await process.moment(0.05, risk=20)
        await handed.sent()

    def _compose(self, text: str) -> bytes:
        return f"{self.random.random()}|{text}".encode()


def simulate(path: Path, seed: int, **given: Any) -> Simulation:
    """One run, checked."""
    loop = VirtualLoop()

    def make(of: asyncio.AbstractEventLoop, coroutine: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coroutine, loop=of)
        home = _HOME.get()
        if home is not None:
            home.tasks[task] = None
            task.add_done_callback(lambda done: home.tasks.pop(done, None))
        return task

    loop.set_task_factory(make)
    simulation = Simulation(path, Random(seed), **given)
    try:
        virtually(simulation.play(), loop)
    finally:
        for process in simulation.processes:
            process.kill()
    simulation.witness.check()
    return simulation
