"""Whom a program at the terminal asks: the desk by `POST /api/v1/ask`, or this process where no desk runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Protocol

import httpx

from koujing.clock import Clock
from koujing.desk.errors import ApiError
from koujing.desk.request import parse_ask
from koujing.errors import ProgramError
from koujing.process import quiet_environment
from koujing.settings import Settings

__all__ = ["Answers", "Desk", "DeskError", "Here", "Reply"]

Reply = dict[str, Any]
Body = Mapping[str, Any]

_DOWN = frozenset({502, 503, 504})
# A question may begin with a slash; the reader need not see it, as at the desk.
_LEADING = "/／ \t\u3000"


class DeskError(ProgramError):
    """A message was not answered. Where `again`, the same message may be sent again, after so many seconds."""

    def __init__(self, message: str, *, again: bool = False, after: str | None = None) -> None:
        self.again, self.after = again, after
        super().__init__(message)


class Asking(Protocol):
    """Answers one body of `POST /api/v1/ask`."""

    def ask(self, body: Body) -> list[Reply]:
        """The replies; `DeskError` where there are none."""


class Desk:
    """The desk at the address of the settings."""

    def __init__(self, settings: Settings, open_http: Callable[[], httpx.Client]) -> None:
        self._url, self._open_http = settings.desk_url, open_http
        self._headers = {"Authorization": f"Bearer {min(settings.quotas)}"}

    def ask(self, body: Body) -> list[Reply]:
        """The replies to one message.

        Raises:
            httpx.ConnectError: no desk runs there.
            DeskError: the message was not answered.
            ProgramError: something else listens there.
        """
        try:
            with self._open_http() as http:
                response = http.post(f"{self._url}/api/v1/ask", json=body, headers=self._headers)
            answer = response.json()
            if response.is_success:
                replies: list[Reply] = answer["replies"]
                return replies
            raise _error(response, f"{answer['error']['message']}{answer['error']['hint']}")
        except httpx.ConnectError:
            raise
        except httpx.TransportError as error:
            raise DeskError(f"{self._url} 迟迟没有答复，请查看 {self._url}/health。", again=True) from error
        except (ValueError, KeyError, TypeError) as error:
            if response.status_code in _DOWN:
                raise _error(response, "问答服务暂时不可用。") from error
            raise ProgramError(f"{self._url} 上的不是口径服务，请检查 KOUJING_DESK_PORT。") from error


def _error(response: httpx.Response, message: str) -> DeskError:
    again = response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.status_code in _DOWN
    return DeskError(message, again=again, after=response.headers.get("Retry-After"))


class Here:
    """This process in place of a desk, with the same checks of what is asked; nothing is kept at its end."""

    def __init__(self, settings: Settings) -> None:
        os.environ.update(quiet_environment(os.environ))
        local: Any = import_module("koujing.rasa.local")
        self._sessions = local.LocalSessions(settings.policies, settings.model)
        self._clock = Clock(settings.today)

    def ask(self, body: Body) -> list[Reply]:
        """The replies to one message."""
        try:
            ask = parse_ask(body, self._sessions.knowledge)
        except ApiError as error:
            raise DeskError(f"{error.message}{error.hint}") from error
        on = ask.as_of or self._clock.today()
        text = ask.text.lstrip(_LEADING) or ask.text
        replies: list[Reply] = self._sessions.ask(ask.session, text, ask.region, on, ask.facts)
        return replies


class Answers:
    """The desk; this process where none runs when the conversation begins.

    `lasting` tells whether the conversation can be gone on with later.
    """

    def __init__(self, desk: Asking, here: Callable[[], Asking], say: Callable[[str], None]) -> None:
        self._desk, self._here, self._say = desk, here, say
        self._reached, self.lasting = False, True

    def ask(self, body: Body) -> list[Reply]:
        """The replies to one message."""
        try:
            replies = self._desk.ask(body)
        except httpx.ConnectError as error:
            if self._reached:
                raise DeskError("连不上口径服务了，可能正在重启。", again=True) from error
            self._say("没有运行中的服务（可用 make run 启动），改在本进程内加载模型，需要十几秒；对话不会保存……")
            self._desk, self.lasting = self._here(), False
            replies = self._desk.ask(body)
        self._reached = True
        return replies
