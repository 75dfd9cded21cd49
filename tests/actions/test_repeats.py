"""A message that comes a second time."""

from __future__ import annotations

from typing import Any

from actions.repeats import said_before


def user(id: str | None, text: str) -> dict[str, Any]:
    return {"event": "user", "text": text, "metadata": {"message_id": id} if id else {}}


def bot(text: str) -> dict[str, Any]:
    return {"event": "bot", "data": {"custom": {"reply": {"text": text}}}}


OTHER = [
    {"event": "action", "name": "action_listen"},
    {"event": "slot", "name": "memory"},
    {"event": "bot", "data": {}},
]


def test_every_reply_of_the_turn_comes_again() -> None:
    again = user("a", "多少钱")
    events = [user("a", "多少钱"), *OTHER, bot("甲"), bot("乙"), *OTHER, user("b", "在哪办"), bot("丙"), again]
    assert said_before(events, again) == [{"text": "甲"}, {"text": "乙"}]


def test_a_message_that_is_new_was_never_answered() -> None:
    for id, text in (("c", "多少钱"), ("a", "别的话"), (None, "多少钱")):
        message = user(id, text)
        assert said_before([user("a", "多少钱"), bot("甲"), user(None, "多少钱"), bot("乙"), message], message) == []
    assert said_before([], user("a", "多少钱")) == []


def test_a_turn_that_was_cut_short_is_answered_now() -> None:
    message = user("a", "多少钱")
    assert said_before([user("a", "多少钱"), user("b", "在哪办"), bot("丙"), message], message) == []
