"""The account: what it refuses to be, and what it never shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from koujing.desk.wechat.account import Account, Mode
from koujing.errors import SettingsError
from tests.desk.wechat.callbacks import ACCOUNT, KEY, OPENID


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"appid": ""}, "APPID"),
        ({"appid": "wx 123"}, "APPID"),
        ({"appid": "x" * 33}, "APPID"),
        ({"token": "ab"}, "TOKEN"),
        ({"token": "a" * 33}, "TOKEN"),
        ({"token": "a-b-c"}, "TOKEN"),
        ({"token": "口径口径"}, "TOKEN"),
        ({"token": "abc\n"}, "TOKEN"),
        ({"aes_keys": ()}, "AES_KEYS"),
        ({"aes_keys": (), "mode": Mode.COMPATIBLE}, "AES_KEYS"),
        ({"aes_keys": (KEY, KEY[:-1])}, "AES_KEYS"),
        ({"aes_keys": (KEY + "=",)}, "AES_KEYS"),
        ({"aes_keys": ("+" + KEY[1:],)}, "AES_KEYS"),
        ({"original_id": "koujing"}, "ORIGINAL_ID"),
        ({"secret": ""}, "SECRET"),
        ({"secret": "a b"}, "SECRET"),
        ({"replay_seconds": 10}, "REPLAY_SECONDS"),
        ({"replay_seconds": 3601}, "REPLAY_SECONDS"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_by_its_variable(changes: dict[str, Any], variable: str) -> None:
    with pytest.raises(SettingsError) as caught:
        replace(ACCOUNT, **changes)
    assert caught.value.variable == f"KOUJING_WECHAT_{variable}"


def test_plain_mode_needs_no_key() -> None:
    assert Account("wx0123456789abcdef", "abc", (), Mode.PLAIN).aes_keys == ()


@pytest.mark.parametrize(("mode", "word"), [(Mode.PLAIN, "伪造"), (Mode.COMPATIBLE, "明文"), (Mode.SAFE, None)])
def test_an_unsafe_mode_is_warned_of(mode: Mode, word: str | None) -> None:
    advice = replace(ACCOUNT, mode=mode).advice
    assert advice is None if word is None else advice is not None and word in advice


def test_what_is_printed_holds_no_secret() -> None:
    shown = repr(replace(ACCOUNT, token="topsecrettoken", secret="topsecretsecret"))
    assert KEY not in shown
    assert "topsecret" not in shown
    assert ACCOUNT.appid in shown


def test_a_follower_in_a_log_is_recognised_but_not_known() -> None:
    digest = ACCOUNT.digest(OPENID)
    assert digest == ACCOUNT.digest(OPENID)
    assert len(digest) == 12
    assert int(digest, 16) >= 0
    others = {
        ACCOUNT.digest(OPENID + "x"),
        replace(ACCOUNT, token="BBBBB").digest(OPENID),
        replace(ACCOUNT, secret="s").digest(OPENID),
    }
    assert len(others | {digest}) == 4
