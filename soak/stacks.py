"""The stacks by profile, each with the platform of its 公众号 in front."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bench.wechat import profile_in
from koujing.desk.wechat.demo import DEMO
from koujing.settings_values import PARSERS
from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.serving import playing
from soak.cluster import Cluster
from soak.embedded import Embedded
from soak.stack import Stack

__all__ = ["PROFILES", "running"]

_MANY = 1_000_000
# Here everybody comes from one address, and nobody is to be kept out for that.
_UNLIMITED = dict.fromkeys(
    (
        "requests_per_minute",
        "lookups_per_minute",
        "web_messages_per_minute",
        "web_address_per_minute",
        "web_reads_per_minute",
        "wechat_messages_per_minute",
    ),
    _MANY,
)
# All settings are the run's own, but for the model that is to be run.
_MODEL = "KOUJING_MODEL"

PROFILES: dict[str, Callable[..., Any]] = {"embedded": Embedded, "cluster": Cluster}


@asynccontextmanager
async def running(profile: str, folder: Path) -> AsyncIterator[tuple[Stack, Platform]]:
    """A stack that is healthy."""
    given: dict[str, Any] = dict(_UNLIMITED)
    if os.environ.get(_MODEL):
        given["model"] = PARSERS["model"](_MODEL, os.environ[_MODEL])
    async with playing(DEMO, []) as platform:
        stack = PROFILES[profile](folder, wechat_api_url=platform.url, wechat=profile_in(folder), **given)
        try:
            await asyncio.to_thread(stack.start)
            platform.courier.urls = list(stack.callbacks)
            yield stack, platform
        finally:
            await asyncio.to_thread(stack.stop)
