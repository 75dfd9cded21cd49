"""The desk's own description, OpenAPI 3.1. A test holds it against the routes."""

from __future__ import annotations

import json
from typing import Any

from koujing.contract import reply_schema
from koujing.desk.console.assist.schemas import call_paths, call_schemas
from koujing.desk.console.tickets.schemas import ticket_paths, ticket_schemas
from koujing.desk.describing import json_body, nullable, operation, ref
from koujing.desk.script import DEFAULT_SCRIPT, SCRIPTS
from koujing.desk.web.openapi import web_paths, web_schemas
from koujing.settings import Settings

__all__ = ["openapi"]


def openapi(settings: Settings, *, calls: bool = False) -> dict[str, Any]:
    """The document; with the calls of the console where there is one."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "口径 Koujing",
            "version": "1",
            "summary": "按政策文件的规则回答就业政策问题，答复附文号、条款和原文。",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/": {"get": operation("page", "说明页", {"description": "网页", "content": {"text/html": {}}})},
            "/api/v1/ask": {"post": _ask(settings)},
            "/api/v1/receipts/{code}": {"get": _receipt()},
            "/api/v1/catalogue": {
                "get": operation("catalogue", "事项、事实与地区目录", json_body("目录", ref("Catalogue")), "429")
            },
            "/health": {"get": _health()},
            "/openapi.json": {"get": operation("openapi", "本文档", json_body("本文档", {"type": "object"}))},
            **web_paths(settings),
            **({**call_paths(), **ticket_paths()} if calls else {}),
        },
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "可信系统的接口密钥"},
                "session": {"type": "http", "scheme": "bearer", "description": "POST /api/v1/web/session 给的 token"},
            },
            "schemas": {
                **_schemas(settings),
                **web_schemas(),
                **({**call_schemas(), **ticket_schemas()} if calls else {}),
            },
        },
    }


def _ask(settings: Settings) -> dict[str, Any]:
    described = operation(
        "ask",
        "提问",
        json_body("会话与答复；一条消息问了几件事，就有几个答复。", ref("Answer")),
        *("400", "401", "409", "413", "415", "429", "500", "503"),
    )
    described["description"] = (
        f"text 超过 {settings.message_length} 字，或是 /restart、/intent{{}} 之类的指令时，答复的 status 为 refused；"
        f"请求体超过 {settings.body_bytes} 字节为 413。同一会话重发同一 message_id 得到同一答复。"
    )
    described["security"] = [{"key": []}]
    described["requestBody"] = {"required": True, "content": {"application/json": {"schema": ref("Ask")}}}
    return described


def _receipt() -> dict[str, Any]:
    described = operation(
        "receipt",
        "按回执编号重看答复；不含提问原句和个人事实。",
        json_body("答复的公开部分", ref("Reply")),
        *("404", "429", "500"),
    )
    described["parameters"] = [
        {
            "name": "code",
            "in": "path",
            "required": True,
            "description": "12 位，不分大小写，可带连字符。",
            "schema": {"type": "string"},
        }
    ]
    return described


def _health() -> dict[str, Any]:
    described = operation("health", "运行状况", json_body("全部正常", ref("Health")))
    described["responses"]["503"] = json_body("有服务停了", ref("Health"))
    return described


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
                "session": {**nullable(name), "description": "会话，同一会话记得说过的情况；不给则新开一个。"},
                "region": {"type": ["string", "null"], "description": "地区 id，见目录；问题里说的地方优先。"},
                "as_of": {"type": ["string", "null"], "format": "date", "description": "按哪一天回答，默认今天。"},
                "facts": {"type": ["object", "null"], "description": "已知事实：事实 id → 值，见目录。"},
                "message_id": {**nullable(name), "description": "调用方给这条消息的编号，重发时不变。"},
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
            "properties": {"session": text, "replies": {"type": "array", "minItems": 1, "items": ref("Reply")}},
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
            "required": ["status", "desk", "rasa", "actions", "on", "demo_date", "wechat"],
            "properties": {
                **dict.fromkeys(("status", "desk", "rasa", "actions"), up_or_down),
                "on": {**text, "format": "date", "description": "答复所按的日期。"},
                "demo_date": {"type": "boolean", "description": "是否为固定的演示日期。"},
                "wechat": {
                    "type": ["object", "null"],
                    "description": "公众号：加解密方式、能否主动发送及原因、接口状态、等待送出的答复、拒收的回调；没有接公众号为 null。",
                },
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
