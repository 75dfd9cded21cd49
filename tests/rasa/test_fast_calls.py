"""What an action is sent: the last message whole, of earlier turns only those that carry its id."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from actions.repeats import said_before
from koujing.rasa import fast_calls

RASAS_OWN = RemoteAction._action_call_format
ACTION = RemoteAction("action_answer", EndpointConfig("http://127.0.0.1:1", enable_selective_domain=True))
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of slots as they were in Rasa 2
    DOMAIN = Domain.from_dict(
        {
            "version": "3.1",
            "intents": ["ask_amount"],
            "actions": ["action_answer"],
            "slots": {"memory": {"type": "any", "mappings": [{"type": "custom"}]}},
        }
    )


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RemoteAction, "_action_call_format", RASAS_OWN)
    fast_calls.install()


def _turn(id: str | None, text: str, answer: str) -> list[Event]:
    metadata = {} if id is None else {"message_id": id}
    reading = {"intent": {"name": "ask_amount"}, "reading": {"text": text, "answers": {"known": {"true": 0.5}}}}
    said = UserUttered(text, {"name": "ask_amount"}, parse_data=reading, metadata=metadata)
    return [
        said,
        ActionExecuted("action_answer"),
        BotUttered(data={"custom": {"reply": {"text": answer}}}),
        SlotSet("memory", {"said": text}),
        ActionExecuted("action_listen"),
    ]


def _talk(*turns: list[Event], last: list[Event]) -> DialogueStateTracker:
    events = [ActionExecuted("action_listen"), *(event for turn in turns for event in turn), last[0]]
    return DialogueStateTracker.from_events("someone", events, DOMAIN.slots)


def _sent(talk: DialogueStateTracker) -> dict[str, Any]:
    call: dict[str, Any] = ACTION._action_call_format(talk, DOMAIN)
    return call


def test_all_but_the_events_is_as_rasa_sends_it() -> None:
    talk = _talk(_turn("a", "返多少", "60％"), last=_turn("b", "怎么领", "-"))
    ours, theirs = _sent(talk), RASAS_OWN(ACTION, talk, DOMAIN)
    assert {**ours["tracker"], "events": None} == {**theirs["tracker"], "events": None}
    assert {**ours, "tracker": None} == {**theirs, "tracker": None}
    assert ours["tracker"]["latest_message"]["reading"]["text"] == "怎么领"
    assert ours["tracker"]["slots"]["memory"] == {"said": "返多少"}


def test_the_length_of_a_conversation_does_not_count() -> None:
    talk = _talk(*(_turn(str(n), f"第{n}问", "答") for n in range(30)), last=_turn("last", "怎么领", "-"))
    (only,) = _sent(talk)["tracker"]["events"]
    assert (only["event"], only["text"], only["metadata"]["message_id"]) == ("user", "怎么领", "last")


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        ([("a", "返多少", "60％"), ("b", "怎么领", "免申")], []),
        ([("a", "返多少", "60％"), ("c", "怎么领", "免申"), ("d", "多久", "一年")], ["免申"]),
        # The same id with other words is another message.
        ([("c", "返多少", "60％")], []),
        ([(None, "怎么领", "免申")], []),
    ],
)
def test_what_was_answered_before_is_found_as_in_all_events(turns: list[Any], said: list[str]) -> None:
    talk = _talk(*(_turn(*turn) for turn in turns), last=_turn("c", "怎么领", "-"))
    ours, theirs = _sent(talk)["tracker"], RASAS_OWN(ACTION, talk, DOMAIN)["tracker"]
    before = said_before(ours["events"], ours["latest_message"])
    assert before == said_before(theirs["events"], theirs["latest_message"])
    assert [reply["text"] for reply in before] == said


def test_messages_without_an_id_are_never_the_same() -> None:
    talk = _talk(_turn(None, "怎么领", "免申"), last=_turn(None, "怎么领", "-"))
    assert len(_sent(talk)["tracker"]["events"]) == 1
