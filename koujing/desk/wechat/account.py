"""The Official Account as configured: who it is, its keys, and how its callbacks travel."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256

from koujing.errors import SettingsError

__all__ = ["Account", "Mode"]

_DIGEST_LENGTH = 12
_SHORTEST_WINDOW, _LONGEST_WINDOW = 30, 3600

# What each value must look like, and what to say when it does not.
_SHAPES = {
    "appid": (r"[A-Za-z0-9_]{3,32}", "应为公众平台上的 AppID，如 wx 开头的 18 个字符。"),
    "token": (r"[A-Za-z0-9]{3,32}", "应为 3 至 32 个英文字母或数字，与公众平台上填的一致。"),
    "original_id": (r"gh_[A-Za-z0-9_-]{1,61}", "应为公众平台上的原始 ID，以 gh_ 开头。"),
    "secret": (r"[!-~]{1,128}", "应为公众平台上的 AppSecret，不含空格。"),
}
_AES_KEY = re.compile(r"[A-Za-z0-9]{43}", re.ASCII)


class Mode(str, Enum):
    """How callbacks travel. Ours to set: what a callback says of itself is never believed."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"

    @property
    def encrypted(self) -> bool:
        """Whether messages come and go encrypted."""
        return self is not Mode.PLAIN


_ADVICE = {
    Mode.PLAIN: "公众号使用明文模式：消息正文不加密、不签名，途中可被伪造。请在公众平台改为安全模式。",
    Mode.COMPATIBLE: "公众号使用兼容模式：消息同时以明文传送，途中可被看到。调试完成后请在公众平台改为安全模式。",
    Mode.SAFE: None,
}


@dataclass(frozen=True)
class Account:
    """One Official Account.

    Attributes:
        aes_keys: EncodingAESKeys, the current one first, then earlier ones that the platform may still use.
        original_id: the `gh_…` name that messages are addressed to; not checked where it is not set.
        secret: AppSecret; without it nothing can be sent beyond the passive reply.
        replay_seconds: how far a callback's timestamp may be from now.

    Raises:
        SettingsError: a value cannot be used; names the environment variable it comes from.
    """

    appid: str
    token: str = field(repr=False)
    aes_keys: tuple[str, ...] = field(repr=False)
    mode: Mode
    original_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    replay_seconds: int = 300

    def __post_init__(self) -> None:
        for name, (shape, hint) in _SHAPES.items():
            value = getattr(self, name)
            if value is not None and not re.fullmatch(shape, value, re.ASCII):
                raise SettingsError(_variable(name), hint)
        if not all(_AES_KEY.fullmatch(key) for key in self.aes_keys):
            raise SettingsError(_variable("aes_keys"), "每个 EncodingAESKey 应为 43 个英文字母或数字。")
        if self.mode.encrypted and not self.aes_keys:
            raise SettingsError(_variable("aes_keys"), "安全模式和兼容模式需要 EncodingAESKey。")
        if not _SHORTEST_WINDOW <= self.replay_seconds <= _LONGEST_WINDOW:
            raise SettingsError(_variable("replay_seconds"), f"应在 {_SHORTEST_WINDOW} 至 {_LONGEST_WINDOW} 之间。")

    @property
    def advice(self) -> str | None:
        """What to warn of at start, in Chinese; nothing in safe mode."""
        return _ADVICE[self.mode]

    def digest(self, openid: str) -> str:
        """A follower as logs name them: the same follower always alike, and nobody can tell who it is."""
        key = hmac.digest(
            self.token.encode(), b"koujing wechat followers in logs" + (self.secret or "").encode(), sha256
        )
        return hmac.new(key, openid.encode("utf-8", "surrogatepass"), sha256).hexdigest()[:_DIGEST_LENGTH]


def _variable(name: str) -> str:
    return f"KOUJING_WECHAT_{name.upper()}"
