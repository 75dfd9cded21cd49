"""The body of `POST /api/v1/ask`, read and held against the knowledge before anything else happens."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from starlette.requests import ClientDisconnect, Request

from koujing.desk.errors import BadRequestError, CutOffError, NotJsonError, TooLargeError
from koujing.desk.script import DEFAULT_SCRIPT, SCRIPTS
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import FactValueError
from koujing.private.mask import mask
from koujing.settings_values import LONGEST_MESSAGE

__all__ = ["Ask", "check_fields", "clean_text", "known_region", "known_script", "parse_ask", "read_body", "read_json"]

_FIELDS = ("text", "session", "region", "as_of", "facts", "message_id", "script")
_NAME = re.compile(r"[A-Za-z0-9._:@-]{1,64}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Ask:
    """One message as asked. `text` is masked; `length` is how long it was.

    `script` is how the reply is shown, no part of what is asked.
    """

    text: str
    length: int
    session: str | None = None
    region: str | None = None
    as_of: dt.date | None = None
    facts: Mapping[str, Any] | None = None
    message_id: str | None = None
    script: str = DEFAULT_SCRIPT

    @property
    def digest(self) -> str:
        """Equal for equal messages, whatever their ids."""
        asked = [self.text, self.length, self.region, self.as_of and self.as_of.isoformat(), self.facts or {}]
        return hashlib.sha256(json.dumps(asked, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


async def read_json(request: Request, limit: int) -> Any:
    """The JSON body, of at most `limit` bytes.

    Raises:
        NotJsonError, TooLargeError, CutOffError, BadRequestError: it is not JSON, too much, or not all of it.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotJsonError
    body = await read_body(request, limit)
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequestError(
            "invalid_json", "请求体不是正确的 JSON。", f"请检查引号、逗号和 UTF-8 编码：{error}"
        ) from error


async def read_body(request: Request, limit: int) -> bytes:
    """The body, of at most `limit` bytes.

    Raises:
        TooLargeError, CutOffError: it is more, or stops before its end.
    """
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise TooLargeError(limit)
    except ClientDisconnect:
        raise CutOffError from None
    return bytes(body)


def parse_ask(body: Any, knowledge: Knowledge) -> Ask:
    """The message in a body.

    Raises:
        BadRequestError: a field is missing, misspelt, or has a value that cannot be.
    """
    check_fields(body, _FIELDS, '{"text": "失业补助金怎么领", "region": "huludao"}')
    text = clean_text(body.get("text"))
    return Ask(
        # No limit lets through more; a longer one is refused by its length, unread.
        text=mask(text[:LONGEST_MESSAGE]),
        length=len(text),
        session=_name(body, "session"),
        region=known_region(body.get("region"), knowledge),
        as_of=_as_of(body.get("as_of")),
        facts=_facts(body.get("facts"), knowledge),
        message_id=_message_id(body),
        script=known_script(body.get("script")),
    )


def check_fields(body: Any, fields: Sequence[str], example: str) -> None:
    """Make sure that a body is an object with no field but these.

    Raises:
        BadRequestError: it is not.
    """
    if not isinstance(body, dict):
        raise BadRequestError("invalid_body", "请求体应为一个 JSON 对象。", f"例如 {example}")
    for field in body:
        if field not in fields:
            hint = _did_you_mean(field, fields) or f"可用的字段：{'、'.join(fields)}。"
            raise BadRequestError("unknown_field", f"没有 {field:.40} 这个字段。", hint)


def clean_text(value: Any) -> str:
    """What a person typed, without what no person types.

    Raises:
        BadRequestError: it is no text, or there is nothing in it.
    """
    hint = '请把问题放在 text 里，例如 {"text": "失业补助金怎么领"}。'
    if not isinstance(value, str):
        raise BadRequestError("missing_text", "缺少问题 text，或它不是文字。", hint)
    if any(unicodedata.category(character) == "Cs" for character in value):
        raise BadRequestError("invalid_text", "text 里有不成对的代理字符。", "请检查编码，应为 UTF-8。")
    text = "".join(character for character in value if character in "\n\t" or unicodedata.category(character) != "Cc")
    if not any(unicodedata.category(character)[0] not in "CZ" for character in text):
        raise BadRequestError("empty_text", "问题 text 是空的。", hint)
    return text.strip()


def _message_id(body: Mapping[str, Any]) -> str | None:
    """The client's own name of the message; one that holds personal data (a telephone number) only by its digest."""
    given = _name(body, "message_id")
    if given is None or mask(given) == given:
        return given
    return hashlib.sha256(given.encode()).hexdigest()


def _name(body: Mapping[str, Any], field: str) -> str | None:
    value = body.get(field)
    if value is None:
        return None
    if not (isinstance(value, str) and _NAME.fullmatch(value)):
        raise BadRequestError(f"invalid_{field}", f"{field} 不对。", "应为 1 到 64 个英文字母、数字或 . _ : @ - 符号。")
    return value


def known_region(value: Any, knowledge: Knowledge) -> str | None:
    """A region's id, or none.

    Raises:
        BadRequestError: there is no such region.
    """
    if value is None:
        return None
    if isinstance(value, str) and knowledge.regions.get(value) is not None:
        return value
    hint = _region_hint(value, knowledge) if isinstance(value, str) else "应为地区 id，如 huludao、guangzhou。"
    raise BadRequestError("unknown_region", f"没有 {value!s:.40} 这个地区。", hint)


def _region_hint(value: str, knowledge: Knowledge) -> str:
    named = [id for id in knowledge.regions.ids() if (region := knowledge.regions.get(id)) and region.name == value]
    if named:
        return f"请用地区 id：{'、'.join(named[:5])}。"
    return _did_you_mean(value.lower(), knowledge.regions.ids()) or "全部地区 id 见 /api/v1/catalogue。"


def _as_of(value: Any) -> dt.date | None:
    if value is None:
        return None
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise BadRequestError("invalid_date", f"日期 as_of 不对：{value!s:.40}", "应写成 2021-09-15 这样，且确有这一天。")


def known_script(value: Any) -> str:
    """The script that replies are shown in.

    Raises:
        BadRequestError: there is no such script.
    """
    if value is None:
        return DEFAULT_SCRIPT
    if isinstance(value, str) and value in SCRIPTS:
        return value
    raise BadRequestError(
        "invalid_script", f"字形 script 不对：{value!s:.40}", "应为 hans（简体，默认）或 hant（繁體）。"
    )


def _facts(value: Any, knowledge: Knowledge) -> Mapping[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise BadRequestError(
            "invalid_facts", "facts 应为一个 JSON 对象。", '例如 {"insured_count": 28}，键是事实 id。'
        )
    for id, raw in value.items():
        fact = knowledge.facts.get(id)
        if fact is None:
            hint = _did_you_mean(id, knowledge.facts) or "全部事实 id 见 /api/v1/catalogue。"
            raise BadRequestError("unknown_fact", f"没有 {id:.40} 这个事实。", hint)
        try:
            fact.parse(raw)
        except FactValueError as error:
            raise BadRequestError("invalid_fact", f"事实 {id} 的值不对。", str(error)) from error
    return value


def _did_you_mean(given: str, known: Iterable[str]) -> str | None:
    near = get_close_matches(given, list(known), n=3)
    return f"是否指 {'、'.join(near)}？" if near else None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} 不是 JSON 的值")
