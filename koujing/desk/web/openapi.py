"""The website's API in the desk's description (OpenAPI)."""

from __future__ import annotations

from typing import Any

from koujing.desk.describing import json_body, operation, ref
from koujing.desk.script import DEFAULT_SCRIPT, SCRIPTS
from koujing.desk.web.cors import PREFIX
from koujing.desk.web.request import MOST_SECONDS
from koujing.desk.web.schemas import web_schemas
from koujing.settings import Settings

__all__ = ["web_paths", "web_schemas"]

_VISITOR = ("401", "403", "405", "500")
_WRITER = ("400", *_VISITOR, "413", "415", "429")

_ORIGIN = {
    "name": "Origin",
    "in": "header",
    "required": True,
    "description": "网页的来源，浏览器自己会带上；须登记在该网站的 origins 里。",
    "schema": {"type": "string", "format": "uri"},
}
_SCRIPT = {
    "name": "script",
    "in": "query",
    "description": "字形：hans 简体，hant 繁體；文件原文不转换。",
    "schema": {"enum": list(SCRIPTS), "default": DEFAULT_SCRIPT},
}


def web_paths(settings: Settings) -> dict[str, Any]:
    """The paths."""
    return {
        f"{PREFIX}session": {"post": _open(settings), "delete": _forget()},
        f"{PREFIX}messages": {"post": _send(settings)},
        f"{PREFIX}events": {"get": _events()},
        f"{PREFIX}transcript": {"get": _transcript()},
        f"{PREFIX}feedback": {"post": _judge()},
        f"{PREFIX}callbacks": {"post": _ask_callback()},
        f"{PREFIX}callbacks/{{code}}": {"delete": _revoke_callback()},
    }


def _open(settings: Settings) -> dict[str, Any]:
    described = operation(
        "webOpen",
        "在一个网站上开始对话",
        json_body("会话凭证，和开始前要显示的内容", ref("WebSession")),
        *("400", "403", "404", "405", "413", "415", "429", "500"),
        status="201",
    )
    described["description"] = (
        f"凭证有签名并绑定网站；{settings.web_idle_hours} 小时没有消息即过期。"
        f"每个来源地址每分钟的新会话、消息、评价和回电请求共 {settings.web_address_per_minute} 次。"
    )
    return {**described, "parameters": [_ORIGIN], "requestBody": _body("WebOpening")}


def _forget() -> dict[str, Any]:
    described = operation("webForget", "清除对话", {"description": "已清除，凭证作废"}, *_VISITOR, status="204")
    return {**described, "parameters": [_ORIGIN], "security": [{"session": []}]}


def _send(settings: Settings) -> dict[str, Any]:
    described = operation(
        "webSend", "发一条消息", json_body("已收下，答复从事件里来", ref("WebAccepted")), *_WRITER, "409", status="202"
    )
    described["description"] = (
        "重发同一 message_id 不会重复；答复失败（failed）后重发即再试。"
        f"每个会话每分钟 {settings.web_messages_per_minute} 条；text 超过 {settings.message_length} 字时，答复为 refused。"
    )
    return {
        **described,
        "parameters": [_ORIGIN],
        "security": [{"session": []}],
        "requestBody": _body("WebMessage"),
    }


def _events() -> dict[str, Any]:
    described = operation(
        "webEvents", "对话里发生的事", json_body("事件，旧的在前", ref("WebEvents")), "400", "429", *_VISITOR
    )
    described["description"] = (
        "请求头 Accept: text/event-stream 时为事件流（SSE），每 15 秒一个注释行；否则为 JSON，"
        "带 wait 时没有新事件就等到有为止。一次最多 200 个，cursor 是最后一个的 id。"
    )
    described["responses"]["200"]["content"]["text/event-stream"] = {"schema": {"type": "string"}}
    cursor = {"type": "integer", "minimum": 0, "maximum": 10**15 - 1}
    described["parameters"] = [
        {"name": "after", "in": "query", "description": "上次得到的 cursor。", "schema": {**cursor, "default": 0}},
        {
            "name": "wait",
            "in": "query",
            "description": "没有新事件时最多等几秒。",
            "schema": {"type": "integer", "minimum": 0, "maximum": MOST_SECONDS, "default": 0},
        },
        _SCRIPT,
        {
            "name": "Last-Event-ID",
            "in": "header",
            "description": "事件流断开后接着读，先于 after。",
            "schema": cursor,
        },
    ]
    return {**described, "security": [{"session": []}]}


def _transcript() -> dict[str, Any]:
    text = {"description": "可保存的对话文本", "content": {"text/plain": {"schema": {"type": "string"}}}}
    described = operation("webTranscript", "下载对话", text, "400", "429", *_VISITOR)
    return {**described, "parameters": [_SCRIPT], "security": [{"session": []}]}


def _judge() -> dict[str, Any]:
    described = operation(
        "webJudge",
        "评价一个答复",
        json_body("已记下，同一答复以最后一次为准", ref("WebJudged")),
        *_WRITER,
        "404",
        status="201",
    )
    return {
        **described,
        "parameters": [_ORIGIN],
        "security": [{"session": []}],
        "requestBody": _body("WebOpinion"),
    }


def _ask_callback() -> dict[str, Any]:
    described = operation(
        "webCallback", "请人回电", json_body("已留下", ref("WebCallbackKept")), *_WRITER, status="201"
    )
    described["description"] = "须本人同意（consent）；号码加密保存，10 分钟内可以撤回。"
    return {
        **described,
        "parameters": [_ORIGIN],
        "security": [{"session": []}],
        "requestBody": _body("WebCallback"),
    }


def _revoke_callback() -> dict[str, Any]:
    described = operation("webRevoke", "撤回回电请求", {"description": "已撤回"}, *_VISITOR, "404", "409", status="204")
    code = {"name": "code", "in": "path", "required": True, "schema": {"type": "string"}}
    return {**described, "parameters": [_ORIGIN, code], "security": [{"session": []}]}


def _body(schema: str) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": ref(schema)}}}
