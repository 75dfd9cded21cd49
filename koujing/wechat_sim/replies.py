"""Reading a passive reply as strictly as the platform: whatever is not right makes the fault notice appear."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from koujing.desk.wechat.account import Account, Mode
from koujing.wechat_sim.envelope import BrokenError, Envelope, sign
from koujing.wechat_sim.xml import read

__all__ = ["LONGEST", "FaultError", "Kind", "Passive", "ReplyReader"]

LONGEST = 2048
_NOTHING = frozenset({b"", b"success"})
_ENVELOPE = {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"}
_HEAD = {"ToUserName", "FromUserName", "CreateTime", "MsgType"}
# Shown by kind only; the field that each must have.
_MEDIA = {"image": "Image", "voice": "Voice", "video": "Video", "music": "Music", "news": "Articles"}
_MEDIA_WORDS = {"image": "[图片]", "voice": "[语音]", "video": "[视频]", "music": "[音乐]", "news": "[图文]"}


class FaultError(Exception):
    """The reply is not one; the message is Chinese and says why."""


class Kind(Enum):
    """What a passive reply does."""

    NOTHING = "nothing"
    MESSAGE = "message"
    TRANSFER = "transfer"


@dataclass(frozen=True)
class Passive:
    """A reply: a text to show, nothing, or a transfer to the account's staff (`staff`: to this one)."""

    kind: Kind
    text: str = ""
    staff: str | None = None


class ReplyReader:
    """Reads the replies of one account."""

    def __init__(self, account: Account, original_id: str, envelope: Envelope | None) -> None:
        self._account, self._original_id, self._envelope = account, original_id, envelope

    def read(self, body: bytes, openid: str) -> Passive:
        """What the body of an answer with status 200 says to this follower.

        Raises:
            FaultError: the follower gets the fault notice instead.
        """
        if body in _NOTHING:
            return Passive(Kind.NOTHING)
        fields = self._opened(_fields(body))
        if missing := _HEAD - fields.keys():
            raise FaultError(f"回复缺少 {'、'.join(sorted(missing))}")
        if fields["ToUserName"] != openid or fields["FromUserName"] != self._original_id:
            raise FaultError("ToUserName 应为粉丝的 openid，FromUserName 应为公众号的原始 ID")
        if not str(fields["CreateTime"]).isdigit():
            raise FaultError("CreateTime 应为整数秒")
        return _passive(fields)

    def _opened(self, fields: dict[str, Any]) -> dict[str, Any]:
        sealed = "Encrypt" in fields
        if self._envelope is None:
            if sealed:
                raise FaultError("明文模式下收到了加密的回复")
            return fields
        if not sealed:
            # 兼容模式 takes both.
            if self._account.mode is Mode.COMPATIBLE:
                return fields
            raise FaultError("安全模式下收到了明文回复")
        if fields.keys() != _ENVELOPE:
            raise FaultError(f"加密的回复应有且只有 {'、'.join(sorted(_ENVELOPE))}")
        wanted = sign(self._account.token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
        if fields["MsgSignature"] != wanted:
            raise FaultError("回复的 MsgSignature 不对")
        try:
            return _fields(self._envelope.open(fields["Encrypt"]))
        except BrokenError as error:
            raise FaultError(str(error)) from error


def _fields(body: bytes) -> dict[str, Any]:
    try:
        return read(body)
    except ValueError as error:
        raise FaultError(f"回复{error}") from error


def _passive(fields: dict[str, Any]) -> Passive:
    kind = fields["MsgType"]
    if kind == "transfer_customer_service":
        staff = fields.get("TransInfo")
        return Passive(Kind.TRANSFER, staff=staff.get("KfAccount") if isinstance(staff, dict) else None)
    if kind in _MEDIA:
        if not fields.get(_MEDIA[kind]):
            raise FaultError(f"{kind} 消息缺少 {_MEDIA[kind]}")
        return Passive(Kind.MESSAGE, _MEDIA_WORDS[kind])
    if kind != "text":
        raise FaultError(f"没有“{kind}”这种消息")
    content = fields.get("Content", "")
    if not isinstance(content, str) or not content:
        raise FaultError("文字消息没有 Content")
    if (size := len(content.encode())) > LONGEST:
        raise FaultError(f"Content 有 {size} 字节，超过 {LONGEST}")
    return Passive(Kind.MESSAGE, content)
