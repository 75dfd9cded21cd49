"""HTTP as it comes off the network: who is slow, endless or too many is cut off before a request exists.

uvicorn itself waits for ever for a header or a body, and reads headers without end. nginx before the desk limits the same (ops/);
these limits hold where there is none, and behind it.
"""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import dataclass
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from koujing.desk.headers import HEADERS
from koujing.settings import Settings

__all__ = ["Bounds", "bounded"]


@dataclass(frozen=True)
class Bounds:
    """What one connection may take, and how many there may be. Proxies carry many people: no address limit holds for them."""

    head_bytes: int
    head_seconds: float
    body_seconds: float
    connections: int
    per_address: int
    proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]

    @classmethod
    def of(cls, settings: Settings) -> Bounds:
        """As they are set."""
        return cls(
            settings.head_bytes,
            settings.head_seconds,
            settings.body_seconds,
            settings.connections,
            settings.connections_per_address,
            tuple(map(ipaddress.ip_network, settings.trusted_proxies)),
        )


def bounded(bounds: Bounds) -> type[HttpToolsProtocol]:
    """The protocol for uvicorn, with these bounds."""
    return type("BoundedProtocol", (_Bounded,), {"bounds": bounds})


class _Bounded(HttpToolsProtocol):
    """Between requests and within a head one clock runs, within a body another, during an answer none."""

    bounds: Bounds

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clock: asyncio.TimerHandle | None = None
        self._head, self._body = 0, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))  # uvloop's is one in all but name
        if len(self.connections) > self.bounds.connections or self._crowded():
            self._cut(503)
        else:
            self._run(self.bounds.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if not self._body and self._clock is None and self._between():
            # Even what is no request yet, such as empty lines, must become one in time.
            self._run(self.bounds.head_seconds)
        self._head += len(data)
        super().data_received(data)
        if not self._body and self._clock is not None and self._head > self.bounds.head_bytes:
            self._cut(431)

    def on_headers_complete(self) -> None:
        self._stop()
        self._head, self._body = 0, True
        super().on_headers_complete()
        self._run(self.bounds.body_seconds)

    def on_message_complete(self) -> None:
        self._stop()
        self._head, self._body = 0, False
        super().on_message_complete()

    def _between(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _crowded(self) -> bool:
        address = self.client and self.client[0]
        if address is None or any(ipaddress.ip_address(address) in proxies for proxies in self.bounds.proxies):
            return False
        others = (other.client for other in self.connections if isinstance(other, _Bounded))
        return sum(client is not None and client[0] == address for client in others) > self.bounds.per_address

    def _run(self, seconds: float) -> None:
        self._clock = self.loop.call_later(seconds, self._cut, 408)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _cut(self, status: int) -> None:
        """End the connection, with a few words where no answer has begun."""
        self._stop()
        if self.transport.is_closing():
            return
        if not self._body or not self.cycle.response_started:
            lines = [STATUS_LINE[status], *(f"{name}: {value}\r\n".encode() for name, value in HEADERS.items())]
            self.transport.write(b"".join(lines) + b"content-length: 0\r\nconnection: close\r\n\r\n")
        if self._body:
            # Whoever reads the body learns that nobody sends any more of it, and says nothing into a closed connection.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()
