"""Every change and every cut of what is signed, a thousand texts through both ends, and whatever else may come."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto

from koujing.desk.wechat.account import Mode
from koujing.desk.wechat.errors import CallbackError
from koujing.desk.wechat.inbound import Inbound, Text
from koujing.desk.wechat.xml import compose, parse, text_message
from tests.desk.wechat.callbacks import (
    APPID,
    KEY,
    OPENID,
    OURS,
    TOKEN,
    Platform,
    Query,
    changed,
    finish,
    platform,
    sha1_of_sorted,
)

REFUSED = (403, "callback refused")


def outcome(here: Platform, query: Query, body: bytes) -> object:
    """What whoever called learns."""
    try:
        return finish(here.guard.open(query, body))
    except CallbackError as error:
        return error.status, str(error)


def substitutions(data: bytes, step: int = 1) -> Iterator[bytes]:
    """Every bit of every byte, and every byte there is at every `step`th place."""
    for place, byte in enumerate(data):
        others = set(range(256)) - {byte} if place % step == 0 else {byte ^ (1 << bit) for bit in range(8)}
        for other in others:
            yield data[:place] + bytes([other]) + data[place + 1 :]


def cuts(data: bytes) -> Iterator[bytes]:
    """From the end, from the start, and one byte out of the middle."""
    for place in range(len(data)):
        yield data[:place]
        yield data[place + 1 :]
        yield data[:place] + data[place + 1 :]


@pytest.mark.parametrize("mode", [Mode.SAFE, Mode.COMPATIBLE])
@pytest.mark.parametrize("name", ["signature", "msg_signature", "timestamp", "nonce"])
def test_every_change_of_a_signed_parameter_looks_alike(mode: Mode, name: str) -> None:
    here = platform(mode=mode)
    query, body = here.callback(here.message())
    value = dict(query)[name].encode()
    for wrong in itertools.chain(substitutions(value), cuts(value)):
        assert outcome(here, changed(query, **{name: wrong.decode("latin-1")}), body) == REFUSED
    assert isinstance(outcome(here, query, body), Text)


def test_every_change_of_the_encrypted_message_looks_alike() -> None:
    here = platform()
    query, body = here.callback(here.message(Content="a"))
    start, end = body.index(b"<Encrypt><![CDATA[") + 18, body.index(b"]]></Encrypt>")
    for wrong in itertools.chain(substitutions(body[start:end], 16), cuts(body[start:end])):
        assert outcome(here, query, body[:start] + wrong + body[end:]) == REFUSED
    assert isinstance(outcome(here, query, body), Text)


def test_every_byte_put_into_the_encrypted_message_looks_alike() -> None:
    here = platform()
    query, body = here.callback(here.message(Content="a"))
    start, end = body.index(b"<Encrypt><![CDATA[") + 18, body.index(b"]]></Encrypt>")
    for place, byte in itertools.product((start, (start + end) // 2, end), range(256)):
        assert outcome(here, query, body[:place] + bytes([byte]) + body[place:]) == REFUSED


def test_every_cut_of_the_body_looks_alike() -> None:
    here = platform()
    query, body = here.callback(here.message(Content="a"))
    for length in range(len(body)):
        assert outcome(here, query, body[:length]) == REFUSED


def test_encrypted_blocks_changed_and_signed_anew_are_refused_too() -> None:
    """As if the token were known but not the key: the cipher alone has to refuse what breaks length, AppID or padding."""
    here = platform()
    query, body = here.callback(here.message(Content="a"))
    given = dict(query)
    encrypted = parse(body)["Encrypt"]
    for length in range(len(encrypted)):
        cut = encrypted[:length]
        signed = sha1_of_sorted(TOKEN, given["timestamp"], given["nonce"], cut)
        envelope = compose({"ToUserName": OURS, "Encrypt": cut})
        assert outcome(here, changed(query, msg_signature=signed), envelope) == REFUSED


def random_text(source: random.Random) -> str:
    """Any characters that XML can carry, of any length that a message may have."""
    ranges = [(0x20, 0x7E), (0x4E00, 0x9FFF), (0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF)]
    text = "".join(chr(source.randint(*source.choice(ranges))) for _ in range(source.randrange(600)))
    return text.replace("]]>", "]]")  # wechatpy's side does not mask it


def test_a_thousand_texts_from_wechatpy_and_back() -> None:
    here, source = platform(), random.Random(20210915)
    theirs = WeChatCrypto(TOKEN, KEY, APPID)
    for number in range(1000):
        text = random_text(source)
        found = finish(here.guard.open(*here.callback(here.message(Content=text, MsgId=number))))
        assert isinstance(found, Text)
        assert found.content == text
        sealed = here.guard.seal(text_message(OPENID, OURS, 1, text + "]]>"), found)
        fields = parse(sealed)
        back = theirs.decrypt_message(sealed, fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
        assert parse(back.encode())["Content"] == text + "]]>"
        assert parse_message(back).content == (text + "]]>").strip()  # theirs drops space around every field
    assert here.guard.refused == {}


# Anything

NAMES = ["signature", "timestamp", "nonce", "openid", "encrypt_type", "msg_signature", "echostr", "x"]
ODD = ["", "\ud800", "\x00", "]]>", "<a>", "&", "１", "-1", "aes", "raw", "1631669400", "x" * 200, "口" * 128]
ANY_TEXT = st.sampled_from(ODD) | st.text(max_size=30)
QUERIES = st.lists(st.tuples(st.sampled_from([*NAMES, *ODD]), ANY_TEXT), max_size=9)
FIELDS = [
    "ToUserName",
    "FromUserName",
    "CreateTime",
    "MsgType",
    "MsgId",
    "Event",
    "EventKey",
    "Content",
    "OpenID",
    "Encrypt",
]
KINDS = ["event", "text", "voice", "location", "hologram", "subscribe", "SCAN", "CLICK", "user_authorization_revoke"]
NESTED: list[object] = [None, {}, {"a": "b"}, {"a": {"b": "c"}, "Content": "d"}]
VALUES = st.sampled_from(KINDS) | st.sampled_from(NESTED) | ANY_TEXT
USUAL = {
    "ToUserName": OURS,
    "FromUserName": OPENID,
    "CreateTime": 1631669400,
    "MsgType": "event",
    "Event": "CLICK",
    "EventKey": "a",
}


def document(changes: dict[str, object], twice: str) -> str:
    """A message with some fields that should not be so, and perhaps one of them twice."""
    fields = {name: value for name, value in {**USUAL, **changes}.items() if value is not None}
    again = (
        compose({twice: fields[twice]}).decode().removeprefix("<xml>").removesuffix("</xml>") if twice in fields else ""
    )
    return compose(fields).decode().replace("</xml>", again + "</xml>")


DOCUMENTS = st.builds(
    document, st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=3), st.sampled_from(["", *FIELDS])
)
BODIES = DOCUMENTS | st.sampled_from(["", "<xml>", "<xml/>", "<!DOCTYPE a><xml/>", "<xml>" + "<a>" * 2000]) | ANY_TEXT


@settings(max_examples=300)
@given(
    st.sampled_from(list(Mode)),
    QUERIES,
    st.binary(max_size=100) | BODIES.map(lambda text: text.encode("utf-8", "replace")),
)
def test_anything_at_all_is_refused(mode: Mode, query: Query, body: bytes) -> None:
    here = platform(mode=mode)
    assert outcome(here, query, body) in {(400, "callback refused"), REFUSED}
    with pytest.raises(CallbackError):
        here.guard.verify(query)


@settings(max_examples=500)
@given(st.sampled_from(list(Mode)), BODIES, st.booleans())
def test_anything_that_is_rightly_signed_is_refused_or_let_in(mode: Mode, message: str, openid: bool) -> None:
    here = platform(mode=mode)
    query, body = here.callback(message.encode("utf-8", "replace").decode())
    found = outcome(here, query if openid else changed(query, openid=None), body)
    event("let in" if isinstance(found, Inbound) else "refused")
    assert isinstance(found, Inbound) or found in {(400, "callback refused"), REFUSED}
    if isinstance(found, Inbound):
        assert found.to == OURS
        assert found.sender
        assert len(found.key) <= 128
