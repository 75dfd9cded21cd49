"""Settings: defaults, every kind of bad value, and the document that lists them."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from koujing.errors import SettingsError
from koujing.settings import DEMO_DATE, ROOT, SECRETS, VARIABLES, Settings

REAL_KEY = "k" * 16


def test_without_environment_it_is_the_local_demo() -> None:
    settings = Settings.from_env({})
    assert settings == Settings()
    assert settings.loopback
    assert settings.desk_url == "http://127.0.0.1:8000"


def test_the_demo_date_holds_only_where_asked_for_and_on_loopback() -> None:
    assert Settings.from_env({}).today is None
    assert Settings.from_env({}, demo=True).today == DEMO_DATE
    assert Settings.from_env({"KOUJING_TODAY": "2022-01-01"}, demo=True).today == dt.date(2022, 1, 1)
    assert Settings.from_env({"KOUJING_TODAY": "today"}, demo=True).today is None
    public = {"KOUJING_HOST": "0.0.0.0", "KOUJING_API_KEYS": REAL_KEY}
    assert Settings.from_env(public, demo=True).today is None


@pytest.mark.parametrize(
    ("environ", "variable", "says"),
    [
        ({"KOUJING_DESK_PORT": "0"}, "KOUJING_DESK_PORT", "1 到 65535"),
        ({"KOUJING_DESK_PORT": "８０００"}, "KOUJING_DESK_PORT", "整数"),
        ({"KOUJING_RASA_PORT": "8000"}, "KOUJING_RASA_PORT", "KOUJING_DESK_PORT 相同"),
        ({"KOUJING_TODAY": "2021-02-30"}, "KOUJING_TODAY", "2021-09-15"),
        ({"KOUJING_HOST": "example"}, "KOUJING_HOST", "IP"),
        ({"KOUJING_HOST": "0.0.0.0"}, "KOUJING_API_KEYS", "演示密钥"),
        ({"KOUJING_HOST": "::", "KOUJING_API_KEYS": f"{REAL_KEY},demo"}, "KOUJING_API_KEYS", "演示密钥"),
        ({"KOUJING_HOST": "10.0.0.1", "KOUJING_API_KEYS": "short"}, "KOUJING_API_KEYS", "16"),
        (
            {"KOUJING_HOST": "10.0.0.1", "KOUJING_API_KEYS": REAL_KEY, "KOUJING_TODAY": "2021-09-15"},
            "KOUJING_TODAY",
            "固定日期",
        ),
        ({"KOUJING_DEMO": "off"}, "KOUJING_API_KEYS", "KOUJING_DEMO=off"),
        (
            {"KOUJING_DEMO": "off", "KOUJING_API_KEYS": REAL_KEY, "KOUJING_TODAY": "2021-09-15"},
            "KOUJING_TODAY",
            "KOUJING_DEMO=off",
        ),
        ({"KOUJING_RASA_HOST": "0.0.0.0"}, "KOUJING_RASA_HOST", "不认密钥"),
        ({"KOUJING_RASA_HOST": "::"}, "KOUJING_RASA_HOST", "不认密钥"),
        ({"KOUJING_ACTIONS_HOST": "8.8.8.8"}, "KOUJING_ACTIONS_HOST", "不认密钥"),
        ({"KOUJING_RASA_URL": "127.0.0.1:5005"}, "KOUJING_RASA_URL", "http://"),
        ({"KOUJING_CLUSTER_SIZE": "0"}, "KOUJING_CLUSTER_SIZE", "1 到 9"),
        ({"KOUJING_API_KEYS": " , "}, "KOUJING_API_KEYS", "密钥"),
        ({"KOUJING_API_KEYS": "密钥"}, "KOUJING_API_KEYS", "英文"),
        ({"KOUJING_DESKPORT": "1"}, "KOUJING_DESKPORT", "是否指 KOUJING_DESK_PORT"),
        ({"KOUJING_MESSAGE_LENGTH": "9" * 5000}, "KOUJING_MESSAGE_LENGTH", "整数"),
        ({"KOUJING_SECRET": "s" * 31}, "KOUJING_SECRET", "32"),
        ({"KOUJING_SECRET": "密" * 32}, "KOUJING_SECRET", "32"),
        ({"KOUJING_WEB_IDLE_HOURS": "0"}, "KOUJING_WEB_IDLE_HOURS", "整数"),
        ({"KOUJING_PUBLIC_URL": "kj.example.gov.cn"}, "KOUJING_PUBLIC_URL", "https://"),
        ({"KOUJING_PUBLIC_URL": "https://kj.example.gov.cn/?a=1"}, "KOUJING_PUBLIC_URL", "不带 ?"),
        ({"KOUJING_REDIS": "127.0.0.1:6379"}, "KOUJING_REDIS", "redis://"),
        ({"KOUJING_DATA": "~nobody-of-this-name/x"}, "KOUJING_DATA", "完整路径"),
        ({"KOUJING_SITES": "\ud800"}, "KOUJING_SITES", "完整路径"),
        ({"KOUJING_REDIS": "redis://[::1"}, "KOUJING_REDIS", "redis://"),
        ({"KOUJING_WECHAT_MODE": "save"}, "KOUJING_WECHAT_MODE", "是否指 safe"),
        ({"KOUJING_WECHAT_TOKEN": "a b"}, "KOUJING_WECHAT_TOKEN", "空白"),
    ],
)
def test_a_bad_value_is_refused_by_name(environ: dict[str, str], variable: str, says: str) -> None:
    with pytest.raises(SettingsError, match=variable) as caught:
        Settings.from_env(environ)
    assert caught.value.variable == variable
    assert says in str(caught.value)


def test_children_get_the_same_settings() -> None:
    environ = {"KOUJING_TODAY": "2021-09-15", "KOUJING_API_KEYS": "b,a", "KOUJING_HOST": "::1", "KOUJING_DATA": "/d"}
    environ |= {"KOUJING_SECRET": "s" * 32, "KOUJING_SITES": "/d/sites.yml"}
    settings = Settings.from_env(environ)
    assert Settings.from_env(settings.environment(), demo=True) == settings
    assert Settings.from_env(Settings().environment(), demo=True) == Settings()


@pytest.mark.parametrize("name", ["API_KEYS", "SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEYS", "WECHAT_SECRET"])
def test_secrets_are_not_shown(name: str) -> None:
    assert "s" * 32 not in repr(Settings.from_env({f"KOUJING_{name}": "s" * 32}))


def test_an_address_with_a_password_is_not_shown() -> None:
    assert "hunter2" not in repr(Settings.from_env({"KOUJING_REDIS": "redis://:hunter2@10.0.0.1:6379/0"}))
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"KOUJING_REDIS": "http://:hunter2@10.0.0.1"})
    assert "hunter2" not in str(caught.value)


def test_rasa_and_the_actions_are_found_where_they_listen_unless_told_otherwise() -> None:
    assert Settings.from_env({"KOUJING_RASA_PORT": "7005"}).rasa_url == "http://127.0.0.1:7005"
    assert Settings.from_env({"KOUJING_ACTIONS_HOST": "10.0.0.7"}).actions_url == "http://10.0.0.7:5055"
    assert Settings.from_env({"KOUJING_RASA_HOST": "fd00::5"}).rasa_url == "http://[fd00::5]:5005"
    assert Settings.from_env({"KOUJING_RASA_URL": "http://rasa:80/"}).rasa_url == "http://rasa:80"


def test_behind_a_proxy_the_demo_is_off() -> None:
    settings = Settings.from_env({"KOUJING_DEMO": "off", "KOUJING_API_KEYS": REAL_KEY}, demo=True)
    assert not settings.loopback
    assert settings.today is None


def test_an_empty_value_counts_as_not_set() -> None:
    assert Settings.from_env({"KOUJING_DESK_PORT": " "}) == Settings()


def test_the_desk_is_found_on_this_machine_wherever_it_listens() -> None:
    public = {"KOUJING_HOST": "0.0.0.0", "KOUJING_API_KEYS": REAL_KEY}
    assert Settings.from_env(public).desk_url == "http://127.0.0.1:8000"
    assert Settings.from_env({"KOUJING_HOST": "::1"}).desk_url == "http://[::1]:8000"


def test_the_document_lists_every_setting_with_its_default() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `(KOUJING_\w+)` \| ([^|]+) \|", text, flags=re.MULTILINE))
    assert sorted(re.findall(r"^\| `(KOUJING_\w+)`", text, flags=re.MULTILINE)) == sorted(VARIABLES), "each once"
    defaults = Settings().environment()
    # These are told in words: a place in the project, or what depends on the rest.
    told = {
        "TODAY",
        "DATA",
        "POLICIES",
        "MODEL",
        "RASA_URL",
        "ACTIONS_URL",
        "SITES",
        "SECRET",
        "RETENTION",
        "WECHAT",
        "WECHAT_MODE",
        "WECHAT_API_URL",
    }
    for name in set(VARIABLES) - {f"KOUJING_{of}" for of in told}:
        assert listed[name] == (f"`{defaults[name]}`" if defaults[name] else "无")


def test_a_key_may_have_a_quota_of_its_own() -> None:
    settings = Settings.from_env({"KOUJING_API_KEYS": f"{REAL_KEY}:600, other"})
    assert settings.quotas == {REAL_KEY: 600, "other": None}
    assert Settings.from_env(settings.environment(), demo=True) == settings
    assert REAL_KEY not in repr(settings)


@pytest.mark.parametrize(
    "value", [f"{REAL_KEY}:", f"{REAL_KEY}:0", f"{REAL_KEY}:1000001", f"{REAL_KEY}:a", ":5", f"{REAL_KEY},{REAL_KEY}:5"]
)
def test_a_wrong_quota_is_refused_without_showing_the_key(value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"KOUJING_API_KEYS": value})
    assert REAL_KEY not in str(caught.value)


def test_a_quota_does_not_let_the_demo_key_out() -> None:
    with pytest.raises(SettingsError, match="演示密钥"):
        Settings.from_env({"KOUJING_HOST": "0.0.0.0", "KOUJING_API_KEYS": "demo:5"})


@pytest.mark.parametrize("value", ["*", "0.0.0.0/0", "::/0", "10.0.0.1/8", "nginx"])
def test_nobody_trusts_every_address(value: str) -> None:
    with pytest.raises(SettingsError, match="KOUJING_TRUSTED_PROXIES"):
        Settings.from_env({"KOUJING_TRUSTED_PROXIES": value})
    assert Settings.from_env({"KOUJING_TRUSTED_PROXIES": "10.0.0.0/8, ::1"}).trusted_proxies == {"10.0.0.0/8", "::1"}


def test_rasa_is_told_no_secret_that_it_has_no_use_for() -> None:
    given = {
        name: "redis://:hunter2@10.0.0.1" if name == "KOUJING_REDIS" else "s" * 32
        for name in SECRETS - {"KOUJING_WECHAT_TOKEN_URL", "KOUJING_DATABASE"}
    }
    settings = Settings.from_env({**given, "KOUJING_HOST": "0.0.0.0"})
    inner = settings.inner("redis").environment()
    assert Settings.from_env(inner).redis == settings.redis
    assert "s" * 32 not in repr(inner)
    assert "hunter2" not in repr(settings.inner().environment())
