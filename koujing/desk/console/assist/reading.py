"""What the pages of a call post, as JSON, held against the knowledge before anything happens."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from koujing.desk.console.assist.codes import DEVIATIONS, WRAP_UPS
from koujing.desk.console.assist.service import Question, Telling
from koujing.desk.console.errors import InputError
from koujing.desk.request import check_fields, clean_text, known_region
from koujing.knowledge.base import Knowledge
from koujing.knowledge.provisions import ASPECTS

__all__ = ["read_fact", "read_note", "read_place", "read_question", "read_telling", "read_wrap_up"]

_MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_LONGEST_NOTE = 8000
_LONGEST_WORDED = 1000
_PICK = ("kind", "matter", "aspect", "topic", "caliber")


def read_question(body: Any, knowledge: Knowledge) -> Question:
    """A question, typed or picked.

    Raises:
        ApiError: it is none; so do the others.
    """
    check_fields(body, ("text", "message_id", "pick"), '{"text": "失业补助金怎么领", "message_id": "…"}')
    message_id = body.get("message_id")
    if not (isinstance(message_id, str) and _MESSAGE_ID.fullmatch(message_id)):
        raise InputError("message_id", "这一问没有编号。", "请刷新页面再问。")
    return Question(clean_text(body.get("text")), message_id, _pick(body.get("pick"), knowledge))


def _pick(value: Any, knowledge: Knowledge) -> Mapping[str, Any] | None:
    if value is None:
        return None
    known = isinstance(value, dict) and value.get("matter") in knowledge.matters and value.get("aspect") in ASPECTS
    if not known or not all(value.get(name) is None or isinstance(value[name], str) for name in _PICK):
        raise InputError("pick", "没有这个候选。", "请刷新页面再选。")
    return {name: value[name][:_LONGEST_WORDED] for name in _PICK if value.get(name)}


def read_fact(body: Any) -> tuple[str, str]:
    """A fact's id and its value as typed; an empty one clears it."""
    check_fields(body, ("fact", "value"), '{"fact": "insured_headcount", "value": "28"}')
    return _words(body, "fact", 64), _words(body, "value", 200)


def read_place(body: Any, knowledge: Knowledge) -> tuple[str | None, dt.date | None]:
    """The region and the day of the call; without a day it is the day of the question."""
    check_fields(body, ("region", "as_of"), '{"region": "huludao", "as_of": null}')
    given = body.get("as_of")
    try:
        as_of = dt.date.fromisoformat(given) if given else None
    except (TypeError, ValueError) as error:
        raise InputError("as_of", "没有这一天。", "写成 2021-09-15。") from error
    return known_region(body.get("region") or None, knowledge), as_of


def read_note(body: Any) -> tuple[int, str]:
    """The version that a note was written over, and the note."""
    check_fields(body, ("base", "text"), '{"base": 0, "text": ""}')
    base = body.get("base")
    if not isinstance(base, int) or isinstance(base, bool) or base < 0:
        raise InputError("base", "记录的版本不对。", "请刷新页面。")
    return base, _words(body, "text", _LONGEST_NOTE)


def read_telling(body: Any) -> Telling:
    """What was read out; of a deviation the words and the reason are needed."""
    fields = ("key", "plain", "worded", "reason", "remark")
    check_fields(body, fields, '{"key": "…", "plain": false}')
    key, plain = _words(body, "key", 64), body.get("plain") is True
    if body.get("worded") is None:
        return Telling(key, plain)
    worded, reason = _words(body, "worded", _LONGEST_WORDED).strip(), body.get("reason")
    if not worded:
        raise InputError("worded", "还没有写实际怎么说的。", "照实写，一两句就行。")
    if reason not in DEVIATIONS:
        raise InputError("reason", "还没有选原因。", f"可选：{'、'.join(DEVIATIONS.values())}。")
    return Telling(key, plain, worded, reason, _words(body, "remark", _LONGEST_WORDED).strip() or None)


def read_wrap_up(body: Any) -> tuple[str, bool]:
    """How the call ended, and whether the next caller follows at once."""
    check_fields(body, ("code", "next"), '{"code": "answered", "next": true}')
    if body.get("code") not in WRAP_UPS:
        raise InputError("code", "还没有选小结。", f"可选：{'、'.join(WRAP_UPS.values())}。")
    return str(body["code"]), body.get("next") is True


def _words(body: Mapping[str, Any], field: str, most: int) -> str:
    value = body.get(field) or ""
    if not isinstance(value, str):
        raise InputError(field, "内容不是文字。", "请刷新页面。")
    text = "".join(c for c in value if c in "\n\t" or (c.isprintable() and not "\ud800" <= c <= "\udfff"))
    if len(text) > most:
        raise InputError(field, f"有 {len(text)} 字，太长了。", f"最多 {most} 字。")
    return text
