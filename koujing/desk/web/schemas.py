"""The schemas of the website's API: what is sent, what comes back, and the view of a reply."""

from __future__ import annotations

from typing import Any

from koujing.desk.describing import ref
from koujing.desk.web.request import DAY_PARTS, LONGEST_NOTE, MODES, REASONS

__all__ = ["web_schemas"]

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_BOOLEAN: Schema = {"type": "boolean"}
_NUMBER: Schema = {"type": "integer", "minimum": 0}
_UUID: Schema = {
    "type": "string",
    "format": "uuid",
    "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
}
# Something to read, not blanks alone.
_SAID: Schema = {"type": "string", "minLength": 1}


def web_schemas() -> Schema:
    """All of them, by name."""
    return {**_sent(), **_answered(), **_happened(), **_viewed()}


def _sent() -> Schema:
    region = {**_TEXT_OR_NULL, "description": "地区 id，见目录；不给则用网站的默认地区。"}
    note = {**_TEXT_OR_NULL, "maxLength": LONGEST_NOTE, "description": "说明；个人号码会被隐去。"}
    return {
        "WebOpening": _closed({"site": {**_TEXT, "description": "网站 id（data-site）。"}, "region": region}, "site"),
        "WebMessage": {
            **_closed(
                {
                    "message_id": {**_UUID, "description": "每条新消息一个新的 UUID，重发时不变。"},
                    "text": {**_SAID, "description": "打的字；和 option 二者之一。"},
                    "option": {**_TEXT, "description": "按的按钮：答复里的 id。"},
                    "mode": {"enum": [*MODES, None], "description": "从普通版还是长者版发来。"},
                },
                "message_id",
            ),
            "oneOf": [{"required": ["text"]}, {"required": ["option"]}],
        },
        "WebOpinion": _closed(
            {
                "receipt": {**_TEXT, "description": "答复的回执编号。"},
                "useful": _BOOLEAN,
                "reason": {"enum": [*REASONS, None]},
                "note": note,
            },
            "receipt",
            "useful",
        ),
        "WebCallback": _closed(
            {
                "phone": {**_TEXT, "description": "大陆手机号，或带区号的固定电话。"},
                "consent": {"const": True, "description": "本人同意留下号码。"},
                "note": note,
                "when": {"enum": [*DAY_PARTS, None]},
                "request_id": {
                    "anyOf": [_UUID, {"type": "null"}],
                    "description": "每个新请求用一个新的；重发时不变，只留下一次。",
                },
            },
            "phone",
            "consent",
        ),
    }


def _answered() -> Schema:
    return {
        "WebSession": _open({
            "token": {**_TEXT, "description": "放在 Authorization: Bearer 里；不透明。"},
            "cursor": _NUMBER,
            "site": _open({
                **dict.fromkeys(("id", "title", "bureau"), _TEXT),
                **dict.fromkeys(("region", "region_name", "hours"), _TEXT_OR_NULL),
                "notices": _list(_TEXT),
                "kiosk_minutes": {"type": ["integer", "null"]},
            }),
            "limits": _open({"message_length": _NUMBER, "per_minute": _NUMBER}),
            "date": _open({"on": {**_TEXT, "format": "date"}, "demo": _BOOLEAN, "text": _TEXT}),
            "open_hours": {**_BOOLEAN, "description": "现在是否有人值班。"},
            **dict.fromkeys(("disclaimer", "reach", "privacy_url"), _TEXT),
        }),
        "WebAccepted": _open({"message_id": _UUID, "cursor": _NUMBER}),
        "WebJudged": _open({"receipt": _TEXT, "useful": _BOOLEAN}),
        "WebCallbackKept": _open({"code": _TEXT, "revocable_until": {**_TEXT, "format": "date-time"}}),
    }  # fmt: skip


def _happened() -> Schema:
    common: Schema = {"id": _NUMBER, "at": {**_TEXT, "format": "date-time"}}
    return {
        "WebEvents": _open({"events": _list(ref("WebEvent")), "cursor": _NUMBER}),
        "WebEvent": {
            "oneOf": [
                _open({
                    **common, "type": {"const": "message"}, "message_id": _UUID, "text": _TEXT,
                    "from": {"const": "person"},
                }),
                _open({**common, "type": {"const": "reply"}, "message_id": _UUID, "view": ref("View")}),
                _open({
                    **common, "type": {"const": "failed"}, "message_id": _UUID, "code": _TEXT, "text": _TEXT,
                    "retry": _BOOLEAN,
                }),
                _open({**common, "type": {"const": "notice"}, "text": _TEXT}),
            ]
        },
    }  # fmt: skip


def _viewed() -> Schema:
    """The view of a reply; every key is always there."""
    button = _open({"id": _TEXT, "label": _TEXT})
    verdict: Schema = {"enum": ["eligible", "ineligible", "need_info", "referred"]}
    return {
        "View": _open({
            "receipt": _TEXT_OR_NULL, "status": _TEXT, "label": _TEXT,
            "badge": _or_null(_open({"verdict": verdict, "text": _TEXT})),
            "summary": _TEXT, "text": _list(_TEXT), "plain": _or_null(_list(_TEXT)), "points": _list(_TEXT),
            "reasons": _list(_open({
                "holds": {"type": ["boolean", "null"]}, "mark": _TEXT, "condition": _TEXT,
                **dict.fromkeys(("said", "clause", "referred_to"), _TEXT_OR_NULL),
            })),
            "changes": _list(_open({"text": _TEXT, "earliest": _TEXT_OR_NULL})),
            "amounts": _list(_open(dict.fromkeys(("label", "value", "formula"), _TEXT))),
            "windows": _list(_open({
                "text": _TEXT, "state": {"enum": ["not_yet", "open", "closed"]}, "state_text": _TEXT,
            })),
            "citations": _list(_open({
                "id": _TEXT_OR_NULL, "notice": _TEXT, "clause_label": _TEXT, "heading": _TEXT, "quote": _TEXT,
                "url": _TEXT_OR_NULL, "official": _BOOLEAN,
            })),
            "ask": _or_null(_open({
                "question": _TEXT, "why": _TEXT_OR_NULL, "type": _TEXT, "options": _list(button),
                "input": _open({"mode": {"enum": ["numeric", "decimal", "text", "date"]}, "unit": _TEXT_OR_NULL}),
            })),
            "items": _list(_open({
                "name": _TEXT, "verdict": verdict, "verdict_text": _TEXT, "summary": _TEXT,
                "option": _or_null(button),
            })),
            "suggestions": _list(button),
            "contacts": _list(_open({
                "name": _TEXT, **dict.fromkeys(("phone", "tel", "url", "hours"), _TEXT_OR_NULL), "official": _BOOLEAN,
            })),
            "handoff": _or_null(_open({"state": _TEXT, "ticket": _TEXT_OR_NULL, "hours": _TEXT_OR_NULL})),
            "calibers": _list(_TEXT), "on": _TEXT, "region": _TEXT_OR_NULL, "basis": _TEXT_OR_NULL,
            "feedback": {**_BOOLEAN, "description": "是否显示有用/没用。"},
        })
    }  # fmt: skip


def _open(properties: Schema) -> Schema:
    """An object with all of these; more may come."""
    return {"type": "object", "required": list(properties), "properties": properties}


def _closed(properties: Schema, *required: str) -> Schema:
    """An object with these and no others."""
    return {"type": "object", "required": list(required), "additionalProperties": False, "properties": properties}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}
