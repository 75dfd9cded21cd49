"""What is switched off is not offered to an operator either: neither as an answer nor as a suggestion."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from koujing.answering.reply import Reply
from koujing.desk.console.assist.suggest import Suggestion
from koujing.desk.conversation import Refuse
from koujing.desk.stopping import Stopping
from koujing.store.switches import State

__all__ = ["Switched"]

_CHANNEL = "console"


class Switched:
    """The switches, held against what is worked out in this process. Blocking at times."""

    def __init__(self, state: Callable[[], State], refuse: Refuse) -> None:
        self._state, self._stopping = state, Stopping(state, refuse)

    def reply(self, reply: Reply) -> Reply:
        """A reply, or the kind word in its place."""
        return self._stopping.stopped([reply], _CHANNEL)[0]

    def items(self, listed: Reply | None) -> Reply | None:
        """A screening without the matters that are switched off; None where the channel is."""
        state = self._state()
        if listed is None or state.is_off("channel", _CHANNEL):
            return None
        return {**listed, "items": [item for item in listed["items"] if not state.is_off("matter", item["matter"])]}

    def suggestions(self, found: Iterable[Suggestion]) -> list[Suggestion]:
        """The suggestions that may be asked."""
        state = self._state()
        return [
            each
            for each in found
            if not state.is_off("matter", each.matter) and not state.is_off("caliber", each.caliber)
        ]
