"""The official example, and the desk's own cipher as a second opinion."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.desk.wechat.crypto import Cipher
from koujing.wechat_sim.envelope import BrokenError, Envelope, sign

TOKEN, KEY, APPID = "AAAAA", "A" * 43, "wxba5fad812f8e6fb9"
STAMP, NONCE = "1714112445", "415670741"
ENCRYPTED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT"
    "740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8Y"
    "L/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)


def test_the_official_example() -> None:
    assert sign(TOKEN, STAMP, NONCE) == "6c5c811b55cc85e0e1b54100749188c20beb3f5d"
    assert sign(TOKEN, STAMP, NONCE, ENCRYPTED) == "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"
    message = Envelope(KEY, APPID).open(ENCRYPTED)
    assert json.loads(message)["debug_str"] == "hello world"
    assert Envelope(KEY, APPID, lambda _: b"a8eedb185eb2fecf").seal(message) == ENCRYPTED


@given(st.binary(max_size=200))
def test_the_desk_opens_what_the_platform_seals_and_the_other_way_round(message: bytes) -> None:
    platform, desk = Envelope(KEY, APPID), Cipher(KEY, APPID)
    assert desk.decrypt(platform.seal(message)) == message
    assert platform.open(desk.encrypt(message)) == message


@given(st.binary(max_size=200).map(lambda raw: raw.hex()))
def test_nothing_else_opens(text: str) -> None:
    with pytest.raises(BrokenError):
        Envelope(KEY, APPID).open(text)
