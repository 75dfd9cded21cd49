"""`/health/ready`: whether to send people here now. Cheap enough to be asked every second, by several who watch."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping

__all__ = ["Part", "Readiness"]

log = logging.getLogger(__name__)

# Raises, or is False, where the part cannot be used.
Part = Callable[[], Awaitable[bool]]

_FRESH_SECONDS = 1.0
_PATIENCE_SECONDS = 2.5


class Readiness:
    """Asks all parts at once, and again only when the answer is a second old. Once draining, it stays so."""

    def __init__(self, parts: Mapping[str, Part], seconds: Callable[[], float] = time.monotonic) -> None:
        self._parts, self._seconds = parts, seconds
        self._asking = asyncio.Lock()
        self._known: tuple[float, dict[str, str]] | None = None
        self.draining = False

    def drain(self) -> None:
        """The program is about to stop: nobody new is to be sent here."""
        self.draining = True

    async def parts(self) -> dict[str, str]:
        """`up` or `down` of each part, as of a second ago at most."""
        async with self._asking:
            if self._known is None or self._seconds() - self._known[0] >= _FRESH_SECONDS:
                states = await asyncio.gather(*map(self._state, self._parts.items()))
                self._known = self._seconds(), dict(zip(self._parts, states, strict=True))
            return self._known[1]

    async def now(self) -> tuple[bool, dict[str, str]]:
        """Whether people may be sent here, and what the page says."""
        parts = await self.parts()
        well = all(state == "up" for state in parts.values())
        status = "draining" if self.draining else "ready" if well else "not_ready"
        return status == "ready", {"status": status, **parts}

    async def _state(self, named: tuple[str, Part]) -> str:
        name, ask = named
        try:
            return "up" if await asyncio.wait_for(ask(), _PATIENCE_SECONDS) else "down"
        except Exception as error:
            log.warning("%s is not ready: %s", name, type(error).__name__)
            return "down"
