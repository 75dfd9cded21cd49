"""Messages to a follower outside a reply: within the quota, and only as far as the account may."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from koujing.desk.wechat.account import Account
from koujing.desk.wechat.api import Api
from koujing.desk.wechat.codes import ACCOUNT_MAY_NOT, FOLLOWER_USED_UP, FOLLOWER_WISH, TYPING_IGNORED
from koujing.desk.wechat.errors import ApiError, CapabilityError, ContentError, QuotaError, UncertainError
from koujing.desk.wechat.quota import Ledger, Trigger

__all__ = ["SEND", "TYPING", "Pusher"]

log = logging.getLogger(__name__)

SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/typing"

_LONGEST_BYTES = 2048
# Nobody's: the platform says so where the account may send, and says that it may not where it may not.
_NOBODY = "koujing-probe"
_NO_SECRET = "没有设置 AppSecret，也没有中控服务"
_COMMAND = "Typing"


class Pusher:
    """The customer-service messages of one account. Without an interface, or without leave to use it, `usable` is False."""

    def __init__(self, api: Api | None, ledger: Ledger, account: Account) -> None:
        self._api, self._ledger, self._account = api, ledger, account
        self._off = _NO_SECRET if api is None else None
        self._may_type = True

    @property
    def usable(self) -> bool:
        """Whether pushing makes sense now. What the account may not do stays off until the next start."""
        return self._api is not None and self._off is None and not self._api.blocked(SEND)

    async def send(self, openid: str, text: str) -> None:
        """Send a text. Not tried again here where the platform is busy: the delivery does so.

        Raises:
            QuotaError: nothing is left for this follower, the minute or the day.
            CapabilityError: the account may not, or the follower receives none.
            RecipientError: there is no such follower any more.
            ContentError: the text itself is refused.
            TransientError, ConfigurationError, TokenError: it was certainly not sent.
            UncertainError: it was sent, or it was not.
        """
        if self._api is None or self._off is not None:
            raise CapabilityError(self._off or _NO_SECRET)
        if len(text.encode("utf-8", "surrogatepass")) > _LONGEST_BYTES:
            raise ContentError(f"文字超过 {_LONGEST_BYTES} 字节", 45002)
        if not await self._ledger.reserve(openid):
            raise QuotaError("给这位粉丝的客服消息条数用完，等其再发消息", 45047)
        try:
            message = {"touser": openid, "msgtype": "text", "text": {"content": text}}
            await self._api.call(SEND, message, patient=False)
        except UncertainError:
            await self._ledger.settle(openid, spent=True)
            raise
        except ApiError as error:
            await self._ledger.settle(openid, spent=False)
            await self._learn(openid, error)
            raise
        await self._ledger.settle(openid, spent=True)

    async def typing(self, openid: str) -> None:
        """Show that an answer is being written, where that can be done; nobody needs it, so nothing is raised."""
        if self._api is None or not self.usable or not self._may_type:
            return
        try:
            await self._api.call(TYPING, {"touser": openid, "command": _COMMAND}, patient=False)
        except CapabilityError as error:
            self._may_type = False
            log.warning("No typing indicator: %s", error)
        except ApiError as error:
            if error.code not in TYPING_IGNORED:
                log.info("No typing indicator for %s: %s", self._account.digest(openid), error)

    async def opened(self, openid: str, trigger: Trigger, at: dt.datetime | None = None) -> None:
        """A follower did something, which opens a window of the quota; `at` is its CreateTime."""
        await self._ledger.open(openid, trigger, at)

    async def left(self, openid: str) -> tuple[int, dt.datetime | None]:
        """How many messages may still be sent to a follower, and until when."""
        return await self._ledger.left(openid)

    async def forget(self, openid: str) -> None:
        """Remove what is known of a follower."""
        await self._ledger.forget(openid)

    async def expire(self) -> None:
        """Remove followers who did nothing for long."""
        await self._ledger.expire()

    async def probe(self) -> None:
        """Find out, at start, whether the account may send: by a message to nobody. Raises nothing."""
        if self._api is None:
            log.warning("Answers that come late wait for the follower's next message: %s", self._off)
            return
        try:
            await self._api.call(SEND, {"touser": _NOBODY, "msgtype": "text", "text": {"content": "·"}})
        except CapabilityError as error:
            self._turn_off(error)
        except ApiError as error:
            log.info("WeChat's interface was asked: %s", error)

    async def state(self) -> dict[str, Any]:
        """For `/health`: whether late answers are pushed, why not, and the breaker's state."""
        breaker = None if self._api is None else await self._api.state(SEND)
        return {"push": self.usable, "reason": self._off, "api": breaker}

    async def close(self) -> None:
        """Give up the connections."""
        if self._api is not None:
            await self._api.close()

    async def _learn(self, openid: str, error: ApiError) -> None:
        if error.code in ACCOUNT_MAY_NOT:
            self._turn_off(error)
        elif error.code in FOLLOWER_USED_UP or error.code == FOLLOWER_WISH:
            await self._ledger.exhaust(openid)

    def _turn_off(self, error: ApiError) -> None:
        self._off = str(error)
        log.warning("Answers that come late wait for the follower's next message: %s", error)
