"""The one action: hands what was understood to the core and utters its replies."""

from __future__ import annotations

import datetime as dt
import os
from functools import cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.doubts import least_sure
from actions.repeats import said_before
from koujing.answering.conversation import respond
from koujing.clock import Clock
from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.settings import Settings


@cache
def _loaded() -> tuple[Clock, Knowledge]:
    settings = Settings.from_env(os.environ, demo=True)
    return Clock(settings.today), load_knowledge(settings.policies)


def loaded() -> bool:
    """Whether the policies are read, so that an answer waits for nothing."""
    return bool(_loaded.cache_info().currsize)


class ActionAnswer(Action):
    """Answers every question; the session's memory lives in one slot."""

    def __init__(self) -> None:
        # Made once, at start: the first person to ask does not wait for the policies to be read.
        clock, knowledge = _loaded()
        respond(knowledge, {}, {}, {}, clock.today())

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_answer"

    async def run(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],  # noqa: ARG002 - the signature is the SDK's
    ) -> list[dict[str, Any]]:
        """Utter one `custom.reply` for each question and remember what was learnt.

        A message that was answered already is answered the same again, and nothing is learnt from it twice.
        """
        clock, knowledge = _loaded()
        message = tracker.latest_message
        if before := said_before(tracker.events, message):
            return _uttered(dispatcher, before, tracker.get_slot("memory"))
        metadata = message.get("metadata") or {}
        given = metadata.get("on")
        on = dt.date.fromisoformat(given) if given else clock.today()
        reading, before_this = message.get("reading") or {}, tracker.get_slot("memory") or {}
        replies, memory = respond(knowledge, reading, metadata, before_this, on)
        return _uttered(dispatcher, replies, memory, least_sure(reading, before_this))


def _uttered(
    dispatcher: CollectingDispatcher, replies: list[dict[str, Any]], memory: Any, read: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    for reply in replies:
        dispatcher.utter_message(json_message={"reply": reply, **({"reading": read} if read else {})})
        read = None
    return [SlotSet("memory", memory)]
