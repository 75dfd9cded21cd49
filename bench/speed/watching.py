"""A watch on named functions of a server: how often each ran and how long, kept in a file when the server ends."""

from __future__ import annotations

import atexit
import functools
import importlib
import inspect
import json
import os
import signal
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

__all__ = ["FOLDER", "STAGES", "run"]

FOLDER = "BENCH_STAGES"
"""The environment variable that names the folder for the files."""
# Of each server: a name, and the function `module:attribute` that is the stage. Those of one name are added up.
STAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "desk": (
        ("desk 全程", "koujing.desk.app:_Endpoints.ask"),
        ("核对请求", "koujing.desk.app:parse_ask"),
        ("库：会话、去重与接手", "koujing.store.store:Store.session"),
        ("库：会话、去重与接手", "koujing.store.store:Store.arrive"),
        ("Rasa 往返", "koujing.desk.rasa_client:RasaClient.replies"),
        ("库：停用与上班时间", "koujing.desk.stopping:Stopping.in_session"),
        ("库：停用与上班时间", "koujing.desk.opening:OpeningHours.in_session"),
        ("库：留存答复与回执", "koujing.store.store:Store.record"),
        ("库：留存没把握的", "koujing.store.readings:Readings.keep"),
    ),
    "rasa": (
        ("Rasa 全程", "rasa.core.agent:Agent.handle_message"),
        ("取出会话", "koujing.rasa.tracker_store:ConversationStore._retrieve"),
        ("读懂消息（NLU）", "koujing.rasa.component:PolicyQuestionReader.process"),
        ("选动作（规则）", "rasa.core.processor:MessageProcessor._predict_next_with_tracker"),
        ("动作服务往返", "koujing.rasa.fast_endpoint:request"),
        ("存回会话", "koujing.rasa.tracker_store:ConversationStore.save"),
    ),
    "actions": (
        ("动作全程", "rasa_sdk.executor:ActionExecutor.run"),
        ("判定与措辞", "actions.answer:respond"),
    ),
}

_seconds: dict[str, float] = defaultdict(float)
_times: dict[str, int] = defaultdict(int)


def run(module: str, part: str) -> None:
    """Run a server's `main` with a watch on its stages."""
    program = importlib.import_module(module)
    for name, where in STAGES[part]:
        _watch(name, where)
    atexit.register(_keep, part)
    # Started anew when it is asked to: what was seen before, the start and the warming up, does not count.
    signal.signal(signal.SIGUSR1, lambda *_: (_seconds.clear(), _times.clear()))
    signal.signal(signal.SIGUSR2, lambda *_: _keep(part))
    program.main()


def _watch(name: str, where: str) -> None:
    module, _, path = where.partition(":")
    try:
        owner = importlib.import_module(module)
        *above, last = path.split(".")
        for each in above:
            owner = getattr(owner, each)
        stage = inspect.getattr_static(owner, last)
    except (ImportError, AttributeError):
        # A stage that this version does not have.
        return
    setattr(owner, last, _timed_async(name, stage) if inspect.iscoroutinefunction(stage) else _timed(name, stage))


def _timed(name: str, stage: Any) -> Any:
    @functools.wraps(stage)
    def timed(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return stage(*args, **kwargs)
        finally:
            _count(name, began)

    return timed


def _timed_async(name: str, stage: Any) -> Any:
    @functools.wraps(stage)
    async def timed(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return await stage(*args, **kwargs)
        finally:
            _count(name, began)

    return timed


def _count(name: str, began: float) -> None:
    _seconds[name] += time.perf_counter() - began
    _times[name] += 1


def _keep(part: str) -> None:
    found = {name: [_times[name], _seconds[name]] for name in _seconds}
    path = Path(os.environ[FOLDER]) / f"{part}.json"
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
