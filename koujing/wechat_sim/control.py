"""`/sim/*`: the simulator worked by another program — acts of followers, screens, errors on order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from koujing.wechat_sim.delivery import Delivery
from koujing.wechat_sim.follower import CannotError, Follower
from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.screen import Link, Shown

__all__ = ["control_routes"]

# What another program may let a follower do, with the words for it in the body.
_ACTS: Mapping[str, Callable[[Follower, Any], Awaitable[Delivery | Link]]] = {
    "say": lambda follower, given: follower.say(str(given)),
    "tap": lambda follower, given: follower.tap(given),
    "voice": lambda follower, given: follower.voice(given),
    "picture": lambda follower, _: follower.picture(),
    "locate": lambda follower, given: follower.locate(str(given)),
    "follow": lambda follower, given: follower.follow(given),
    "scan": lambda follower, given: follower.scan(str(given)),
    "unfollow": lambda follower, _: follower.unfollow(),
    "click": lambda follower, given: follower.click(str(given)),
}


def control_routes(platform: Platform) -> list[Route]:
    """The routes."""
    control = _Control(platform)
    return [
        Route("/sim/followers/{openid}", control.screen, methods=["GET"]),
        Route("/sim/followers/{openid}/{act}", control.act, methods=["POST"]),
        Route("/sim/troubles", control.order, methods=["POST"]),
        Route("/sim/troubles", control.clear, methods=["DELETE"]),
        Route("/sim/tokens/invalidate", control.invalidate, methods=["POST"]),
        Route("/sim/faults", control.faults, methods=["GET"]),
    ]


class _Control:
    """One method a path."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def screen(self, request: Request) -> Response:
        follower = self._platform.follower(request.path_params["openid"])
        return JSONResponse({"typing": follower.typing, "seen": [_shown(shown) for shown in follower.seen]})

    async def act(self, request: Request) -> Response:
        act = _ACTS.get(request.path_params["act"])
        follower = self._platform.follower(request.path_params["openid"])
        if act is None:
            return JSONResponse({"error": f"只能做：{'、'.join(_ACTS)}"}, 404)
        before = len(follower.seen)
        try:
            done = await act(follower, (await request.json()).get("given"))
        except CannotError as error:
            return JSONResponse({"error": str(error)}, 409)
        if isinstance(done, Link):
            return JSONResponse({"opens": done.url})
        seen = [_shown(shown) for shown in follower.seen[before:]]
        return JSONResponse({"tries": len(done.tries), "fault": done.fault, "seen": seen})

    async def order(self, request: Request) -> Response:
        given = await request.json()
        known = {name: given[name] for name in ("code", "times", "delay", "lost") if name in given}
        self._platform.troubles.order(given["path"], **known)
        return Response(status_code=204)

    async def clear(self, _request: Request) -> Response:
        self._platform.troubles.clear()
        return Response(status_code=204)

    async def invalidate(self, _request: Request) -> Response:
        self._platform.tokens.invalidate()
        return Response(status_code=204)

    async def faults(self, _request: Request) -> Response:
        found = [{"openid": fault.openid, "reason": fault.reason} for fault in self._platform.faults]
        return JSONResponse({"faults": found})


def _shown(shown: Shown) -> dict[str, Any]:
    return {"at": shown.at.isoformat(), "via": shown.via.value, "text": shown.as_text}
