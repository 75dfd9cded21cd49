"""Real replies of the trained model and the core, without HTTP."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache

import httpx

from koujing.rasa.local import LocalSessions
from tests.desk.conftest import FakeRasa


@cache
def sessions() -> LocalSessions:
    """The reader, loaded once for all tests."""
    return LocalSessions()


def speak(rasa: FakeRasa) -> None:
    """Let Rasa answer as the trained one does."""
    sessions()  # loaded before anybody waits for an answer

    def answer(request: httpx.Request) -> httpx.Response:
        message = json.loads(request.content)
        metadata = message["metadata"]
        on = dt.date.fromisoformat(metadata["on"])
        replies = sessions().ask(message["sender"], message["message"], metadata["region"], on, metadata["facts"])
        return httpx.Response(200, json=[{"custom": {"reply": reply}} for reply in replies])

    rasa.answer = answer
