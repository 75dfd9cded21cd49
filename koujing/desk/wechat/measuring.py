"""Pushes on WeChat, counted by what came of them."""

from __future__ import annotations

from typing import Literal

from koujing.desk.wechat.errors import ApiError, UncertainError
from koujing.desk.wechat.outbox import Push
from koujing.watching.desk import DeskMetrics

__all__ = ["MeasuredPush"]


class MeasuredPush:
    """Another `Push`, counted."""

    def __init__(self, push: Push, metrics: DeskMetrics) -> None:
        self._push, self._metrics = push, metrics

    @property
    def usable(self) -> bool:
        """As the other."""
        return self._push.usable

    async def send(self, openid: str, text: str) -> None:
        """As the other."""
        began, outcome = self._metrics.seconds(), "failed"
        try:
            await self._push.send(openid, text)
            outcome = "sent"
        except UncertainError:
            outcome = "doubtful"
            raise
        except ApiError as error:
            outcome = type(error).__name__.removesuffix("Error").lower()
            raise
        finally:
            self._metrics.pushed(outcome, self._metrics.seconds() - began)

    async def typing(self, openid: str) -> None:
        """As the other; nothing hangs on it."""
        await self._push.typing(openid)

    async def opened(self, openid: str, trigger: Literal["message", "event"]) -> None:
        """As the other."""
        await self._push.opened(openid, trigger)
