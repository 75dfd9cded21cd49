"""Who is let in, in each mode, and how a reply leaves."""

from __future__ import annotations

from unittest import mock

import pytest

from koujing.desk.wechat.account import Mode
from koujing.desk.wechat.errors import CallbackError
from koujing.desk.wechat.guard import MAX_BODY
from koujing.desk.wechat.inbound import Other, Revoked, Text
from koujing.desk.wechat.signature import signature
from tests.desk.wechat.callbacks import (
    OPENID,
    OURS,
    START,
    TOKEN,
    Query,
    changed,
    finish,
    platform,
    refusal,
    sha1_of_sorted,
    signed,
)
from tests.desk.wechat.test_xml import BOMB, EXTERNAL, PARAMETER, QUADRATIC

EVERY_MODE = pytest.mark.parametrize("mode", list(Mode))
ENCRYPTED = pytest.mark.parametrize("mode", [Mode.SAFE, Mode.COMPATIBLE])
NOW = int(START.timestamp())


# The address


def test_the_platform_finds_its_echo() -> None:
    assert platform().guard.verify(signed(echostr="5838471894021098")) == "5838471894021098"


def test_the_official_example_of_a_signature() -> None:
    here = platform()
    here.clock.time = START.fromtimestamp(1714036504, START.tzinfo)
    query = [
        ("signature", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        ("timestamp", "1714036504"),
        ("nonce", "1514711492"),
    ]
    assert here.guard.verify([*query, ("echostr", "4375120948345356249")]) == "4375120948345356249"


@pytest.mark.parametrize(
    ("query", "status", "reason"),
    [
        (signed(), 400, "parameters"),
        ([], 400, "parameters"),
        ([*signed(echostr="1"), ("echostr", "2")], 400, "parameters"),
        (signed(echostr="1" * 129), 400, "parameters"),
        (changed(signed(echostr="1"), signature="0" * 40), 403, "signature"),
        (changed(signed(echostr="1"), signature=""), 403, "signature"),
        (changed(signed(echostr="1"), nonce="415670742"), 403, "signature"),
        (signed(str(NOW - 301), echostr="1"), 403, "stale"),
    ],
)
def test_nobody_else_gets_an_echo(query: Query, status: int, reason: str) -> None:
    guard = platform().guard
    with pytest.raises(CallbackError) as caught:
        guard.verify(query)
    assert (caught.value.status, caught.value.reason) == (status, reason)
    assert guard.refused == {reason: 1}


# Messages


@EVERY_MODE
def test_a_message_is_let_in(mode: Mode) -> None:
    here = platform(mode=mode)
    query, body = here.callback(here.message(Content="失业金 ]] 怎么领？👴", MsgId=7))
    assert finish(here.guard.open(query, body)) == Text(OURS, OPENID, NOW, "m:7", "失业金 ]] 怎么领？👴", None)
    assert here.guard.refused == {}


@EVERY_MODE
def test_what_the_platform_invents_is_let_in(mode: Mode) -> None:
    here = platform(mode=mode)
    event = here.message(MsgType="event", Event="of_next_year", MsgId=None, Content=None)
    found = finish(here.guard.open(*here.callback(event)))
    assert isinstance(found, Other)
    assert isinstance(finish(here.guard.open(*here.callback(here.message(MsgType="hologram")))), Other)


def test_parameters_of_the_configured_address_are_left_alone() -> None:
    here = platform()
    query, body = here.callback(here.message())
    assert finish(here.guard.open([("from", "portal"), *query], body))


def test_a_character_that_xml_forbids_does_not_stop_a_person() -> None:
    here = platform()
    found = finish(here.guard.open(*here.callback(here.message(Content="失\x08业"))))
    assert isinstance(found, Text)
    assert found.content == "失业"


def test_no_openid_in_the_query_is_no_contradiction() -> None:
    here = platform()
    query, body = here.callback(here.message())
    assert finish(here.guard.open(changed(query, openid=None), body)).sender == OPENID


def test_withdrawn_consent_comes_from_a_system_account() -> None:
    here = platform()
    event = {
        "MsgType": "event",
        "Event": "user_authorization_revoke",
        "FromUserName": "system",
        "OpenID": OPENID,
        "Content": None,
    }
    for openid in (OPENID, "system"):
        query, body = here.callback(here.message(**event))
        found = finish(here.guard.open(changed(query, openid=openid), body))
        assert isinstance(found, Revoked)
        assert found.sender == OPENID
    query, body = here.callback(here.message(**event))
    assert refusal(here, changed(query, openid="other"), body) == (403, "openid")


@EVERY_MODE
def test_parameters_missing_twice_or_too_long_are_refused_before_any_hashing(mode: Mode) -> None:
    here = platform(mode=mode)
    query, body = here.callback(here.message())
    wrong: list[Query] = [changed(query, **{name: None}) for name in ("signature", "timestamp", "nonce")]
    wrong += [[*query, (name, value)] for name, value in query]
    wrong += [[*query, (name, "x")] for name, _ in query]
    wrong += [changed(query, **{name: "1" * 129}) for name, _ in query]
    wrong += [
        [*query, ("a", ""), ("a", "")],
        [*query, ("x" * 129, "")],
        [*query, *((f"x{n}", "") for n in range(20))],
        [],
    ]
    with mock.patch("koujing.desk.wechat.guard.signature", wraps=signature) as hashing:
        assert {refusal(here, each, body) for each in wrong} == {(400, "parameters")}
    assert hashing.call_count == 0


@EVERY_MODE
def test_64_kib_and_one_byte_more(mode: Mode) -> None:
    here = platform(mode=mode)
    query, body = here.callback(here.message())
    assert len(body) < MAX_BODY
    assert refusal(here, query, body.ljust(MAX_BODY + 1)) == (413, "size")
    assert finish(here.guard.open(query, body.ljust(MAX_BODY)))


# Downgrade


@ENCRYPTED
def test_a_plain_message_is_refused_where_it_should_be_encrypted(mode: Mode) -> None:
    here = platform(mode=mode)
    query, body = here.callback(here.message(), mode=Mode.PLAIN)
    assert refusal(here, query, body) == (403, "mode")
    assert refusal(here, [*query, ("encrypt_type", "raw")], body) == (403, "mode")
    assert refusal(here, [*query, ("encrypt_type", "aes")], body) == (403, "mode")
    signed_as_if = sha1_of_sorted(TOKEN, *dict(query[1:3]).values())
    assert refusal(here, [*query, ("encrypt_type", "aes"), ("msg_signature", signed_as_if)], body) == (403, "mode")
    empty = body.replace(b"</xml>", b"<Encrypt></Encrypt></xml>")
    assert refusal(here, [*query, ("encrypt_type", "aes"), ("msg_signature", signed_as_if)], empty) == (403, "mode")


@ENCRYPTED
def test_the_callback_does_not_choose_the_mode(mode: Mode) -> None:
    here = platform(mode=mode)
    query, body = here.callback(here.message())
    for encrypt_type in (None, "raw", "", "AES", "aes "):
        assert refusal(here, changed(query, encrypt_type=encrypt_type), body) == (403, "mode")
    assert refusal(here, changed(query, msg_signature=None), body) == (403, "signature")
    twice = body.replace(b"</xml>", b"<Encrypt>a</Encrypt></xml>")
    assert refusal(here, query, twice) == (403, "mode")


def test_an_encrypted_message_is_refused_in_plain_mode() -> None:
    here = platform(mode=Mode.PLAIN)
    assert refusal(here, *here.callback(here.message(), mode=Mode.COMPATIBLE)) == (403, "mode")


def test_in_compatible_mode_only_the_encrypted_copy_counts() -> None:
    here = platform(mode=Mode.COMPATIBLE)
    query, body = here.callback(here.message(Content="失业金怎么领"))
    forged = body.replace("失业金怎么领".encode(), "转账".encode()).replace(OPENID.encode(), b"somebody_else")
    found = finish(here.guard.open(query, forged))
    assert isinstance(found, Text)
    assert (found.content, found.sender) == ("失业金怎么领", OPENID)


# For us, and from whom it says


@ENCRYPTED
def test_another_account(mode: Mode) -> None:
    here = platform(mode=mode)
    assert refusal(here, *here.callback(here.message(), appid="wx0000000000000000")) == (403, "appid")
    assert refusal(here, *here.callback(here.message(), key="B" * 43)) == (403, "encrypt")
    assert refusal(here, *platform(mode=mode, token="BBBBB").callback(here.message())) == (403, "signature")


@EVERY_MODE
def test_another_name(mode: Mode) -> None:
    here = platform(mode=mode)
    assert refusal(here, *here.callback(here.message(ToUserName="gh_other"))) == (403, "to_user")
    assert finish(platform(mode=mode, original_id=None).guard.open(*here.callback(here.message(ToUserName="gh_other"))))
    assert refusal(here, *here.callback(here.message(FromUserName="somebody_else"))) == (403, "openid")
    query, body = here.callback(here.message())
    assert refusal(here, changed(query, openid="somebody_else"), body) == (403, "openid")


WRONG_XML = [BOMB, QUADRATIC, EXTERNAL, PARAMETER, "<!DOCTYPE xml><xml/>", "", "<xml>", "<xml/>", "{}"]


@pytest.mark.parametrize("body", WRONG_XML, ids=range(len(WRONG_XML)))
def test_wrong_xml_within_and_without(body: str) -> None:
    """Encrypted it was the platform's, still it is no message; what shows is the same."""
    assert refusal(platform(mode=Mode.PLAIN), signed(), body.encode()) == (400, "xml")
    for mode in (Mode.SAFE, Mode.COMPATIBLE):
        here = platform(mode=mode)
        status, reason = refusal(here, signed(encrypt_type="aes", msg_signature="0" * 40), body.encode())
        assert (status, reason) in {(403, "xml"), (403, "mode")}
        inner = platform(mode=Mode.SAFE)
        assert refusal(inner, *inner.callback(body)) == (403, "xml")
