"""How the value of each setting is read from its text, and written as text again."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from koujing.errors import SettingsError

__all__ = ["LONGEST_MESSAGE", "PARSERS", "REAL_DATE", "as_text", "key_and_quota"]

REAL_DATE = "today"
_SHORTEST_SECRET = 32
_QUOTA = re.compile(r"(?!0+$)[0-9]{1,6}|1000000")
_SHORTEST_KEY = 16
LONGEST_MESSAGE = 10_000


def _host(name: str, value: str) -> str:
    if value == "localhost":
        return value
    try:
        return str(ipaddress.ip_address(value.strip("[]")))
    except ValueError:
        raise SettingsError(name, f"“{value}”不是 IP 地址；本机用 127.0.0.1，所有网卡用 0.0.0.0。") from None


def _inner_host(name: str, value: str) -> str:
    """Where Rasa or the actions listen: neither asks who calls, so neither may be reached from everywhere."""
    host = _host(name, value)
    if host == "localhost":
        return "127.0.0.1"
    address = ipaddress.ip_address(host)
    if address.is_unspecified or not (address.is_loopback or address.is_private) or address.is_link_local:
        raise SettingsError(
            name,
            f"“{value}”不行：Rasa 和动作服务不认密钥，只能监听本机或内网的某一个地址，如 127.0.0.1、10.0.0.12；"
            "容器里请在私有网络中给它一个固定地址。",
        )
    return host


def _whole(lowest: int, highest: int) -> Callable[[str, str], int]:
    def parse(name: str, value: str) -> int:
        if not (value.isascii() and value.isdigit() and lowest <= int(value[:12]) <= highest):
            raise SettingsError(name, f"“{value}”不对，应为 {lowest} 到 {highest} 之间的整数。")
        return int(value)

    return parse


def _date(name: str, value: str) -> dt.date | None:
    if value == REAL_DATE:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise SettingsError(name, f"“{value}”不是日期，应写成 2021-09-15 这样；用真实日期则写 {REAL_DATE}。") from None


def _path(name: str, value: str) -> Path:
    try:
        return Path(value).expanduser().resolve()
    except (
        OSError,
        RuntimeError,
        ValueError,
    ) as error:  # ~ of somebody unknown, a circle of links, a character of no file
        raise SettingsError(
            name, f"{ascii(value)[1:-1]} 不是可用的路径。请写完整路径，如 /var/lib/koujing。"
        ) from error


def _keys(name: str, value: str) -> frozenset[str]:
    entries = frozenset(filter(None, (part.strip() for part in value.split(","))))
    if not entries or any(not (entry.isascii() and entry.isprintable()) or " " in entry for entry in entries):
        raise SettingsError(name, "应为一个或几个密钥，用英文逗号隔开，只含英文字母、数字和符号，不含空格。")
    for entry in entries:
        key, colon, quota = entry.partition(":")
        if not key or (colon and not _QUOTA.fullmatch(quota)):
            # The key itself is not shown.
            raise SettingsError(name, "密钥后面的配额不对，应写成 密钥:每分钟次数（1 到 1000000），密钥里不能有冒号。")
    if len({entry.partition(":")[0] for entry in entries}) < len(entries):
        raise SettingsError(name, "同一个密钥写了两次，配额不同。请只留一个。")
    return entries


def key_and_quota(entry: str) -> tuple[str, int | None]:
    """The parts of `key` or `key:requests a minute`."""
    key, _, quota = entry.partition(":")
    return key, int(quota) if quota else None


def _proxies(name: str, value: str) -> frozenset[str]:
    proxies = set()
    for part in filter(None, (part.strip() for part in value.split(","))):
        try:
            network = ipaddress.ip_network(part)
        except ValueError:
            raise SettingsError(
                name, f"“{part:.60}”不是 IP 地址或网段，应写成 10.0.0.5 或 10.0.0.0/24 这样，用英文逗号隔开。"
            ) from None
        if network.prefixlen == 0:
            raise SettingsError(name, "不能信任所有地址：那样谁都能冒充来源，按地址的限制就没有了。请只写代理的地址。")
        proxies.add(str(network) if "/" in part else str(network.network_address))
    return frozenset(proxies)


def _secret(name: str, value: str) -> str:
    if len(value) < _SHORTEST_SECRET or not (value.isascii() and value.isprintable()):
        raise SettingsError(
            name, f"应为至少 {_SHORTEST_SECRET} 个英文字母、数字和符号，随机生成；不设则自动生成并存在数据文件夹。"
        )
    return value


def _key(name: str, value: str) -> str:
    if len(value) < _SHORTEST_KEY or not (value.isascii() and value.isprintable()) or " " in value:
        raise SettingsError(name, f"应为至少 {_SHORTEST_KEY} 个英文字母、数字和符号，不含空格，随机生成。")
    return value


def _plain(name: str, value: str) -> str:
    """A value that is checked where it is used."""
    if any(not character.isprintable() or character.isspace() for character in value):
        raise SettingsError(name, "含有空白或不可见的字符，多半是复制时带进来的。请重新复制。")
    return value


def _url(*schemes: str, query: bool = False) -> Callable[[str, str], str]:
    begin = " 或 ".join(f"{scheme}://" for scheme in schemes)

    def parse(name: str, value: str) -> str:
        try:
            parts = urlsplit(_plain(name, value))
            well = parts.scheme in schemes and bool(parts.hostname) and (query or not parts.query) and parts.port != 0
        except ValueError:
            well = False
        if not well:
            # The value itself is not shown: it may hold a password.
            raise SettingsError(
                name, f"不是可用的地址，应以 {begin} 开头，后面是域名{'' if query else '，不带 ? 和 #'}。"
            )
        return value.rstrip("/")

    return parse


def _database(name: str, value: str) -> str:
    url = _url("postgresql", query=True)(name, value)
    parts = urlsplit(url)
    if not parts.path.strip("/") or "/" in parts.path.strip("/") or not parts.username:
        raise SettingsError(
            name, "应写成 postgresql://用户名:密码@主机:端口/库名；密码里的 @ : / 等符号要写成 %40 这样。"
        )
    return url


def _one_of(*words: str) -> Callable[[str, str], str]:
    def parse(name: str, value: str) -> str:
        if value.lower() not in words:
            near = get_close_matches(value.lower(), words, n=1)
            hint = f"是否指 {near[0]}？" if near else ""
            raise SettingsError(name, f"“{value}”不对，应为 {'、'.join(words)} 之一。{hint}")
        return value.lower()

    return parse


def as_text(name: str, value: Any) -> str:
    if value is None:
        return REAL_DATE if name == "KOUJING_TODAY" else ""
    return ",".join(sorted(value)) if isinstance(value, frozenset) else str(value)


PARSERS: Mapping[str, Callable[[str, str], Any]] = {
    "host": _host,
    "desk_port": _whole(1, 65535),
    "rasa_port": _whole(1, 65535),
    "actions_port": _whole(1, 65535),
    "rasa_host": _inner_host,
    "actions_host": _inner_host,
    "rasa_url": _url("http", "https"),
    "actions_url": _url("http", "https"),
    "demo": _one_of("auto", "off"),
    "today": _date,
    "data": _path,
    "policies": _path,
    "model": lambda _name, value: Path(value).expanduser().absolute(),
    "api_keys": _keys,
    "trusted_proxies": _proxies,
    "sites": _path,
    "secret": _secret,
    "log": _one_of("text", "json"),
    "metrics_key": _key,
    "drain_seconds": _whole(0, 60),
    "secret_old": _secret,
    "retention": _path,
    "message_length": _whole(10, LONGEST_MESSAGE),
    "body_bytes": _whole(4096, 16_777_216),
    "requests_per_minute": _whole(1, 1_000_000),
    "lookups_per_minute": _whole(1, 1_000_000),
    "answer_seconds": _whole(1, 600),
    "start_seconds": _whole(5, 3600),
    "silent_seconds": _whole(0, 3600),
    "head_bytes": _whole(4096, 65_536),
    "head_seconds": _whole(1, 300),
    "body_seconds": _whole(1, 600),
    "connections": _whole(10, 100_000),
    "connections_per_address": _whole(1, 100_000),
    "web_messages_per_minute": _whole(1, 1_000_000),
    "web_address_per_minute": _whole(1, 1_000_000),
    "web_reads_per_minute": _whole(1, 1_000_000),
    "web_readers": _whole(1, 1000),
    "web_body_bytes": _whole(4096, 1_048_576),
    "web_idle_hours": _whole(1, 720),
    "console_idle_minutes": _whole(5, 1440),
    "console_hours": _whole(1, 168),
    "public_url": _url("https", "http"),
    "database": _database,
    "redis": _url("redis", "rediss"),
    "cluster_size": _whole(1, 9),
    "cluster_ports": _whole(1024, 65_000),
    "wechat": _path,
    "wechat_mode": _one_of("off", "plain", "compatible", "safe"),
    "wechat_appid": _plain,
    "wechat_original_id": _plain,
    "wechat_token": _plain,
    "wechat_aes_keys": lambda name, value: _plain(name, value.replace(" ", "")),
    "wechat_secret": _plain,
    "wechat_api_url": _url("https", "http"),
    "wechat_token_url": _url("https", "http", query=True),
    "wechat_messages_per_minute": _whole(1, 1_000_000),
    "wechat_outbox_minutes": _whole(1, 2880),
    "wechat_replay_seconds": _whole(30, 3600),
}
