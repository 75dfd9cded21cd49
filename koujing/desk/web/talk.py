"""A conversation's events as turns for a page: what was said, what was answered, and what can be pressed now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Retried", "Turn", "turning", "turns"]

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Retried:
    """A message that is being tried again: what failed up to this event no longer counts."""

    message_id: str
    up_to: int


@dataclass
class Turn:
    """One message with what came of it; a notice of the system or a person's words stand alone, without a message.

    `held`: a person was shown it, and the bot answers nothing.
    """

    at: str
    message_id: str | None = None
    said: str | None = None
    notice: str | None = None
    operator: str | None = None
    name: str = ""
    held: bool = False
    views: list[Mapping[str, Any]] = field(default_factory=list)
    failed: Event | None = None

    @property
    def waiting(self) -> bool:
        """Whether the answer is still being made."""
        return self.message_id is not None and not self.views and self.failed is None and not self.held


def turns(events: Iterable[Event], retried: Retried | None = None) -> list[Turn]:
    """The events of a conversation, oldest first, as turns in the order in which they were begun."""
    found: list[Turn] = []
    by_message: dict[str, Turn] = {}
    for event in events:
        at = _clock(event["at"])
        if event["type"] == "message":
            turn = Turn(at, event["message_id"], event["text"])
            found.append(turn)
            by_message[event["message_id"]] = turn
        elif event["type"] == "notice":
            found.append(Turn(at, notice=event["text"]))
        elif event["type"] == "operator":
            found.append(Turn(at, operator=event["text"], name=event["name"]))
        elif (known := by_message.get(event["message_id"])) is not None:
            if event["type"] == "reply":
                known.views.append(event["view"])
                # It was tried again, and well.
                known.failed = None
            elif event["type"] == "held":
                known.held, known.failed = True, None
            elif event["type"] == "failed" and not _retried(event, retried):
                known.failed = event
    return found


def turning(all_turns: Iterable[Turn]) -> Mapping[str, Any] | None:
    """The view that the next message would answer: of the newest answer, the last that asks, else the last with buttons."""
    answered = [turn for turn in all_turns if turn.message_id is not None]
    views = answered[-1].views if answered else []
    asking = [view for view in views if view["ask"]]
    offering = asking or [view for view in views if view["items"] or view["suggestions"]] or views
    return offering[-1] if offering else None


def _retried(event: Event, retried: Retried | None) -> bool:
    return retried is not None and event["message_id"] == retried.message_id and event["id"] <= retried.up_to


def _clock(at: str) -> str:
    return dt.datetime.fromisoformat(at).strftime("%H:%M")
