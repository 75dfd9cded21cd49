"""A person's words on WeChat: by the customer API while the quota lasts, else with the follower's next message."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.engine import Connection
from starlette.concurrency import run_in_threadpool

from koujing.desk.holding import Room, UnreachableError
from koujing.desk.wechat.pushing import Pusher
from koujing.desk.wechat.split import split
from koujing.store.wechat_speaking import WeChatSpeaking

__all__ = ["LEAD", "WeChatVoice"]

# Tells the bot's words from a person's; a message of its own for it would cost one of the five.
LEAD = "【人工】"
_PASSIVE = "这个公众号不能主动发消息，您的话会在对方下次发消息时送到。"
_USED_UP = "主动发送的条数已用完，您的话会在对方下次发消息时送到。"
_GONE = "对方超过48小时没有发过消息，微信不允许主动联系，暂时发不过去。请等对方再来，或用别的方式联系。"


class WeChatVoice:
    """Implements `koujing.desk.holding.Voice`."""

    longest = 600

    def __init__(self, store: WeChatSpeaking, pusher: Pusher, kick: Callable[[int], None]) -> None:
        self._store, self._pusher, self._kick = store, pusher, kick

    def takes_over(self, connection: Connection, session_id: str) -> None:
        """Drop what the bot has on its way. Nothing is said: it would cost one of the few messages."""
        self._store.silence(connection, session_id)

    def gives_back(self, connection: Connection, session_id: str) -> None:
        """Nothing is said."""

    def says(self, connection: Connection, session_id: str, key: str, text: str) -> None:
        """Put it among what waits for the follower."""
        if not self._store.say(connection, session_id, key, split(f"{LEAD}{text}")):
            raise UnreachableError(_GONE)

    async def wake(self, session_id: str) -> None:
        """Send what can be sent now; what cannot waits."""
        found = await run_in_threadpool(self._store.follower, session_id)
        if found is not None:
            self._kick(found.queue)

    async def room(self, session_id: str) -> Room | None:
        """The platform's quota, as it is counted here."""
        found = await run_in_threadpool(self._store.follower, session_id)
        if found is None:
            return Room(0, None, _GONE, {})
        left, until = await self._pusher.left(found.openid)
        states = await run_in_threadpool(self._store.states, session_id)
        if not self._pusher.usable:
            return Room(0, None, _PASSIVE, states)
        return Room(left, until, None if left else _USED_UP, states)
