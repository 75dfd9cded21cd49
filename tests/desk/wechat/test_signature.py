"""Signatures, by the official examples and by wechatpy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.utils import WeChatSigner

from koujing.desk.wechat.signature import equal, message_signature, signature


def test_the_official_examples() -> None:
    assert signature("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert signature("AAAAA", "1714112445", "415670741") == "6c5c811b55cc85e0e1b54100749188c20beb3f5d"


@given(*[st.text(max_size=20)] * 4)
def test_as_wechatpy_signs(token: str, timestamp: str, nonce: str, encrypted: str) -> None:
    signer = WeChatSigner()
    signer.add_data(token, timestamp, nonce, encrypted)
    assert message_signature(token, timestamp, nonce, encrypted) == signer.signature


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("a", "aa", False),
        ("", "", True),
        ("口", "口", True),
        ("口", "径", False),
        ("\ud800", "?", False),
    ],
)
def test_any_two_texts_can_be_compared(one: str, other: str, same: bool) -> None:
    assert equal(one, other) is same


def test_half_a_character_can_be_signed() -> None:
    assert signature("AAAAA", "\ud800", "1") != signature("AAAAA", "?", "1")
