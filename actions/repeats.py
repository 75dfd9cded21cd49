"""A message that comes a second time: the desk ended before it kept the replies, or two of its processes sent it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

__all__ = ["said_before"]

Event = dict[str, Any]


def said_before(events: Sequence[Event], message: Event) -> list[dict[str, Any]]:
    """The replies that the conversation holds to an earlier message of the same id and words, else none.

    Args:
        events: the conversation's, as Rasa tells them to an action; the last user event is `message` itself.
        message: the message to answer.
    """
    id = _id(message)
    spoken = [n for n, event in enumerate(events) if event.get("event") == "user"]
    for n in spoken[:-1]:
        if id is not None and _id(events[n]) == id and events[n].get("text") == message.get("text"):
            turn = takewhile(lambda event: event.get("event") != "user", events[n + 1 :])
            return [reply for event in turn if (reply := _reply(event)) is not None]
    return []


def _id(event: Event) -> Any:
    return (event.get("metadata") or {}).get("message_id")


def _reply(event: Event) -> dict[str, Any] | None:
    if event.get("event") != "bot":
        return None
    reply: dict[str, Any] | None = ((event.get("data") or {}).get("custom") or {}).get("reply")
    return reply
