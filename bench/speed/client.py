"""Clients in a closed loop: each asks, waits for the answer, and asks again, over one connection that stays open.

They are all in one process and speak HTTP by hand, so that little of the processor is theirs; how much is measured.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

__all__ = ["TURNS", "Load", "Measured", "closed_loop", "post"]

_SECONDS = 60.0
TURNS = 5
"""Messages of one conversation; then its client begins another."""
# The body of the `n`th message of all, in a conversation.
Body = Callable[[str, int], bytes]


@dataclass(frozen=True)
class Load:
    """Where to ask, what, and what the answer must hold to be one; each client from a loopback address of its own, or not."""

    port: int
    path: str
    body: Body
    holds: bytes
    headers: str = ""
    addresses: bool = False


@dataclass
class Measured:
    """What came of some asking: seconds of each answer, how long it went on, what went wrong, and what was used."""

    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    errors: list[str] = field(default_factory=list)
    cpu: float = 0.0
    own_cpu: float = 0.0

    def at(self, percent: float) -> float:
        """The milliseconds within which so many per cent were answered."""
        ordered = sorted(self.seconds) or [0.0]
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    def numbers(self) -> dict[str, Any]:
        """As it is printed and kept."""
        count = max(1, len(self.seconds))
        return {
            "answers": len(self.seconds),
            "errors": len(self.errors),
            **{f"p{percent}_ms": round(self.at(percent), 2) for percent in (50, 95, 99)},
            "per_second": round(len(self.seconds) / self.elapsed, 2) if self.elapsed else 0.0,
            "cpu_ms": round(1000 * self.cpu / count, 2),
            "client_cpu_ms": round(1000 * self.own_cpu / count, 2),
        }


async def closed_loop(load: Load, clients: int, seconds: float, numbers: Iterator[int], into: Measured) -> None:
    """So many clients for so long; what is under way at the end is waited for. `numbers` are used up, each once."""
    began, used = time.perf_counter(), time.process_time()
    until = began + seconds
    await asyncio.gather(*(_client(load, n, f"{next(numbers)}-{n}", until, numbers, into) for n in range(clients)))
    into.elapsed += time.perf_counter() - began
    into.own_cpu += time.process_time() - used


async def _client(load: Load, nth: int, who: str, until: float, numbers: Iterator[int], into: Measured) -> None:
    own = (f"127.0.1.{1 + nth}", 0) if load.addresses else None
    reader, writer = await asyncio.open_connection("127.0.0.1", load.port, local_addr=own)
    try:
        for turn, n in enumerate(numbers):
            asked = time.perf_counter()
            if asked >= until:
                return
            try:
                status, body = await asyncio.wait_for(
                    post(reader, writer, load, load.body(f"{who}-{turn // TURNS}", n)), _SECONDS
                )
            except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, ValueError) as error:
                into.errors.append(repr(error))
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", load.port, local_addr=own)
                continue
            if status == 200 and load.holds in body:
                into.seconds.append(time.perf_counter() - asked)
            else:
                into.errors.append(f"HTTP {status}: {body[:300].decode('utf-8', 'replace')}")
    finally:
        writer.close()


async def post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, load: Load, body: bytes
) -> tuple[int, bytes]:
    """One request and its answer's status and body."""
    head = (
        f"POST {load.path} HTTP/1.1\r\nHost: 127.0.0.1:{load.port}\r\nContent-Type: application/json\r\n"
        f"{load.headers}Content-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    first, *fields = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    length = next(int(line[15:]) for line in fields if line.lower().startswith("content-length:"))
    return int(first.split()[1]), await reader.readexactly(length)
