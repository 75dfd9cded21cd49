"""`/metrics`, `/health/live` and `/health/ready`: for who watches over the service, not for the public."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from koujing.desk.errors import UnauthorizedError
from koujing.desk.gauges import Gauges
from koujing.desk.readiness import Readiness
from koujing.watching.desk import DeskMetrics
from koujing.watching.exposing import may_read, text_of

__all__ = ["watch_routes"]

_NO_STORE = {"Cache-Control": "no-store"}
_AGAIN = {**_NO_STORE, "Retry-After": "1"}


def watch_routes(metrics: DeskMetrics, gauges: Gauges, readiness: Readiness, key: str | None) -> list[Route]:
    """Their routes; `key` is KOUJING_METRICS_KEY."""

    async def exposed(request: Request) -> Response:
        if not may_read(request.client and request.client.host, request.headers, key):
            raise UnauthorizedError
        await gauges.refresh()
        body, content_type = await run_in_threadpool(text_of, metrics.registry, request.headers.get("accept", ""))
        return Response(body, headers={**_NO_STORE, "Content-Type": content_type})

    async def live(_request: Request) -> Response:
        return JSONResponse({"status": "up"}, headers=_NO_STORE)

    async def ready(_request: Request) -> Response:
        well, body = await readiness.now()
        return JSONResponse(body, 200 if well else 503, _NO_STORE if well else _AGAIN)

    return [
        Route("/metrics", exposed, methods=["GET"], include_in_schema=False),
        Route("/health/live", live, methods=["GET"], include_in_schema=False),
        Route("/health/ready", ready, methods=["GET"], include_in_schema=False),
    ]
