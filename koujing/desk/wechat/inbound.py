"""What comes in from a follower, typed. What the platform invents next is `Other`, never an error.

Source: developers.weixin.qq.com, 接收普通消息 and 接收事件推送.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from koujing.desk.wechat.errors import CallbackError

__all__ = [
    "Click",
    "HumanSession",
    "Inbound",
    "Location",
    "Media",
    "Other",
    "Revoked",
    "Scan",
    "Subscribe",
    "Text",
    "Unsubscribe",
    "Voice",
    "read",
]

_NAME = re.compile(r"[A-Za-z0-9_@.\-]{1,64}", re.ASCII)
_SECONDS = re.compile(r"\d{1,12}", re.ASCII)
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_\-]{1,64}", re.ASCII)
_LONGEST_KEY = 128
_SCENE = "qrscene_"
_MEDIA = frozenset({"image", "video", "shortvideo", "link", "file", "music", "miniprogrampage"})


@dataclass(frozen=True)
class Inbound:
    """A message or an event.

    Attributes:
        to: our original id.
        sender: the follower's openid.
        at: when it was made, by the platform's clock, in seconds since 1970.
        key: the same for each delivery of the same message, different for any other; at most 128 characters.
        opened_with: which of the account's AES keys it came encrypted with; the reply must use the same.
    """

    to: str
    sender: str
    at: int
    key: str
    opened_with: int = field(default=0, kw_only=True)


@dataclass(frozen=True)
class Text(Inbound):
    """Typed, or a tapped menu item, whose number is `menu_id` where the platform passes it on."""

    content: str
    menu_id: str | None


@dataclass(frozen=True)
class Voice(Inbound):
    """Spoken; `recognition` is what the platform understood, never empty."""

    recognition: str | None


@dataclass(frozen=True)
class Media(Inbound):
    """Something that is not read: image, video, shortvideo, link, file …"""

    kind: str


@dataclass(frozen=True)
class Location(Inbound):
    """A place that the follower sent; `label` is its address in words."""

    label: str
    latitude: str
    longitude: str


@dataclass(frozen=True)
class Subscribe(Inbound):
    """Follows from now on; `scene` is the QR code's that was scanned for it."""

    scene: str | None


@dataclass(frozen=True)
class Unsubscribe(Inbound):
    """Follows no more, and cannot be answered."""


@dataclass(frozen=True)
class Revoked(Inbound):
    """Took back the consent to data, or closed the WeChat account: everything about the follower must go."""


@dataclass(frozen=True)
class Scan(Inbound):
    """A follower scanned a QR code."""

    scene: str


@dataclass(frozen=True)
class Click(Inbound):
    """Tapped an item of the account's menu."""

    event_key: str


@dataclass(frozen=True)
class HumanSession(Inbound):
    """A human of WeChat's customer service took over, or left; `account` is theirs."""

    open: bool
    account: str | None


@dataclass(frozen=True)
class Other(Inbound):
    """Nothing the connector acts on; `name` is the event's, or else the message type's."""

    name: str


Fields = Mapping[str, Any]
Head = tuple[str, str, int, str]


def read(fields: Fields) -> Inbound:
    """The message as what it is.

    Args:
        fields: as `koujing.desk.wechat.xml.parse` gives them.

    Raises:
        CallbackError: it lacks what every message has, or has it more than once.
    """
    to, sender, kind = _named(fields, "ToUserName"), _named(fields, "FromUserName"), _once(fields, "MsgType")
    seconds = _once(fields, "CreateTime")
    if not kind or not _SECONDS.fullmatch(seconds):
        raise CallbackError(400, "xml")
    event = _once(fields, "Event") if kind == "event" else ""
    if event.lower() in _REVOKING and _once(fields, "OpenID"):
        sender = _named(fields, "OpenID")  # FromUserName is a system account then
    at = int(seconds)
    head = (to, sender, at, _key(fields, sender, at, kind))
    make = _EVENTS.get(event.lower()) if kind == "event" else _MESSAGES.get(kind)
    if make is not None:
        return make(head, fields)
    return Media(*head, kind) if kind in _MEDIA else Other(*head, event or kind)


def _text(head: Head, fields: Fields) -> Inbound:
    return Text(*head, _once(fields, "Content"), _once(fields, "bizmsgmenuid") or None)


def _voice(head: Head, fields: Fields) -> Inbound:
    return Voice(*head, _once(fields, "Recognition").strip() or None)


def _location(head: Head, fields: Fields) -> Inbound:
    return Location(*head, *(_once(fields, name) for name in ("Label", "Location_X", "Location_Y")))


def _subscribe(head: Head, fields: Fields) -> Inbound:
    # EventKey also tells of things that are no QR code's, as last_trade_no_….
    key = _once(fields, "EventKey")
    return Subscribe(*head, (key[len(_SCENE) :] if key.startswith(_SCENE) else "") or None)


def _unsubscribe(head: Head, _fields: Fields) -> Inbound:
    return Unsubscribe(*head)


def _revoked(head: Head, _fields: Fields) -> Inbound:
    return Revoked(*head)


def _scan(head: Head, fields: Fields) -> Inbound:
    return Scan(*head, _once(fields, "EventKey"))


def _click(head: Head, fields: Fields) -> Inbound:
    return Click(*head, _once(fields, "EventKey"))


def _opened(head: Head, fields: Fields) -> Inbound:
    return HumanSession(*head, open=True, account=_once(fields, "KfAccount") or None)


def _switched(head: Head, fields: Fields) -> Inbound:
    return HumanSession(*head, open=True, account=_once(fields, "ToKfAccount") or None)


def _closed(head: Head, fields: Fields) -> Inbound:
    return HumanSession(*head, open=False, account=_once(fields, "KfAccount") or None)


Maker = Callable[[Head, Fields], Inbound]

_MESSAGES: Mapping[str, Maker] = {"text": _text, "voice": _voice, "location": _location}
# In small letters: the platform writes some in capitals.
_EVENTS: Mapping[str, Maker] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "scan": _scan,
    "click": _click,
    "kf_create_session": _opened,
    "kf_switch_session": _switched,
    "kf_close_session": _closed,
    "user_authorization_revoke": _revoked,
    "user_authorization_cancellation": _revoked,
}
_REVOKING = frozenset(name for name, make in _EVENTS.items() if make is _revoked)


def _key(fields: Fields, sender: str, at: int, kind: str) -> str:
    """What tells a retry from another message. Two events of one follower may share a second."""
    if kind != "event" and _MESSAGE_ID.fullmatch(_once(fields, "MsgId")):
        return f"m:{_once(fields, 'MsgId')}"
    if kind == "event":
        key = f"e:{sender}:{at}:{_once(fields, 'Event')}:{_once(fields, 'EventKey')}"
    else:  # never seen without MsgId; whatever it is, the same delivered again is the same
        key = f"o:{sender}:{at}:{kind}:{sorted(fields.items())!r}"
    return key if len(key) <= _LONGEST_KEY else f"{key[:2]}{sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _once(fields: Fields, name: str) -> str:
    """The text of an element; empty where there is none, or elements instead of text."""
    value = fields.get(name, "")
    if isinstance(value, list):
        raise CallbackError(400, "xml")
    return value if isinstance(value, str) else ""


def _named(fields: Fields, name: str) -> str:
    value = _once(fields, name)
    if not _NAME.fullmatch(value):
        raise CallbackError(400, "xml")
    return value
