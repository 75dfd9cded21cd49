"""Whatever is not right about a reply: the follower sees the fault notice, and the reason is noted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.desk.wechat.account import Mode
from koujing.wechat_sim.envelope import Envelope
from koujing.wechat_sim.replies import LONGEST, FaultError, Kind, ReplyReader
from koujing.wechat_sim.screen import FAULT, Via
from koujing.wechat_sim.xml import write
from tests.wechat_sim.conftest import ACCOUNT, Desk, in_mode, scene

ME = "oSimulated"
ASKED = {"FromUserName": ME, "ToUserName": "gh_simulated"}


def reader(mode: Mode) -> ReplyReader:
    account = in_mode(mode)
    envelope = Envelope(account.aes_keys[0], account.appid) if mode.encrypted else None
    return ReplyReader(account, "gh_simulated", envelope)


def reply(**given: object) -> bytes:
    return write({"ToUserName": ME, "FromUserName": "gh_simulated", "CreateTime": 1, "MsgType": "text", **given})


PLAIN_FAULTS = {
    "json": (b'{"errcode": 0}', "XML"),
    "success with a newline": (b"success\n", "XML"),
    "not closed": (b"<xml><ToUserName>", "XML"),
    "a DTD": (b'<!DOCTYPE x [<!ENTITY a "b">]>' + reply(Content="&a;"), "XML"),
    "another root": (b"<reply></reply>", "根"),
    "a field twice": (reply(Content="好").replace(b"</xml>", b"<Content>x</Content></xml>"), "两次"),
    "no type": (write({"ToUserName": ME, "FromUserName": "gh_simulated", "CreateTime": 1}), "MsgType"),
    "not swapped": (reply(Content="好", ToUserName="gh_simulated", FromUserName=ME), "openid"),
    "of another account": (reply(Content="好", FromUserName="gh_other"), "原始 ID"),
    "a time that is none": (reply(Content="好", CreateTime="now"), "CreateTime"),
    "no content": (reply(), "Content"),
    "empty content": (reply(Content=""), "Content"),
    "nested content": (reply(Content={"a": "b"}), "Content"),
    "too long": (reply(Content="好" * 683), f"2049 字节，超过 {LONGEST}"),
    "an unknown type": (reply(MsgType="markdown"), "markdown"),
    "a picture without one": (reply(MsgType="image"), "Image"),
    "encrypted in plain mode": (write({"Encrypt": "x"}), "明文模式"),
}


@pytest.mark.parametrize("name", PLAIN_FAULTS)
def test_faults(name: str) -> None:
    body, reason = PLAIN_FAULTS[name]
    with pytest.raises(FaultError, match=reason):
        reader(Mode.PLAIN).read(body, ME)


def test_what_is_right() -> None:
    read = reader(Mode.PLAIN).read
    assert read(reply(Content="好" * 682 + "ab"), ME).text == "好" * 682 + "ab"
    assert read(reply(MsgType="image", Image={"MediaId": "1"}), ME).text == "[图片]"
    assert read(reply(MsgType="transfer_customer_service"), ME).kind is Kind.TRANSFER
    assert read(reply(MsgType="transfer_customer_service", TransInfo={"KfAccount": "a@b"}), ME).staff == "a@b"


def sealed_by(change: Callable[[Desk], bytes]) -> bytes:
    return change(Desk(in_mode(Mode.SAFE)))


OTHER_KEY = Envelope("x" * 43, ACCOUNT.appid)
OTHER_APP = Envelope(ACCOUNT.aes_keys[0], "wxother")
SAFE_FAULTS: dict[str, tuple[Callable[[Desk], bytes], str]] = {
    "plain": (lambda _: reply(Content="好"), "明文回复"),
    "a field is missing": (lambda _: write({"Encrypt": "x"}), "MsgSignature"),
    "signed with another token": (lambda desk: desk.sealed(reply(Content="好"), token="other"), "MsgSignature"),
    "no base64": (lambda desk: with_envelope(desk, lambda _: "***"), "解不开"),
    "cut short": (lambda desk: with_envelope(desk, lambda sealed: sealed[:-24]), "解不开"),
    "another key": (
        lambda desk: with_envelope(desk, lambda _: OTHER_KEY.seal(reply(Content="好"))),
        "解不开|长度|AppID",
    ),
    "another app": (lambda desk: with_envelope(desk, lambda _: OTHER_APP.seal(reply(Content="好"))), "AppID"),
    "no xml inside": (lambda desk: desk.sealed(b"success"), "XML"),
}


def with_envelope(desk: Desk, change: Callable[[str], str]) -> bytes:
    seal = desk.envelope.seal
    desk.envelope.seal = lambda message: change(seal(message))  # type: ignore[method-assign]
    return desk.sealed(reply(Content="好"))


@pytest.mark.parametrize("name", SAFE_FAULTS)
def test_faults_in_safe_mode(name: str) -> None:
    make, reason = SAFE_FAULTS[name]
    with pytest.raises(FaultError, match=reason):
        reader(Mode.SAFE).read(sealed_by(make), ME)


def test_in_compatible_mode_either_will_do() -> None:
    read = reader(Mode.COMPATIBLE).read
    assert read(reply(Content="好"), ME).text == "好"
    assert read(Desk(in_mode(Mode.COMPATIBLE)).sealed(reply(Content="好")), ME).text == "好"


@given(st.binary(max_size=200))
def test_no_body_breaks_the_reader(body: bytes) -> None:
    for mode in Mode:
        with contextlib.suppress(FaultError):
            assert reader(mode).read(body, ME).kind is Kind.NOTHING


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="￾￿"), min_size=1, max_size=300
    )
)
def test_any_text_is_shown_as_it_was_written(text: str) -> None:
    desk = Desk(in_mode(Mode.SAFE))
    assert reader(Mode.SAFE).read(desk.text(ASKED, text), ME).text == text


@pytest.mark.anyio
async def test_the_follower_sees_the_notice_and_the_platform_does_not_try_again() -> None:
    async with scene() as (desk, platform):
        desk.gives(b'{"errcode": 0}')
        me = platform.follower()
        delivery = await me.say("在吗")
        assert len(delivery.tries) == 1
        assert [(shown.via, shown.as_text) for shown in me.seen] == [(Via.FAULT, FAULT)]
        (fault,) = platform.faults
        assert (fault.openid, fault.key) == (me.openid, delivery.key)
        assert "XML" in fault.reason
