"""What watching costs a message, in processor time, however busy the machine is: `python -m bench.watching`."""

from __future__ import annotations

import io
import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from koujing.clock import Clock
from koujing.desk.watched import Watched
from koujing.logs import configure
from koujing.store import recalls
from koujing.store.database import open_database
from koujing.store.store import Store
from koujing.watching.desk import STAGES, DeskMetrics
from koujing.watching.exposing import text_of

_ROUNDS, _MESSAGES = 20, 200
_REPLY: dict[str, Any] = {
    "status": "answered", "text": "可以申领。" * 40, "question": "能领吗", "region": "huludao", "matter": "allowance",
    "kind": None, "receipt": "AB12CD34EF56", "windows": [], "reasons": [], "facts": {},
    "calibers": [{"id": "huludao.allowance.amount", "version": "1a2b3c4d"}],
}  # fmt: skip


def main() -> None:
    """Print the cost in microseconds a message, as the median of rounds."""
    for form in ("text", "json"):
        configure(form, "bench", io.StringIO())
        metrics = DeskMetrics(CollectorRegistry(), regions=["huludao"], matters=["allowance"])
        print(f"指标和一行日志（{form}）：每条消息 {_median(lambda m=metrics: _message(m)):.0f} µs")
    logging.disable(logging.CRITICAL)
    began = time.process_time()
    size = len(text_of(metrics.registry, "")[0])
    print(f"读一次 /metrics：{1000 * (time.process_time() - began):.1f} ms，{size:,} 字节")
    print(f"存回执时多存口径：每条消息 {_stored():.0f} µs（SQLite）")


def _message(metrics: DeskMetrics) -> None:
    watched = Watched(metrics)
    with watched.answering("api", "session", "message") as answering:
        for stage in STAGES[:6]:
            with watched.stage(stage):
                pass
        answering.replies = (_REPLY,)
    metrics.request("ask", 200, 0.01)


def _median(work: Callable[[], None]) -> float:
    rounds = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        for _ in range(_MESSAGES):
            work()
        rounds.append((time.process_time() - began) / _MESSAGES)
    return 1e6 * statistics.median(rounds)


def _stored() -> float:
    """The median of recording with the calibers, less that without."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        engine = open_database(Path(folder) / "koujing.db")
        stack.callback(engine.dispose)
        store, keep = Store(engine, Clock()), recalls.keep
        session, n = store.session("api", "bench"), 0
        took: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(400):
            for kept in (True, False):
                recalls.keep = keep if kept else lambda *_: None
                began, n = time.process_time(), n + 1
                store.record(session, f"m{n}", "digest", [_REPLY])
                took[kept].append(time.process_time() - began)
        recalls.keep = keep
        return 1e6 * (statistics.median(took[True]) - statistics.median(took[False]))


if __name__ == "__main__":
    main()
