"""What is read when somebody looks at `/metrics`: what waits, what is left, what is up. Read anew after a few seconds only."""

from __future__ import annotations

import logging
import math
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge
from starlette.concurrency import run_in_threadpool

from koujing.desk.readiness import Readiness
from koujing.desk.wechat.quota import LIMITS
from koujing.desk.wechat.service import WeChat
from koujing.store.queues import Queues

__all__ = ["Gauges"]

log = logging.getLogger(__name__)

_FRESH_SECONDS = 5.0
_REDIS = ("memory", "redis", "fallback")
_API = ("up", "broken", "paused", "none")


class Gauges:
    """One for each app. `redis` tells how what is shared is kept; `streams` how many connections wait for events."""

    def __init__(
        self,
        registry: CollectorRegistry,
        *,
        queues: Queues,
        readiness: Readiness,
        data: Path,
        streams: Callable[[], int],
        redis: Callable[[], str],
        wechat: WeChat | None = None,
        demo: bool = False,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queues, self._readiness, self._data, self._wechat = queues, readiness, data, wechat
        self._redis, self._seconds = redis, seconds
        self._read_at: float | None = None

        def gauge(name: str, help_text: str, *labels: str) -> Gauge:
            return Gauge(name, help_text, labels, registry=registry)

        self._part = gauge("koujing_part_up", "1 where a part can be used.", "part")
        self._pool = gauge("koujing_database_pool_connections", "Connections to the database.", "state")
        self._people = gauge("koujing_takeovers_waiting", "Conversations that wait for a person.")
        self._longest = gauge("koujing_takeover_oldest_wait_seconds", "How long the first of them has waited.")
        self._tickets = gauge("koujing_tickets", "Tickets that owe an answer.", "state")
        self._followers = gauge("koujing_wechat_followers", "Followers with a window open, by pushes left.", "pushes")
        self._left = gauge("koujing_wechat_pushes_left", "Pushes left in all open windows.")
        self._outbox = gauge(
            "koujing_wechat_messages", "Messages under way, and parts that wait or may be lost.", "state"
        )
        self._usable = gauge("koujing_wechat_push_usable", "1 where the account can push.")
        self._api = gauge("koujing_wechat_api_state", "1 for the state of WeChat's interface.", "state")
        self._shared = gauge("koujing_redis_state", "1 for how what is shared is kept.", "state")
        self._retention = gauge(
            "koujing_retention_last_run_timestamp_seconds", "When old data was last removed; 0: never."
        )
        self._disk = gauge("koujing_data_disk_bytes", "Where the data folder lies.", "state")
        gauge("koujing_event_streams", "Open connections that wait for events.").set_function(streams)
        gauge("koujing_demo_date", "1 where the date is a fixed one.").set(int(demo))

    async def refresh(self) -> None:
        """Read everything that is older than a few seconds. What cannot be read is NaN: it is not known, nor is it zero."""
        now = self._seconds()
        if self._read_at is not None and now - self._read_at < _FRESH_SECONDS:
            return
        self._read_at = now
        for part, state in (await self._readiness.parts()).items():
            self._part.labels(part).set(int(state == "up"))
        _one_of(self._shared, _REDIS, self._redis())
        await run_in_threadpool(self._read_queues)
        await run_in_threadpool(self._read_disk)
        if self._wechat is not None:
            await self._read_wechat(self._wechat)

    def _read_queues(self) -> None:
        try:
            found: Mapping[str, Any] = vars(self._queues.now(LIMITS))
        except Exception as error:
            log.warning("what waits cannot be counted: %s", type(error).__name__)
            found = {}
        self._people.set(found.get("people", math.nan))
        self._longest.set(found.get("longest_seconds", math.nan))
        self._tickets.labels("open").set(found.get("tickets_open", math.nan))
        self._tickets.labels("overdue").set(found.get("tickets_overdue", math.nan))
        self._followers.labels("left").set(found.get("followers_with_pushes", math.nan))
        self._followers.labels("none").set(found.get("followers_without", math.nan))
        self._left.set(found.get("pushes_left", math.nan))
        ran = found.get("retention_at")
        self._retention.set(ran.timestamp() if ran else 0 if found else math.nan)
        in_use, idle = self._queues.pool()
        self._pool.labels("in_use").set(in_use)
        self._pool.labels("idle").set(idle)

    def _read_disk(self) -> None:
        usage = shutil.disk_usage(self._data)
        self._disk.labels("free").set(usage.free)
        self._disk.labels("total").set(usage.total)

    async def _read_wechat(self, wechat: WeChat) -> None:
        try:
            state = await wechat.health()
        except Exception as error:
            log.warning("WeChat's state cannot be read: %s", type(error).__name__)
            return
        self._usable.set(int(state["push"]))
        _one_of(self._api, _API, (state["api"] or {"state": "none"})["state"])
        for name, count in state["waiting"].items():
            self._outbox.labels(name).set(count)


def _one_of(gauge: Gauge, states: tuple[str, ...], holds: str) -> None:
    for state in states:
        gauge.labels(state).set(int(state == holds))
