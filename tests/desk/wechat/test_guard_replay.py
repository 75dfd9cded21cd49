"""Only of now, only once, with whichever key; and how a reply leaves."""

from __future__ import annotations

from typing import Any

import pytest
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto

from koujing.desk.wechat.account import Mode
from koujing.desk.wechat.inbound import Click
from koujing.desk.wechat.signature import signature
from koujing.desk.wechat.xml import parse, text_message
from tests.desk.wechat.callbacks import (
    APPID,
    KEY,
    OLD_KEY,
    OPENID,
    OURS,
    START,
    TOKEN,
    Platform,
    changed,
    finish,
    platform,
    refusal,
    signed,
)

EVERY_MODE = pytest.mark.parametrize("mode", list(Mode))
ENCRYPTED = pytest.mark.parametrize("mode", [Mode.SAFE, Mode.COMPATIBLE])
NOW = int(START.timestamp())


# Time and repetition


@EVERY_MODE
@pytest.mark.parametrize(
    ("seconds", "let_in"), [(0, True), (300, True), (-300, True), (301, False), (-301, False), (86_400, False)]
)
def test_only_of_now(mode: Mode, seconds: int, let_in: bool) -> None:
    here = platform(mode=mode)
    query, body = here.callback(here.message())
    here.clock.forward(seconds)
    if let_in:
        assert finish(here.guard.open(query, body))
    else:
        assert refusal(here, query, body) == (403, "stale")


@pytest.mark.parametrize(
    "timestamp", ["", "now", "-1", "１７１４", f"0{NOW}", f" {NOW}", f"+{NOW}", f"{NOW}.0", "9" * 13, "9" * 100]
)
def test_a_timestamp_is_a_number_even_when_it_is_signed(timestamp: str) -> None:
    assert refusal(platform(mode=Mode.PLAIN), signed(timestamp), b"<xml/>") == (403, "stale")


@EVERY_MODE
def test_the_same_delivery_again_is_a_retry(mode: Mode) -> None:
    here = platform(mode=mode)
    query, body = here.callback(here.message())
    first = finish(here.guard.open(query, body))
    for seconds in (5, 5, 290):
        here.clock.forward(seconds)
        assert finish(here.guard.open(query, body)) == first


@EVERY_MODE
def test_a_retry_signed_anew_has_the_same_key(mode: Mode) -> None:
    here = platform(mode=mode)
    message = here.message()
    first = finish(here.guard.open(*here.callback(message)))
    here.clock.forward(5)
    assert finish(here.guard.open(*here.callback(message))) == first


def test_a_signature_used_for_another_message_is_a_replay() -> None:
    here = platform(mode=Mode.PLAIN)
    query, body = here.callback(here.message(MsgId=1))
    finish(here.guard.open(query, body))
    for _ in range(2):
        assert refusal(here, query, here.message(MsgId=2).encode()) == (403, "replay")
    event = here.message(MsgType="event", Event="CLICK", EventKey="guide")
    assert refusal(here, query, event.encode()) == (403, "replay")
    assert finish(here.guard.open(query, body))  # the message itself is still welcome


def test_a_replay_is_seen_as_long_as_its_timestamp_is_good() -> None:
    """A platform's clock that runs ahead makes signatures that last longer."""
    here = platform(mode=Mode.PLAIN, replay_seconds=3600)
    query, body = here.callback(here.message())
    here.clock.forward(-3600)
    finish(here.guard.open(query, body))
    here.clock.forward(7199)
    assert refusal(here, query, here.message().encode()) == (403, "replay")


def test_a_replay_is_seen_by_another_process_on_the_same_memory() -> None:
    here = platform(mode=Mode.PLAIN)
    other = Platform(here.account, here.clock)
    other.guard._shared = here.shared
    query, body = here.callback(here.message())
    assert finish(here.guard.open(query, body)) == finish(other.guard.open(query, body))
    assert refusal(other, query, here.message().encode()) == (403, "replay")


def test_a_digit_moved_from_the_nonce_to_the_timestamp_changes_nothing() -> None:
    """The platform signs both as one string."""
    here = platform(mode=Mode.PLAIN)
    query = signed(str(NOW), "00")
    finish(here.guard.open(query, here.message().encode()))
    moved = changed(query, nonce="0", timestamp=f"0{NOW}")
    assert signature(TOKEN, f"0{NOW}", "0") == dict(query)["signature"]
    assert refusal(here, moved, here.message().encode()) == (403, "stale")


def test_what_is_remembered_names_nobody() -> None:
    here = platform()
    finish(here.guard.open(*here.callback(here.message(MsgType="event", Event="CLICK", EventKey="guide"))))
    assert OPENID not in repr(here.shared._kept)


# Keys and replies


def test_after_a_change_of_keys_both_are_good_and_the_reply_takes_the_same() -> None:
    here = platform(aes_keys=(KEY, OLD_KEY))
    for number, key in enumerate((KEY, OLD_KEY)):
        found = finish(here.guard.open(*here.callback(here.message(), key=key)))
        assert found.opened_with == number
        envelope = here.guard.seal(b"<xml/>", found)
        assert opened_by_wechatpy(envelope, key) == "<xml/>"
    assert opened_by_wechatpy(here.guard.seal(b"<xml/>"), KEY) == "<xml/>"
    assert refusal(here, *here.callback(here.message(), key="B" * 43)) == (403, "encrypt")
    assert refusal(here, *here.callback(here.message(), key=OLD_KEY, appid="wx0")) == (403, "appid")


def opened_by_wechatpy(envelope: bytes, key: str = KEY) -> str:
    fields = parse(envelope)
    assert fields.keys() == {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"}
    crypto = WeChatCrypto(TOKEN, key, APPID)
    found = crypto.decrypt_message(envelope, fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
    assert isinstance(found, str)
    return found


@ENCRYPTED
def test_wechatpy_opens_what_is_sealed(mode: Mode) -> None:
    here = platform(mode=mode)
    sealed = here.guard.seal(text_message(OPENID, OURS, NOW, "三种情形 ]]> 都可以"))
    assert parse(sealed)["TimeStamp"] == str(NOW)
    assert parse_message(opened_by_wechatpy(sealed)).content == "三种情形 ]]> 都可以"


def test_in_plain_mode_a_reply_leaves_as_it_is() -> None:
    assert platform(mode=Mode.PLAIN).guard.seal(b"<xml/>") == b"<xml/>"


def test_no_two_replies_share_a_nonce() -> None:
    guard = platform().guard
    assert len({parse(guard.seal(b"<xml/>"))["Nonce"] for _ in range(50)}) == 50


def test_an_event_is_known_by_who_when_and_what() -> None:
    here = platform()
    event: dict[str, Any] = {"MsgType": "event", "Event": "CLICK", "EventKey": "guide", "Content": None, "MsgId": None}
    assert finish(here.guard.open(*here.callback(here.message(**event)))) == Click(
        OURS, OPENID, NOW, f"e:{OPENID}:{NOW}:CLICK:guide", "guide"
    )
