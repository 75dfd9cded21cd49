"""Two ways to hold a conversation: in a session over HTTP, and within this process with a memory of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

from koujing.knowledge.base import Knowledge
from tests.evaluation.asking import Answer, desk_answer, desk_client
from tests.evaluation.dialogues import Dialogue

__all__ = ["Open", "Say", "talk_desk", "talk_here"]

Say = Callable[[str], Answer]
"""Says the next message of a conversation."""
Open = Callable[[Dialogue], Say]
"""Opens a fresh conversation for a dialogue: on its day, through a channel that knows its region."""


def talk_desk(url: str, key: str) -> Open:
    """Talks over `POST /api/v1/ask`: one session a dialogue, an id a message."""
    http = desk_client(url, key)

    def open_session(dialogue: Dialogue) -> Say:
        numbers, session = count(1), None

        def say(text: str) -> Answer:
            nonlocal session
            body = {"text": text, "as_of": dialogue.on.isoformat(), "message_id": f"{dialogue.id}-{next(numbers)}"}
            body |= {key: value for key, value in (("region", dialogue.region), ("session", session)) if value}
            answer, named = desk_answer(http, body)
            session = named or session
            return answer

        return say

    return open_session


def talk_here(knowledge: Knowledge) -> Open:
    """Talks to the trained reader and the core directly, the memory being kept as the text that JSON makes of it.

    Raises:
        ProgramError: there is no trained model.
    """
    # Heavy, and only for this way of talking.
    from koujing.answering.conversation import respond
    from koujing.answering.session import asked_back
    from koujing.rasa.local import load_reader

    reader = load_reader(knowledge)

    def open_session(dialogue: Dialogue) -> Say:
        kept = "{}"

        def say(text: str) -> Answer:
            nonlocal kept
            metadata: dict[str, Any] = {"region": dialogue.region, "facts": {}}
            try:
                before = json.loads(kept)
                understood = reader.read(text, dialogue.on, asked_back(before))
                replies, memory = respond(knowledge, understood, metadata, before, dialogue.on)
                kept = json.dumps(memory, ensure_ascii=False)
            except Exception as error:
                return Answer((), f"{type(error).__name__}: {error}")
            return Answer(tuple(replies))

        return say

    return open_session
