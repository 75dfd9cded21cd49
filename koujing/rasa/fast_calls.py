"""Makes Rasa send an action only what the actions of this project look at.

Rasa sends the whole conversation with every message, each earlier message with all that was read from it and each earlier
answer: the longer people talk, the more is written and read for one answer. The actions look at the last message, at the
slots, and at an earlier turn only where it carries the same id (`actions.repeats`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

__all__ = ["call_format", "install"]

Event = dict[str, Any]

_rasas_own = RemoteAction._action_call_format


def install() -> None:
    """Put `call_format` in the place of Rasa's own method, for the life of this process."""
    RemoteAction._action_call_format = call_format


def call_format(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """What `RemoteAction._action_call_format` gives, with fewer `events`."""
    call: dict[str, Any] = _rasas_own(action, _Brief(tracker), domain)
    return call


class _Brief:
    """A conversation that tells its state without what the actions need not know."""

    def __init__(self, tracker: DialogueStateTracker) -> None:
        self._tracker = tracker
        self.sender_id = tracker.sender_id

    def current_state(self, _: Any) -> dict[str, Any]:
        state: dict[str, Any] = self._tracker.current_state()
        return {**state, "events": list(_turns_of(self._tracker))}


def _turns_of(tracker: DialogueStateTracker) -> Iterator[Event]:
    """The last message, and before it the turns that carry its id: what was said and answered there."""
    last = next((event for event in reversed(tracker.events) if isinstance(event, UserUttered)), None)
    id, same = _id(last), False
    for event in tracker.events:
        if isinstance(event, UserUttered):
            same = event is last or (id is not None and _id(event) == id)
            if same:
                yield {**event.as_dict(), "parse_data": {}}
        elif same and isinstance(event, BotUttered):
            yield event.as_dict()


def _id(event: UserUttered | None) -> Any:
    return None if event is None else (event.metadata or {}).get("message_id")
