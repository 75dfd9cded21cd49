"""Encryption, by the official example, by wechatpy both ways, and against every change."""

from __future__ import annotations

import base64
import struct

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto, WeChatCrypto

from koujing.desk.wechat.crypto import Cipher
from koujing.desk.wechat.errors import CallbackError
from koujing.desk.wechat.signature import message_signature
from tests.desk.wechat.callbacks import APPID, KEY, TOKEN

OURS = Cipher(KEY, APPID)
THEIRS = PrpCrypto(WeChatCrypto(TOKEN, KEY, APPID).key)

OFFICIAL = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7v"
    "JVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb"
    "6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
# What wechatpy's own tests expect for a message without secrets.
OTHER_MESSAGE = """<xml>
<MsgType><![CDATA[text]]></MsgType>
<Content><![CDATA[test]]></Content>
<FromUserName><![CDATA[wx49f0ab532d5d035a]]></FromUserName>
<ToUserName><![CDATA[messense]]></ToUserName>
<AgentID>1</AgentID>
<CreateTime>1411525903</CreateTime>
</xml>"""


def test_the_official_example() -> None:
    cipher = Cipher("A" * 43, "wxba5fad812f8e6fb9", random=lambda _length: b"a8eedb185eb2fecf")
    message = cipher.decrypt(OFFICIAL)
    assert message.startswith(b'{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY"')
    assert message.endswith(b'"debug_str":"hello world"}')
    assert cipher.encrypt(message) == OFFICIAL
    signed = message_signature("AAAAA", "1714112445", "415670741", OFFICIAL)
    assert signed == "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"


def test_the_example_of_wechatpy() -> None:
    encrypted = Cipher(KEY, "wx49f0ab532d5d035a", random=lambda _length: b"1234567890123456").encrypt(
        OTHER_MESSAGE.encode()
    )
    assert (
        message_signature("123456", "1411525903", "461056294", encrypted) == "407518b7649e86ef23978113f92d27afa9296533"
    )


@settings(max_examples=1000)
@given(st.text(max_size=700))
def test_wechatpy_reads_what_we_encrypt_and_we_what_it_encrypts(text: str) -> None:
    assert THEIRS.decrypt(OURS.encrypt(text.encode()), APPID) == text
    assert OURS.decrypt(THEIRS.encrypt(text, APPID).decode()) == text.encode()


@pytest.mark.parametrize("length", range(97))
def test_every_length_of_padding(length: int) -> None:
    message = bytes(range(length))
    assert OURS.decrypt(OURS.encrypt(message)) == message


def test_no_two_encryptions_are_alike() -> None:
    assert OURS.encrypt(b"a") != OURS.encrypt(b"a")


def test_the_last_letter_of_a_key_has_bits_that_do_not_count() -> None:
    """Of …R and …Q the platform makes the same key."""
    assert Cipher(KEY[:-1] + "Q", APPID).decrypt(OURS.encrypt(b"a")) == b"a"


def test_another_key_and_another_appid() -> None:
    with pytest.raises(CallbackError) as caught:
        Cipher("B" * 43, APPID).decrypt(OURS.encrypt(b"a"))
    assert (caught.value.status, caught.value.reason) == (403, "encrypt")
    for appid in ("wx0000000000000000", APPID[:-1], APPID + "0"):
        with pytest.raises(CallbackError) as caught:
            OURS.decrypt(Cipher(KEY, appid).encrypt(b"a"))
        assert (caught.value.status, caught.value.reason) == (403, "appid")


def plain(data: bytes) -> str:
    """Encrypted as it is, whatever is wrong with it."""
    raw = base64.b64decode(KEY + "=")
    encryptor = BlockCipher(AES256(raw), CBC(raw[:16])).encryptor()
    return base64.b64encode(encryptor.update(data) + encryptor.finalize()).decode()


def padded(data: bytes) -> bytes:
    pad = 32 - len(data) % 32
    return data + bytes([pad]) * pad


def head(length: int) -> bytes:
    return b"r" * 16 + struct.pack(">I", length)


@pytest.mark.parametrize(
    "encrypted",
    [
        "",
        "=",
        "====",
        "口径",
        "\ud800",
        "AAA",
        OURS.encrypt(b"a") + "\n",
        OURS.encrypt(b"a") + "AAAA",
        " " + OURS.encrypt(b"a"),
        OURS.encrypt(b"a").rstrip("="),
        plain(b""),
        plain(b"\x20" * 32),
        plain(padded(b"r" * 19)),
        plain(padded(head(3) + b"ab")),
        plain(padded(head(0xFFFFFFFF) + b"ab" + APPID.encode())),
        plain(padded(head(2) + b"ab")),
        plain(padded(head(0) + APPID.encode())[:-1] + b"\x00"),
        plain((head(2) + b"ab" + APPID.encode()).ljust(64, b"\x00")),
        plain(head(25) + b"a" * 25 + APPID.encode() + b"\x21" * 33),
        plain(head(28) + b"a" * 28 + APPID.encode()[:16]),
    ],
    ids=range(20),  # the ciphertexts differ at every run
)
def test_malformed_ciphertext_is_one_kind_of_error(encrypted: str) -> None:
    with pytest.raises(CallbackError) as caught:
        OURS.decrypt(encrypted)
    assert caught.value.status == 403
    assert str(caught.value) == "callback refused"


def test_a_padding_for_blocks_of_16_is_refused_where_it_differs() -> None:
    data = head(2) + b"ab" + APPID.encode()  # 40 bytes: 24 of padding to 64, 8 to 48
    with pytest.raises(CallbackError):
        OURS.decrypt(plain(data + b"\x08" * 8))
    assert OURS.decrypt(plain(data + b"\x18" * 24)) == b"ab"


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: base64.b64encode(data).decode()))
def test_nothing_but_a_message_or_the_one_error(encrypted: str) -> None:
    with pytest.raises(CallbackError):
        OURS.decrypt(encrypted)
