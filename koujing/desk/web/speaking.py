"""A person's words on the website: events beside the bot's, which the widget and the page show as from a person."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.engine import Connection

from koujing.store.events import Events

__all__ = ["BACK", "OPERATOR", "TAKEN", "WebVoice"]

# Names of operators are not shown to citizens.
OPERATOR = "工作人员"
TAKEN = "工作人员已接入，下面由人工答复。"
BACK = "人工服务已结束，接下来由智能助手答复。"


class WebVoice:
    """Implements `koujing.desk.holding.Voice`."""

    longest = 1000

    def __init__(self, events: Events, wake: Callable[[str], None]) -> None:
        self._events, self._wake = events, wake

    def takes_over(self, connection: Connection, session_id: str) -> None:
        """Tell the citizen; an answer under way is stopped by `Events.answer`."""
        self._events.add_notice(connection, session_id, TAKEN)

    def gives_back(self, connection: Connection, session_id: str) -> None:
        """Tell the citizen."""
        self._events.add_notice(connection, session_id, BACK)

    def says(self, connection: Connection, session_id: str, key: str, text: str) -> None:
        """Add the event."""
        self._events.add_operator(connection, session_id, key, text, OPERATOR)

    async def wake(self, session_id: str) -> None:
        """Wake who waits for events."""
        self._wake(session_id)

    async def room(self, session_id: str) -> None:  # noqa: ARG002 - nothing limits it
        """Nothing is limited."""
        return
