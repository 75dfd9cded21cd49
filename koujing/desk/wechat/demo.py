"""Which 公众号 the settings name: a real one, the demonstration's on loopback (played by `koujing wechat sim`), or none."""

from __future__ import annotations

from dataclasses import replace

from koujing.desk.wechat.account import Account, Mode
from koujing.errors import SettingsError
from koujing.settings import Settings

__all__ = ["DEMO", "DEMO_API_URL", "PLATFORM_API_URL", "account_of", "api_url_of"]

DEMO_API_URL = "http://127.0.0.1:8010"
PLATFORM_API_URL = "https://api.weixin.qq.com"
_OFF = "off"

# Known to everybody, so of use on this machine alone.
DEMO = Account(
    appid="wxkoujingdemo00001",
    token="koujingdemo",  # noqa: S106  # nosec B106 # known to everybody
    aes_keys=("KoujingDemoKoujingDemoKoujingDemoKoujingDem",),
    mode=Mode.SAFE,
    original_id="gh_koujingdemo",
    secret="koujing-demo-secret",  # noqa: S106 - known to everybody
)


def account_of(settings: Settings) -> Account | None:
    """The account, None where there is none.

    Raises:
        SettingsError: the account's settings are not whole, or are the demonstration's off loopback.
    """
    if settings.wechat_mode == _OFF:
        return None
    if settings.wechat_appid is None:
        if settings.wechat_mode is not None and not settings.loopback:
            raise SettingsError("KOUJING_WECHAT_APPID", "设置了 KOUJING_WECHAT_MODE 却没有 AppID。请补上，或去掉前者。")
        return _demo(settings) if settings.loopback else None
    if settings.wechat_appid == DEMO.appid and not settings.loopback:
        raise SettingsError("KOUJING_WECHAT_APPID", "演示公众号只能在本机用，请换成自己的 AppID。")
    if settings.wechat_token is None:
        raise SettingsError("KOUJING_WECHAT_TOKEN", "缺少公众平台“服务器配置”里填的 Token。")
    keys = tuple(filter(None, (key.strip() for key in (settings.wechat_aes_keys or "").split(","))))
    return Account(
        appid=settings.wechat_appid,
        token=settings.wechat_token,
        aes_keys=keys,
        mode=Mode(settings.wechat_mode or Mode.SAFE),
        original_id=settings.wechat_original_id,
        secret=settings.wechat_secret,
        replay_seconds=settings.wechat_replay_seconds,
    )


def api_url_of(settings: Settings, account: Account) -> str:
    """Where the account's interface is called."""
    return settings.wechat_api_url or (DEMO_API_URL if account.appid == DEMO.appid else PLATFORM_API_URL)


def _demo(settings: Settings) -> Account:
    """The demonstration's account, in another mode where the settings say so."""
    return replace(DEMO, mode=Mode(settings.wechat_mode)) if settings.wechat_mode else DEMO
