"""The transcript's part of the desk's own description (OpenAPI)."""

from __future__ import annotations

from typing import Any

from koujing.desk.console.assist.transcript import PATH, SPEAKERS
from koujing.desk.describing import json_body, operation, ref

__all__ = ["call_paths", "call_schemas"]


def call_paths() -> dict[str, Any]:
    """The paths."""
    success = json_body("已收到。重发的句子不会重复计入。", ref("TranscriptTaken"))
    post = operation("addTranscript", "送入通话转写的句子", success, "400", "401", "409", "413", "415", "429")
    post["description"] = (
        "坐席页面随句子更新事实和候选。{id} 用返回的 call，或呼叫中心自己的通话编号；第一次出现的编号建立一通等待接听的来电。"
        "seq 相同、内容相同的句子只计一次；seq 相同而内容不同为 409，整批不记。"
    )
    post["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 64}}]
    post["requestBody"] = {"required": True, "content": {"application/json": {"schema": ref("Transcript")}}}
    return {PATH: {"post": post}}


def call_schemas() -> dict[str, Any]:
    """The schemas by name."""
    sentence = {
        "type": "object",
        "required": ["seq", "speaker", "text"],
        "additionalProperties": False,
        "properties": {
            "seq": {"type": "integer", "minimum": 0, "maximum": 1_000_000},
            "speaker": {"enum": list(SPEAKERS)},
            "text": {"type": "string", "minLength": 1},
            "at": {"type": "string", "format": "date-time"},
        },
    }
    counted = {"type": "integer", "minimum": 0}
    return {
        "Transcript": {
            "type": "object",
            "required": ["sentences"],
            "additionalProperties": False,
            "properties": {"sentences": {"type": "array", "items": sentence, "minItems": 1, "maxItems": 200}},
        },
        "TranscriptTaken": {
            "type": "object",
            "required": ["call", "accepted", "repeated", "page"],
            "properties": {
                "call": {"type": "string"},
                "accepted": counted,
                "repeated": counted,
                "page": {"type": "string", "description": "坐席打开这通电话的页面。"},
            },
        },
    }
