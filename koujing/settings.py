"""Every setting of the programs, read once from the environment. Documented in docs/settings.md."""

from __future__ import annotations

import dataclasses
import datetime as dt
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from koujing.errors import SettingsError
from koujing.settings_files import SUFFIX, secrets_from_files
from koujing.settings_values import PARSERS, as_text, key_and_quota

__all__ = ["DEMO_DATE", "DEMO_KEY", "ROOT", "SECRETS", "VARIABLES", "Settings"]

ROOT = Path(__file__).resolve().parents[1]
DEMO_DATE = dt.date(2021, 9, 15)
DEMO_KEY = "demo"
_PREFIX = "KOUJING_"
_SHORTEST_KEY = 16
_NEEDED = {"rasa": ("database", "redis", "metrics_key"), "actions": ("metrics_key",)}


@dataclass(frozen=True)
class Settings:
    """What can be set. Each field is the environment variable `KOUJING_<FIELD>`; what `repr` leaves out is a secret."""

    host: str = "127.0.0.1"
    desk_port: int = 8000
    rasa_port: int = 5005
    actions_port: int = 5055
    rasa_host: str = "127.0.0.1"
    actions_host: str = "127.0.0.1"
    rasa_url: str = ""
    actions_url: str = ""
    demo: str = "auto"
    today: dt.date | None = None
    data: Path = ROOT / "var"
    policies: Path = ROOT / "policies"
    model: Path = ROOT / "models" / "koujing.tar.gz"
    # `key`, or `key:requests a minute`; `keys` and `quotas` take them apart.
    api_keys: frozenset[str] = field(default=frozenset({DEMO_KEY}), repr=False)
    trusted_proxies: frozenset[str] = frozenset({"127.0.0.1", "::1"})
    sites: Path = ROOT / "sites.yml"
    secret: str | None = field(default=None, repr=False)
    secret_old: str | None = field(default=None, repr=False)
    public_url: str | None = None
    database: str | None = field(default=None, repr=False)
    redis: str | None = field(default=None, repr=False)
    retention: Path = ROOT / "config" / "retention.yml"

    log: str = "text"
    metrics_key: str | None = field(default=None, repr=False)
    drain_seconds: int = 0
    cluster_size: int = 2
    cluster_ports: int = 8100

    message_length: int = 1000
    body_bytes: int = 262_144
    requests_per_minute: int = 3000
    lookups_per_minute: int = 120
    answer_seconds: int = 15
    start_seconds: int = 120
    silent_seconds: int = 60
    head_bytes: int = 16_384
    head_seconds: int = 10
    body_seconds: int = 30
    connections: int = 2000
    connections_per_address: int = 200
    web_messages_per_minute: int = 20
    web_address_per_minute: int = 60
    web_reads_per_minute: int = 240
    web_readers: int = 10
    web_body_bytes: int = 8192
    web_idle_hours: int = 24

    console_idle_minutes: int = 60
    console_hours: int = 12

    wechat: Path = ROOT / "wechat.yml"
    wechat_mode: str | None = None
    wechat_appid: str | None = None
    wechat_original_id: str | None = None
    wechat_token: str | None = field(default=None, repr=False)
    wechat_aes_keys: str | None = field(default=None, repr=False)
    wechat_secret: str | None = field(default=None, repr=False)
    wechat_api_url: str | None = None
    wechat_token_url: str | None = field(default=None, repr=False)
    wechat_messages_per_minute: int = 20
    wechat_outbox_minutes: int = 10
    wechat_replay_seconds: int = 300

    def __post_init__(self) -> None:
        for name in ("rasa", "actions"):
            if not getattr(self, f"{name}_url"):
                url = _url(getattr(self, f"{name}_host"), getattr(self, f"{name}_port"))
                object.__setattr__(self, f"{name}_url", url)

    @classmethod
    def from_env(cls, environ: Mapping[str, str], *, demo: bool = False) -> Settings:
        """Read the settings.

        Args:
            environ: the environment; an empty value counts as not set.
            demo: on loopback and with no date set, answer for the demo date.

        Raises:
            SettingsError: a value cannot be used, or a `KOUJING_` variable is unknown.
        """
        given = {name: value.strip() for name, value in environ.items() if name.startswith(_PREFIX) and value.strip()}
        given = secrets_from_files(given, SECRETS)
        for name in given:
            if name not in VARIABLES:
                near = get_close_matches(name, VARIABLES, n=1)
                raise SettingsError(
                    name, f"没有这个设置{f'，是否指 {near[0]}' if near else '，全部设置见 docs/settings.md'}。"
                )
        values = {VARIABLES[name]: PARSERS[VARIABLES[name]](name, value) for name, value in given.items()}
        if demo and "KOUJING_TODAY" not in given and cls(**values).loopback:
            values["today"] = DEMO_DATE
        settings = cls(**values)
        settings._refuse_demo_off_loopback()
        settings._refuse_shared_ports()
        return settings

    @property
    def loopback(self) -> bool:
        """Whether the desk is reachable from this machine alone, so that what everybody knows may open it.

        Behind a proxy it listens on loopback and is reachable all the same; `demo` says so.
        """
        return _is_loopback(self.host) and self.demo != "off"

    @property
    def desk_url(self) -> str:
        """Where a program on this machine finds the desk."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  # nosec B104 # compared, not bound
        return _url(host, self.desk_port)

    @property
    def quotas(self) -> Mapping[str, int | None]:
        """Every API key, with how many requests a minute it may make where that is its own matter."""
        return dict(map(key_and_quota, self.api_keys))

    def environment(self) -> dict[str, str]:
        """The same settings as environment variables, for a child process."""
        values = {name: as_text(name, getattr(self, of)) for name, of in VARIABLES.items()}
        # What was in a file is a value now.
        return {**values, **dict.fromkeys((name + SUFFIX for name in SECRETS), "")}

    def told(self, program: str) -> Settings:
        """What a program is told: only the desk gets every secret. Rasa's world of packages has no use for the rest."""
        return self.inner(*_NEEDED[program]) if program in _NEEDED else self

    def inner(self, *needed: str) -> Settings:
        """As a program needs them that only the desk talks to: without any secret but the needed ones."""
        kept = {VARIABLES[name] for name in SECRETS} - set(needed)
        blank: dict[str, Any] = {of.name: of.default for of in dataclasses.fields(self) if of.name in kept}
        return dataclasses.replace(self, host="127.0.0.1", demo="auto", **blank)

    def _refuse_demo_off_loopback(self) -> None:
        if self.loopback:
            return
        why = "KOUJING_DEMO=off" if _is_loopback(self.host) else f"KOUJING_HOST={self.host}"
        if self.today is not None:
            raise SettingsError("KOUJING_TODAY", f"固定日期只用于本机演示，不能和 {why} 一起用。请去掉其中一个。")
        if any(key == DEMO_KEY or len(key) < _SHORTEST_KEY for key in self.quotas):
            raise SettingsError(
                "KOUJING_API_KEYS",
                f"{why} 可从别的机器访问，不能用演示密钥 {DEMO_KEY}；请设置自己的密钥，每个至少 {_SHORTEST_KEY} 个字符。",
            )

    def _refuse_shared_ports(self) -> None:
        seen: dict[int, str] = {}
        for name in ("KOUJING_DESK_PORT", "KOUJING_RASA_PORT", "KOUJING_ACTIONS_PORT"):
            port = getattr(self, VARIABLES[name])
            if port in seen:
                raise SettingsError(name, f"端口 {port} 与 {seen[port]} 相同，三个服务要用不同的端口。")
            seen[port] = name


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


VARIABLES: Mapping[str, str] = {_PREFIX + of.name.upper(): of.name for of in dataclasses.fields(Settings)}
SECRETS: frozenset[str] = frozenset(_PREFIX + of.name.upper() for of in dataclasses.fields(Settings) if not of.repr)
