"""The desk's own description, OpenAPI 3.1. A test holds it against the routes."""

from __future__ import annotations

import json
from typing import Any

from koujing.contract import reply_schema
from koujing.desk.script import DEFAULT_SCRIPT, SCRIPTS
from koujing.settings import Settings

__all__ = ["openapi"]

_ERRORS = {
    "400": "请求有误：JSON、字段、文字、地区、日期、事实或字形不对，code 说明是哪一种。",
    "401": "没有密钥，或密钥不对。",
    "404": "没有这个地址或回执。",
    "405": "地址不接受这个方法。",
    "409": "message_id 已用于另一条消息。",
    "413": "请求体过大。",
    "415": "请求体不是 JSON。",
    "429": "请求太频繁，Retry-After 说明几秒后再试。",
    "500": "服务内部出错。",
    "503": "问答服务暂时不可用，Retry-After 说明几秒后再试。",
}


def openapi(settings: Settings) -> dict[str, Any]:
    """The document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "口径 Koujing",
            "version": "1",
            "summary": "按政策文件的规则回答就业政策问题，答复附文号、条款和原文。",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/": {"get": _operation("page", "说明页", {"description": "网页", "content": {"text/html": {}}})},
            "/api/v1/ask": {"post": _ask(settings)},
            "/api/v1/receipts/{code}": {"get": _receipt()},
            "/api/v1/catalogue": {
                "get": _operation("catalogue", "事项、事实与地区目录", _json("目录", _ref("Catalogue")), "429")
            },
            "/health": {"get": _health()},
            "/openapi.json": {"get": _operation("openapi", "本文档", _json("本文档", {"type": "object"}))},
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(settings),
        },
    }


def _ask(settings: Settings) -> dict[str, Any]:
    operation = _operation(
        "ask",
        "提问",
        _json("会话与答复；一条消息问了几件事，就有几个答复。", _ref("Answer")),
        *("400", "401", "409", "413", "415", "429", "500", "503"),
    )
    operation["description"] = (
        f"text 超过 {settings.message_length} 字，或是 /restart、/intent{{}} 之类的指令时，答复的 status 为 refused；"
        f"请求体超过 {settings.body_bytes} 字节为 413。同一会话重发同一 message_id 得到同一答复。"
    )
    operation["security"] = [{"key": []}]
    operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref("Ask")}}}
    return operation


def _receipt() -> dict[str, Any]:
    operation = _operation(
        "receipt",
        "按回执编号重看答复；不含提问原句和个人事实。",
        _json("答复的公开部分", _ref("Reply")),
        *("404", "429", "500"),
    )
    operation["parameters"] = [
        {
            "name": "code",
            "in": "path",
            "required": True,
            "description": "12 位，不分大小写，可带连字符。",
            "schema": {"type": "string"},
        }
    ]
    return operation


def _health() -> dict[str, Any]:
    operation = _operation("health", "运行状况", _json("全部正常", _ref("Health")))
    operation["responses"]["503"] = _json("有服务停了", _ref("Health"))
    return operation


def _operation(id: str, summary: str, success: dict[str, Any], *errors: str) -> dict[str, Any]:
    failures = {status: _json(_ERRORS[status], _ref("Error")) for status in errors}
    return {"operationId": id, "summary": summary, "responses": {"200": success, **failures}}


def _schemas(settings: Settings) -> dict[str, Any]:
    text = {"type": "string"}
    name = {"type": "string", "pattern": "^[A-Za-z0-9._:@-]{1,64}$"}
    up_or_down = {"enum": ["up", "down"]}
    return {
        "Ask": {
            "type": "object",
            "required": ["text"],
            "additionalProperties": False,
            "properties": {
                "text": {**text, "minLength": 1, "description": f"问题，不超过 {settings.message_length} 字。"},
                "session": {**_nullable(name), "description": "会话，同一会话记得说过的情况；不给则新开一个。"},
                "region": {"type": ["string", "null"], "description": "地区 id，见目录；问题里说的地方优先。"},
                "as_of": {"type": ["string", "null"], "format": "date", "description": "按哪一天回答，默认今天。"},
                "facts": {"type": ["object", "null"], "description": "已知事实：事实 id → 值，见目录。"},
                "message_id": {**_nullable(name), "description": "调用方给这条消息的编号，重发时不变。"},
                "script": {
                    "enum": [*SCRIPTS, None],
                    "default": DEFAULT_SCRIPT,
                    "description": "答复的字形：hans 简体，hant 繁體；引用的文件原文不转换，回执按简体留存。",
                },
            },
        },
        "Answer": {
            "type": "object",
            "required": ["session", "replies"],
            "properties": {"session": text, "replies": {"type": "array", "minItems": 1, "items": _ref("Reply")}},
        },
        "Catalogue": {
            "type": "object",
            "required": ["matters", "facts", "regions"],
            "properties": {
                part: {"type": "array", "items": {"type": "object", "required": ["id"], "properties": {"id": text}}}
                for part in ("matters", "facts", "regions")
            },
        },
        "Health": {
            "type": "object",
            "required": ["status", "desk", "rasa", "actions", "on", "demo_date"],
            "properties": {
                **dict.fromkeys(("status", "desk", "rasa", "actions"), up_or_down),
                "on": {**text, "format": "date", "description": "答复所按的日期。"},
                "demo_date": {"type": "boolean", "description": "是否为固定的演示日期。"},
            },
        },
        "Error": {
            "type": "object",
            "required": ["error"],
            "properties": {
                "error": {
                    "type": "object",
                    "required": ["code", "message", "hint"],
                    "properties": {"code": text, "message": text, "hint": text},
                }
            },
        },
        **_reply_schemas(),
    }


def _reply_schemas() -> dict[str, Any]:
    """The reply's own schema, its definitions moved to where OpenAPI keeps them."""
    moved = json.dumps(reply_schema(), ensure_ascii=False).replace('"#/definitions/', '"#/components/schemas/')
    schema: dict[str, Any] = json.loads(moved)
    del schema["$schema"]
    definitions: dict[str, Any] = schema.pop("definitions")
    return {"Reply": schema, **definitions}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": ["string", "null"]}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
