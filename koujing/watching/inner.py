"""What is measured inside Rasa and the action server, and the two addresses for who watches over them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from prometheus_client import CollectorRegistry, Counter
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw

from koujing.watching.exposing import may_read, text_of
from koujing.watching.timing import Stages

__all__ = ["ACTION_STAGES", "RASA_STAGES", "InnerMetrics", "expose", "timed"]

RASA_STAGES = ("whole", "reading", "policy", "action", "tracker_load", "tracker_save")
ACTION_STAGES = ("whole", "answering")
_NO_STORE = {"Cache-Control": "no-store"}

Ready = Callable[[], bool]


class InnerMetrics:
    """Of one program, `rasa` or `actions`."""

    def __init__(self, registry: CollectorRegistry, program: str, stages: tuple[str, ...]) -> None:
        self.registry = registry
        name = f"koujing_{program}_stage_seconds"
        self.stages = Stages(registry, name, f"Seconds of a stage inside {program}.", stages)
        self.failed = Counter(f"koujing_{program}_failures_total", "Stages that failed.", ["stage"], registry=registry)
        for stage in stages:
            self.failed.labels(stage)


def timed(metrics: InnerMetrics, stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
    """A function or a method, of either kind, with its time taken; for what belongs to others."""
    failed = metrics.failed.labels(stage)

    @functools.wraps(call)
    async def awaited(*args: Any, **given: Any) -> Any:
        with metrics.stages.stage(stage):
            try:
                return await call(*args, **given)
            except Exception:
                failed.inc()
                raise

    @functools.wraps(call)
    def called(*args: Any, **given: Any) -> Any:
        with metrics.stages.stage(stage):
            try:
                return call(*args, **given)
            except Exception:
                failed.inc()
                raise

    return awaited if inspect.iscoroutinefunction(call) else called


def expose(app: Sanic, metrics: InnerMetrics, ready: Ready, key: str | None) -> None:
    """Give an app `/ready` (503 until everything is loaded) and `/metrics` (for this machine, or with the key)."""

    async def tell_ready(_request: Request) -> HTTPResponse:
        well = ready()
        return json({"status": "ready" if well else "not_ready"}, 200 if well else 503, _NO_STORE)

    async def tell_metrics(request: Request) -> HTTPResponse:
        if not may_read(request.ip, request.headers, key):
            return json({"error": "unauthorized"}, 401, {**_NO_STORE, "WWW-Authenticate": "Bearer"})
        body, content_type = text_of(metrics.registry, request.headers.get("accept", ""))
        return raw(body, headers=_NO_STORE, content_type=content_type)

    app.add_route(tell_ready, "/ready", methods=["GET"], name="koujing_ready")
    app.add_route(tell_metrics, "/metrics", methods=["GET"], name="koujing_metrics")
