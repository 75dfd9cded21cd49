"""Which account the settings name."""

from __future__ import annotations

import pytest

from koujing.desk.wechat.account import Mode
from koujing.desk.wechat.demo import DEMO, DEMO_API_URL, PLATFORM_API_URL, account_of, api_url_of
from koujing.errors import SettingsError
from koujing.settings import Settings

PUBLIC = {"KOUJING_HOST": "0.0.0.0", "KOUJING_API_KEYS": "k" * 16}
REAL = {
    "KOUJING_WECHAT_APPID": "wx0123456789abcdef",
    "KOUJING_WECHAT_TOKEN": "abcdef",
    "KOUJING_WECHAT_AES_KEYS": f"{'B' * 43}, {'A' * 43}",
}


def settings(*environs: dict[str, str]) -> Settings:
    return Settings.from_env({name: value for environ in environs for name, value in environ.items()})


def test_without_settings_it_is_the_demonstrations_on_loopback_and_none_elsewhere() -> None:
    assert account_of(settings()) == DEMO
    assert api_url_of(settings(), DEMO) == DEMO_API_URL
    assert account_of(settings(PUBLIC)) is None
    assert account_of(settings({"KOUJING_WECHAT_MODE": "off"})) is None
    plain = account_of(settings({"KOUJING_WECHAT_MODE": "plain"}))
    assert plain is not None
    assert plain.mode is Mode.PLAIN
    assert plain.advice


def test_a_real_one_is_taken_whole_with_its_newest_key_first() -> None:
    account = account_of(settings(PUBLIC, REAL))
    assert account is not None
    assert (account.mode, account.aes_keys) == (Mode.SAFE, ("B" * 43, "A" * 43))
    assert api_url_of(settings(REAL), account) == PLATFORM_API_URL


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({**PUBLIC, "KOUJING_WECHAT_MODE": "safe"}, "KOUJING_WECHAT_APPID"),
        ({**PUBLIC, **REAL, "KOUJING_WECHAT_APPID": DEMO.appid}, "KOUJING_WECHAT_APPID"),
        ({**REAL, "KOUJING_WECHAT_TOKEN": ""}, "KOUJING_WECHAT_TOKEN"),
        ({**REAL, "KOUJING_WECHAT_AES_KEYS": ""}, "KOUJING_WECHAT_AES_KEYS"),
        ({**REAL, "KOUJING_WECHAT_AES_KEYS": "A" * 42}, "KOUJING_WECHAT_AES_KEYS"),
    ],
)
def test_what_is_missing_is_named(environ: dict[str, str], variable: str) -> None:
    with pytest.raises(SettingsError) as caught:
        account_of(settings(environ))
    assert caught.value.variable == variable
