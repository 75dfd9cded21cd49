"""The bodies and the parameters of the website's API, held against what they may be before anything else happens."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from koujing.desk.errors import BadRequestError
from koujing.desk.request import check_fields, clean_text, known_region
from koujing.knowledge.base import Knowledge
from koujing.private.mask import mask

__all__ = [
    "DAY_PARTS",
    "LONGEST_NOTE",
    "MODES",
    "MOST_SECONDS",
    "REASONS",
    "Callback",
    "Message",
    "Opening",
    "Opinion",
    "parse_callback",
    "parse_cursor",
    "parse_message",
    "parse_opening",
    "parse_opinion",
    "parse_wait",
]

REASONS = ("unclear", "wrong", "not_my_question", "incomplete", "other")
DAY_PARTS = ("morning", "afternoon", "any")
MODES = ("normal", "elder")
LONGEST_NOTE = 300
MOST_SECONDS = 25

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CURSOR = re.compile(r"[0-9]{1,15}")
_SHORT = re.compile(r"[0-9]{1,2}")
# A mobile number, or a landline with its area code.
_PHONE = re.compile(r"1[3-9][0-9]{9}|0(?:10|2[0-9])[0-9]{8}|0[3-9][0-9]{2}[0-9]{7,8}")
_BETWEEN = re.compile(r"[\s()\-－–—]")
_COUNTRY = re.compile(r"(?:\+|00)86")


@dataclass(frozen=True)
class Opening:
    """A wish to begin a conversation on a site."""

    site: str
    region: str | None


@dataclass(frozen=True)
class Message:
    """What a person says: a text of `length` characters, masked, or the id of a button."""

    message_id: str
    text: str | None
    length: int
    option: str | None
    mode: str

    @property
    def digest(self) -> str:
        """Equal for equal messages, whatever their ids, and whatever a button stands for by now."""
        said = [self.text, self.length, self.option]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Opinion:
    """Whether a reply was of use."""

    receipt: str
    useful: bool
    reason: str | None
    note: str | None


@dataclass(frozen=True)
class Callback:
    """A wish to be called back, with consent. `request_id` is the same where it is sent again."""

    phone: str
    note: str | None
    when: str
    request_id: str | None = None

    @property
    def key(self) -> tuple[str, ...] | None:
        """Equal where the same is sent again; what was changed in between is another request. None where nothing tells."""
        said = self.phone, self.note or "", self.when
        return None if self.request_id is None else (self.request_id, *said)


def parse_opening(body: Any, knowledge: Knowledge) -> Opening:
    """The body of `POST session`.

    Raises:
        BadRequestError: as all of these.
    """
    check_fields(body, ("site", "region"), '{"site": "demo"}')
    site = body.get("site")
    if not isinstance(site, str):
        raise BadRequestError("missing_site", "缺少网站 site，或它不是文字。", '例如 {"site": "demo"}。')
    return Opening(site, known_region(body.get("region"), knowledge))


def parse_message(body: Any) -> Message:
    """The body of `POST messages`."""
    check_fields(body, ("message_id", "text", "option", "mode"), '{"message_id": "<UUID>", "text": "失业补助金怎么领"}')
    message_id, option = body.get("message_id"), body.get("option")
    if not (isinstance(message_id, str) and _UUID.fullmatch(message_id.lower())):
        raise BadRequestError("invalid_message_id", "message_id 不对。", "每条新消息用一个新的 UUID，重发时不变。")
    mode = _one_of(body, "mode", MODES) or MODES[0]
    if option is None:
        text = clean_text(body.get("text"))
        return Message(message_id.lower(), mask(text), len(text), None, mode)
    if body.get("text") is not None:
        raise BadRequestError("text_and_option", "text 和 option 只能有一个。", "按钮用 option，打字用 text。")
    if not isinstance(option, str):
        raise BadRequestError("invalid_option", "option 不对。", "用答复里按钮的 id。")
    return Message(message_id.lower(), None, 0, option, mode)


def parse_opinion(body: Any) -> Opinion:
    """The body of `POST feedback`."""
    check_fields(body, ("receipt", "useful", "reason", "note"), '{"receipt": "0123456789AB", "useful": true}')
    receipt, useful = body.get("receipt"), body.get("useful")
    if not isinstance(receipt, str):
        raise BadRequestError("invalid_receipt", "缺少回执编号 receipt。", "用答复里的 receipt。")
    if not isinstance(useful, bool):
        raise BadRequestError("invalid_useful", "useful 应为 true 或 false。", "有用为 true，没用为 false。")
    return Opinion(receipt, useful, _one_of(body, "reason", REASONS), _note(body))


def parse_callback(body: Any) -> Callback:
    """The body of `POST callbacks`."""
    check_fields(body, ("phone", "consent", "note", "when", "request_id"), '{"phone": "024-12345678", "consent": true}')
    if body.get("consent") is not True:
        raise BadRequestError("consent_needed", "没有同意，不能留下电话号码。", "本人同意后，consent 为 true。")
    given = body.get("phone")
    phone = _BETWEEN.sub("", unicodedata.normalize("NFKC", given)) if isinstance(given, str) else ""
    if country := _COUNTRY.match(phone):
        phone = phone[country.end() :]
        # Behind the country's code an area code has lost its nought.
        phone = phone if phone.startswith(("0", "1")) else f"0{phone}"
        phone = f"0{phone}" if phone.startswith("10") else phone
    if not _PHONE.fullmatch(phone):
        raise BadRequestError("invalid_phone", "电话号码不对。", "手机号 11 位；固定电话要带区号，如 024-12345678。")
    id = body.get("request_id")
    if id is not None and not (isinstance(id, str) and _UUID.fullmatch(id.lower())):
        raise BadRequestError("invalid_request_id", "request_id 不对。", "每个新请求用一个新的 UUID，重发时不变。")
    return Callback(phone, _note(body), _one_of(body, "when", DAY_PARTS) or DAY_PARTS[-1], id and id.lower())


def parse_cursor(after: str | None, last_event_id: str | None) -> int:
    """Behind which event to go on; what the browser itself remembers goes first."""
    for value in (last_event_id, after):
        if value:
            if not _CURSOR.fullmatch(value):
                raise BadRequestError(
                    "invalid_cursor", "after 或 Last-Event-ID 不对。", "用上次得到的 cursor，开头用 0。"
                )
            return int(value)
    return 0


def parse_wait(value: str | None) -> int:
    """How many seconds to wait for something new."""
    if not value:
        return 0
    if not (_SHORT.fullmatch(value) and int(value) <= MOST_SECONDS):
        raise BadRequestError("invalid_wait", "wait 不对。", f"应为 0 到 {MOST_SECONDS} 的整数秒。")
    return int(value)


def _one_of(body: Mapping[str, Any], field: str, known: tuple[str, ...]) -> str | None:
    value = body.get(field)
    if value is None or (isinstance(value, str) and value in known):
        return value
    raise BadRequestError(f"invalid_{field}", f"{field} 不对：{value!s:.40}", f"可用：{'、'.join(known)}。")


def _note(body: Mapping[str, Any]) -> str | None:
    value = body.get("note")
    if value is None or value == "":
        return None
    note = clean_text(value)
    if len(note) > LONGEST_NOTE:
        raise BadRequestError("note_too_long", f"说明超过 {LONGEST_NOTE} 个字。", "请写短一些。")
    return mask(note)
