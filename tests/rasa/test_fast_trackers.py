"""A conversation copied at once is what Rasa's own copy is, and lives a life of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    Event,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from koujing.rasa import fast_trackers

RASAS_OWN = DialogueStateTracker.copy

events = st.lists(
    st.sampled_from(
        [
            ActionExecuted("action_listen"),
            ActionExecuted("action_answer"),
            UserUttered("能退多少", {"name": "ask_amount"}),
            BotUttered("九成"),
            SlotSet("memory", {"open": []}),
            SlotSet("memory", None),
            SessionStarted(),
            Restarted(),
            ConversationPaused(),
            FollowupAction("action_answer"),
            UserUtteranceReverted(),
            ActiveLoop("form"),
        ]
    ),
    max_size=12,
)


def _talk(events: Sequence[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("someone", list(events), [AnySlot("memory", [{"type": "custom"}])])


def _told(talk: DialogueStateTracker) -> Any:
    slots = [(slot.name, slot.value, slot.has_been_set) for slot in talk.slots.values()]
    return talk.current_state(EventVerbosity.ALL), slots, talk.latest_bot_utterance, talk.applied_events()


@given(events)
def test_it_is_what_rasas_own_copy_is(before: list[Event]) -> None:
    talk = _talk(before)
    assert _told(fast_trackers.copied(talk)) == _told(RASAS_OWN(talk)) == _told(talk)


@given(events, events)
def test_what_happens_to_one_does_not_happen_to_the_other(before: list[Event], after: list[Event]) -> None:
    talk, untouched = _talk(before), _told(_talk(before))
    made = fast_trackers.copied(talk)
    for event in after:
        made.update(event)
    assert _told(talk) == untouched
    assert _told(made) == _told(_talk([*before, *after]))


def test_it_takes_the_place_of_rasas_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DialogueStateTracker, "copy", RASAS_OWN)
    fast_trackers.install()
    talk = _talk([BotUttered("九成")])
    assert _told(talk.copy()) == _told(talk)
