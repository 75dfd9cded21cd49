"""The peer's action: this project's own, told how this project reads the message.

Rasa's default components do not tell matters and facts, which the action needs. So it looks the reading up by the message's
words in a file that was made before (`questions.write_readings`): the peer says the very same, and is spared the reading.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer

READINGS = "BENCH_READINGS"
"""The environment variable that names the file."""


@cache
def _readings() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(os.environ[READINGS]).read_text(encoding="utf-8"))
    return found


class ActionAnswerGiven(ActionAnswer):
    """Of the same name, and so in the place of the action that it is made of."""

    def __init__(self) -> None:
        super().__init__()
        _readings()

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """As this project's, once the reading is in its place."""
        tracker.latest_message["reading"] = _readings().get(tracker.latest_message.get("text"), {})
        return await super().run(dispatcher, tracker, domain)
