"""WeChat's platform played in a thread of its own, so that a browser test can hold a follower's phone beside the page."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Any

from koujing.desk.wechat.demo import DEMO
from koujing.wechat_sim.follower import Follower
from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.serving import playing

__all__ = ["Phone", "Phones"]

_PATIENCE = 30.0


class Phone:
    """One follower."""

    def __init__(self, phones: Phones, follower: Follower) -> None:
        self._phones, self.follower = phones, follower

    def say(self, text: str) -> None:
        """Send a text, and wait until the platform is done with it."""
        self._phones.run(self.follower.say(text))

    def sees(self, text: str) -> None:
        """Wait until this stands on the screen."""
        until = time.monotonic() + _PATIENCE
        while not self.has(text):
            assert time.monotonic() < until, self.words
            time.sleep(0.1)

    def has(self, text: str) -> bool:
        """Whether this stands on the screen."""
        return any(text in words for words in self.words)

    @property
    def words(self) -> list[str]:
        """Everything on the screen."""
        return [shown.words for shown in list(self.follower.seen)]

    @property
    def typing(self) -> bool:
        """Whether “对方正在输入” is shown."""
        return self.follower.typing


class Phones:
    """The platform, for as long as the block lasts."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._platform: Platform | None = None

    @property
    def url(self) -> str:
        """Where the desk calls the platform."""
        return self.platform.url

    @property
    def platform(self) -> Platform:
        """The platform itself."""
        assert self._platform is not None
        return self._platform

    def reach(self, desk: str) -> None:
        """Deliver to this desk from now on."""
        self.platform.courier.urls = [f"{desk}/wechat"]

    def phone(self) -> Phone:
        """Another follower."""
        return Phone(self, self.platform.follower())

    def run(self, act: Coroutine[Any, Any, Any]) -> Any:
        """Let something happen on the platform, and wait for it."""
        future: Future[Any] = asyncio.run_coroutine_threadsafe(act, self._loop)
        return future.result(_PATIENCE)

    def __enter__(self) -> Phones:
        self._thread.start()
        self._playing = playing(DEMO, [], customer_api=True)
        self._platform = self.run(self._playing.__aenter__())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.run(self._playing.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
