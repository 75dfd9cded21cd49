"""Rasa's lock store: one message of a conversation at a time, over all Rasa servers where there is a Redis.

Rasa's own for Redis reads, changes and writes back the lock in seven blocking calls a message, so that two servers can draw
the same ticket, asks again every second, keeps a killed server's ticket for a minute and fails where Redis is away.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import InMemoryLockStore

from koujing.leases import open_leases
from koujing.settings import Settings

__all__ = ["ConversationLocks"]


class ConversationLocks(InMemoryLockStore):
    """For `type:` in endpoints.yml. The address of the Redis is the setting's, so that it stands in no file."""

    def __init__(self, endpoint_config: Any = None) -> None:
        self._leases = open_leases(Settings.from_env(os.environ).redis, "rasa")
        super().__init__()

    @asynccontextmanager
    async def lock(self, conversation_id: str, *_timing: float) -> AsyncIterator[TicketLock]:
        """Hold the conversation; whoever comes meanwhile waits."""
        async with self._leases.held(conversation_id):
            yield self.create_lock(conversation_id)

    async def close(self) -> None:
        """Give up the connections."""
        await self._leases.close()
