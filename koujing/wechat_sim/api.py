"""The interface that the desk calls: `/cgi-bin/*`, with quotas, tokens and errors on order."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from koujing.wechat_sim.menu import as_current, check
from koujing.wechat_sim.platform import Call, Platform
from koujing.wechat_sim.quotas import OUT_OF_TIME
from koujing.wechat_sim.replies import LONGEST
from koujing.wechat_sim.screen import Via, menu_message

__all__ = ["api_routes"]

_MESSAGES = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40003: "invalid openid",
    40013: "invalid appid",
    40125: "invalid appsecret",
    41001: "access_token missing",
    42001: "access_token expired",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45072: "invalid command type",
    45080: "customer has no recent message",
    45081: "already typing",
    46003: "menu no exist",
    47001: "data format error",
    48001: "api unauthorized",
}
_WORDS = {
    "image": "[图片]",
    "voice": "[语音]",
    "video": "[视频]",
    "music": "[音乐]",
    "news": "[图文]",
    "mpnews": "[图文]",
}
_RECENT_SECONDS = 30
_LONG_SCENES = frozenset({"QR_STR_SCENE", "QR_LIMIT_STR_SCENE"})
_SCENES = frozenset({"QR_SCENE", "QR_LIMIT_SCENE", *_LONG_SCENES})

Body = dict[str, Any]
Answer = Body | int


def api_routes(platform: Platform) -> list[Route]:
    """The routes; unknown paths are not found, as with the platform."""
    calls = _Calls(platform)
    post: dict[str, Callable[[Body], Answer]] = {
        "stable_token": calls.stable_token,
        "message/custom/send": calls.send,
        "message/custom/typing": calls.typing,
        "menu/create": calls.menu_create,
        "qrcode/create": calls.qrcode,
    }
    get: dict[str, Callable[[Body], Answer]] = {
        "menu/get": calls.menu_get,
        "menu/delete": calls.menu_delete,
        "get_current_selfmenu_info": calls.current_menu,
        "customservice/getkflist": calls.staff,
        "getcallbackip": calls.addresses,
    }
    return [
        Route(f"/cgi-bin/{path}", _endpoint(platform, call), methods=[method])
        for method, some in (("POST", post), ("GET", get))
        for path, call in some.items()
    ]


def _endpoint(platform: Platform, call: Callable[[Body], Answer]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        path = request.url.path
        trouble = platform.troubles.take(path)
        if trouble is not None and trouble.delay:
            await asyncio.sleep(trouble.delay)
        body = _body(platform, await request.body())
        answer: Answer
        if trouble is not None and trouble.code:
            answer = trouble.code
        elif body is None:
            answer = 47001
        elif not path.endswith("/stable_token") and (
            code := platform.tokens.check(request.query_params.get("access_token"))
        ):
            answer = code
        else:
            answer = call(body)
        shown: Body = (
            {"errcode": answer, "errmsg": _MESSAGES.get(answer, "error")} if isinstance(answer, int) else answer
        )
        code = int(shown.get("errcode", 0))
        platform.calls.append(Call(path, body or {}, code))
        platform.tell(f"⇐ 接口 {path}：{code} {shown.get('errmsg', 'ok')}", str((body or {}).get("touser", "")))
        lost = trouble is not None and trouble.lost
        return Response("", 502) if lost else JSONResponse(shown)

    return endpoint


def _body(platform: Platform, raw: bytes) -> Body | None:
    if b"\\u" in raw:
        # The platform shows such an escape as it stands.
        platform.refuse("JSON 里的中文写成了 \\u 转义，粉丝会看到转义本身", "")
        raw = raw.replace(b"\\u", b"\\\\u")
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


class _Calls:
    """One method a path: the body of the answer, or its error code."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def stable_token(self, body: Body) -> Answer:
        account = self._platform.account
        if body.get("appid") != account.appid:
            return 40013
        if account.secret is None or body.get("secret") != account.secret:
            return 40125
        token, seconds = self._platform.tokens.issue(force=bool(body.get("force_refresh")))
        return {"access_token": token, "expires_in": seconds}

    def send(self, body: Body) -> Answer:
        platform, kind = self._platform, body.get("msgtype")
        if not platform.customer_api:
            return 48001
        follower = platform.followers.get(str(body.get("touser")))
        if follower is None:
            return 40003
        content = _content(body)
        if isinstance(content, int):
            return content
        if not follower.following:
            return OUT_OF_TIME
        if code := platform.quotas.spend(follower.openid):
            platform.refuse(f"客服消息超出额度（{code}）", follower.openid)
            return code
        via = Via.STAFF if "customservice" in body else Via.PUSH
        follower.show(via, content, official_menu=kind == "msgmenu")
        return {"errcode": 0, "errmsg": "ok"}

    def typing(self, body: Body) -> Answer:
        platform = self._platform
        follower = platform.followers.get(str(body.get("touser")))
        if not platform.customer_api:
            return 48001
        if follower is None:
            return 40003
        if body.get("command") not in {"Typing", "CancelTyping"}:
            return 45072
        on = body["command"] == "Typing"
        if follower.wrote is None or (platform.now() - follower.wrote).total_seconds() > _RECENT_SECONDS:
            return 45080
        if on and follower.typing:
            return 45081
        follower.type(on)
        return {"errcode": 0, "errmsg": "ok"}

    def menu_create(self, body: Body) -> Answer:
        if code := check(body):
            return code
        self._platform.menu = body
        return {"errcode": 0, "errmsg": "ok"}

    def menu_get(self, _body: Body) -> Answer:
        return {"menu": self._platform.menu} if self._platform.menu else 46003

    def menu_delete(self, _body: Body) -> Answer:
        self._platform.menu = None
        return {"errcode": 0, "errmsg": "ok"}

    def current_menu(self, _body: Body) -> Answer:
        return as_current(self._platform.menu) if self._platform.menu else {"is_menu_open": 0}

    def qrcode(self, body: Body) -> Answer:
        kind = body.get("action_name")
        scene = body.get("action_info", {}).get("scene", {})
        value = str(scene.get("scene_str" if kind in _LONG_SCENES else "scene_id", ""))
        if kind not in _SCENES or not 1 <= len(value) <= 64:
            return 47001
        return {"ticket": secrets.token_urlsafe(48), "url": f"http://weixin.qq.com/q/{value}"}

    def staff(self, _body: Body) -> Answer:
        named = [
            {"kf_account": one, "kf_nick": one.partition("@")[0], "kf_id": 1001 + n}
            for n, one in enumerate(self._platform.staff)
        ]
        return {"kf_list": named}

    def addresses(self, _body: Body) -> Answer:
        return {"ip_list": ["127.0.0.1"]}


def _content(body: Body) -> str | int:
    """The text that a message shows, or the error code with which it is refused."""
    kind = str(body.get("msgtype"))
    given = body.get(kind) or {}
    if kind in _WORDS:
        return _WORDS[kind]
    if kind == "msgmenu":
        items = [(str(item["id"]), str(item["content"])) for item in given.get("list", [])]
        return menu_message(given.get("head_content", ""), items, given.get("tail_content", "")) if items else 44004
    if kind != "text":
        return 40008
    content = given.get("content", "")
    if not content:
        return 44004
    return content if len(content.encode()) <= LONGEST else 45002
