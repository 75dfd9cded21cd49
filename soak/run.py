"""One run: load, faults one after another under it, quiet, and the balance."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from koujing.wechat_sim.platform import Platform
from soak.asking import Callers
from soak.books import Balance, Books, changed, wechat_screens
from soak.faults import Fault, Scene
from soak.following import Followers
from soak.ledger import ANSWERED, ASK, NOTHING, WECHAT, Ledger
from soak.pace import Pace
from soak.probe import Probe
from soak.stack import Stack, memory
from soak.timeline import Struck, Timeline
from soak.visiting import Visitors

__all__ = ["Plan", "Report", "soak"]

_SHARES = {"ask": 0.5, "web": 0.3, "wechat": 0.2}
_WARM_SECONDS = 6.0
_FETCHES = 8


@dataclass(frozen=True)
class Plan:
    """What to do: the faults in order, messages a second, the pause between a recovery and the next fault."""

    faults: Sequence[Fault]
    rate: float
    seed: int
    pause: float = 3.0
    recovery: float = 180.0
    settle: float = 120.0


@dataclass
class Report:
    """What came of it."""

    plan: Plan
    profile: str
    seconds: float = 0.0
    said: int = 0
    timeline: Timeline = field(default_factory=Timeline)
    balance: Balance = field(default_factory=Balance)
    replayed: int = 0

    @property
    def well(self) -> bool:
        """Whether the books balance and everything recovered."""
        return not self.balance.wrong and not self.timeline.never


async def soak(stack: Stack, platform: Platform, plan: Plan, say: Callable[[str], None]) -> Report:
    """Run the plan on a stack that is healthy."""
    report, ledger, draw = Report(plan, stack.profile), Ledger(), random.Random(plan.seed)
    callers, visitors = Callers(stack.url, ledger, draw), Visitors(stack.url, ledger, draw)
    followers, probe = Followers(platform, ledger, draw), Probe(stack.url, stack.health())
    work = {"ask": callers.one, "web": visitors.one, "wechat": followers.one}
    paces = [Pace(plan.rate * share, work[name]) for name, share in _SHARES.items()]
    background = [asyncio.create_task(each) for each in (probe.run(), _watch(stack, report.timeline))]
    load = [asyncio.create_task(pace.run()) for pace in paces]
    began = time.monotonic()
    scene = Scene(stack, callers, visitors, draw)
    await asyncio.sleep(_WARM_SECONDS)
    for number, fault in enumerate(plan.faults, 1):
        struck = await _strike(fault, scene, probe, plan)
        report.timeline.struck.append(struck)
        say(f"[{number}/{len(plan.faults)}] {struck.line}；已说 {len(ledger.entries)} 条")
        await asyncio.sleep(plan.pause)
    for pace in paces:
        pace.end()
    await asyncio.gather(*load)
    say("负载停止，等最后的答复……")
    given_up = [await pace.finish(plan.settle) for pace in paces]
    report.seconds, report.said = time.monotonic() - began, len(ledger.entries)
    for task in background:
        task.cancel()
    await asyncio.gather(*background, return_exceptions=True)
    books = Books(*stack.databases())
    try:
        await _settle(callers, followers, books, ledger)
        report.replayed = await _replay(callers, ledger)
        report.balance = await asyncio.to_thread(books.balance, ledger)
    finally:
        books.close()
    report.balance.expect(not any(given_up), f"没有做完的发送：{given_up}")
    report.balance.none_of((error for pace in paces for error in pace.errors), "发送者出错")
    await visitors.stop()
    for http in (callers.http, visitors.http, probe.http):
        await http.aclose()
    return report


async def _strike(fault: Fault, scene: Scene, probe: Probe, plan: Plan) -> Struck:
    """Do it, and wait until questions are answered and every part is well."""
    before = time.monotonic()
    whom = await fault.strike(scene)
    over = time.monotonic()
    answered = whole = None
    while time.monotonic() - over < plan.recovery and (answered is None or whole is None):
        await asyncio.sleep(0.3)
        well = all((await probe.healthy()).values())
        whole = (whole or max(0.0, time.monotonic() - over)) if well else None
        answered = probe.back_since(over)
    return Struck(fault.id, fault.words, whom, answered, whole, probe.slowest(before))


async def _watch(stack: Stack, timeline: Timeline) -> None:
    while True:
        with suppress(OSError):
            for name, pid in stack.pids().items():
                timeline.growth[name].seen(pid, memory(pid))
        await asyncio.sleep(2)


async def _settle(callers: Callers, followers: Followers, books: Books, ledger: Ledger) -> None:
    """All is well now: who is still without an answer asks once more, as people do."""
    left = [entry for entry in ledger.of(ASK) if entry.outcome != ANSWERED]
    await asyncio.gather(*(callers.see_through(entry, 30) for entry in left))
    for _ in range(_FETCHES):
        wechat_screens(books, followers, ledger)
        missing = [entry for entry in ledger.of(WECHAT) if entry.outcome == NOTHING]
        if not missing:
            return
        by_person = {followers.of[entry.id]: entry for entry in missing}
        await asyncio.gather(*(followers.fetch(entry) for entry in by_person.values()))
        await asyncio.sleep(2)
    wechat_screens(books, followers, ledger)


async def _replay(callers: Callers, ledger: Ledger) -> int:
    """Every answer of the API once more by its message_id and, from the public door, by its receipt: word for word."""
    gate, count = asyncio.Semaphore(4), 0

    async def one(entry: object) -> None:
        nonlocal count
        async with gate:
            again = await callers.again(entry)  # type: ignore[arg-type]
            if again != entry.replies:  # type: ignore[attr-defined]
                ledger.note(f"重发得到另一个答复：{entry.id}")  # type: ignore[attr-defined]
            for reply in entry.replies:  # type: ignore[attr-defined]
                response = await callers.receipt(reply["receipt"])
                count += 1
                if response.status_code != 200 or changed(reply, response.json()):
                    ledger.note(f"回执不能逐字重放：{reply['receipt']}（{response.status_code}）")

    await asyncio.gather(*(one(entry) for entry in ledger.of(ASK) if entry.outcome == ANSWERED))
    return count
