"""The comparison: the three started, then asked in turns at each number of clients."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.speed.client import Measured, closed_loop, post
from bench.speed.machine import cpu_seconds, memory_mb
from bench.speed.targets import Target

__all__ = ["CLIENTS", "Compared", "compare", "first_replies"]

CLIENTS = (1, 8, 32)
_WARM_SECONDS = 2.0

Say = Callable[[str], None]


@dataclass
class Compared:
    """Of one target: what came at each number of clients, and the memory it held after all."""

    target: Target
    measured: dict[int, Measured] = field(default_factory=dict)
    memory: float = 0.0

    def numbers(self) -> dict[str, Any]:
        """As it is printed and kept."""
        return {
            "clients": {str(clients): measured.numbers() for clients, measured in self.measured.items()},
            "memory_mb": round(self.memory),
            "start_seconds": round(self.target.start_seconds, 1),
        }


def compare(targets: Sequence[Target], turns: int, seconds: float, say: Say) -> list[Compared]:
    """Everyone in turns, so that whatever else the machine does falls on all of them alike."""
    return asyncio.run(_compare(targets, turns, seconds, say))


async def _compare(targets: Sequence[Target], turns: int, seconds: float, say: Say) -> list[Compared]:
    found = [Compared(target) for target in targets]
    numbers: Mapping[str, Iterator[int]] = {target.name: itertools.count() for target in targets}
    for target in targets:
        for clients in CLIENTS:
            await closed_loop(target.load, clients, _WARM_SECONDS, numbers[target.name], Measured())
    for turn in range(turns):
        for clients in CLIENTS:
            for each in found:
                measured = each.measured.setdefault(clients, Measured())
                used = cpu_seconds(each.target.pids.values())
                await closed_loop(each.target.load, clients, seconds, numbers[each.target.name], measured)
                measured.cpu += cpu_seconds(each.target.pids.values()) - used
            say(f"  第 {turn + 1}/{turns} 轮，{clients} 个客户端")
    for each in found:
        each.memory = memory_mb(each.target.pids.values())
    return found


def first_replies(target: Target, number: int) -> list[dict[str, Any]]:
    """The replies of a target to one message in a conversation of its own."""
    return asyncio.run(_first_replies(target, number))


async def _first_replies(target: Target, number: int) -> list[dict[str, Any]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", target.load.port)
    try:
        _, body = await post(reader, writer, target.load, target.load.body(f"first-{number}", number))
    finally:
        writer.close()
    found = json.loads(body)
    said = found["replies"] if isinstance(found, dict) else [item["custom"]["reply"] for item in found]
    return [{key: value for key, value in reply.items() if key != "receipt"} for reply in said]
