"""The rules held against the last turns alone find what they find in the whole conversation."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from koujing.rasa import fast_rules

RASAS_OWN = RulePolicy._find_action_from_rules
LISTEN, ANSWER = "action_listen", "action_answer"
INTENTS = ("ask_amount", "ask_how", "screen")
DOMAIN = {"version": "3.1", "intents": [*INTENTS, "other"], "actions": [ANSWER], "slots": {"memory": {"type": "any", "mappings": [{"type": "custom"}]}}}  # fmt: skip


def _rule(*states: dict[str, Any]) -> str:
    return json.dumps(list(states), sort_keys=True)


def _after(action: str, **user: str) -> dict[str, Any]:
    return {"prev_action": {"action_name": action}, "user": user}


ANSWERING = {
    rule: action
    for intent in INTENTS
    for rule, action in (
        (_rule(_after(LISTEN, intent=intent)), ANSWER),
        (_rule(_after(LISTEN, intent=intent), _after(ANSWER, intent=intent)), LISTEN),
    )
}
TEXTUAL = {_rule(_after(LISTEN, text="你好")): ANSWER, **ANSWERING}
OPENING = {_rule({"user": {}}, _after(LISTEN, intent="ask_how")): "action_greet", **ANSWERING}


def _domain(**more: Any) -> Domain:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of slots as they were in Rasa 2
        return Domain.from_dict({**DOMAIN, **more})


def _policy(rules: dict[str, str]) -> RulePolicy:
    resource = SimpleNamespace(name="rules")
    return RulePolicy(
        RulePolicy.get_default_config(),
        SimpleNamespace(),
        resource,
        ExecutionContext(GraphSchema({}), "test"),
        lookup={RULES: rules},
    )


def _said(intent: str, text: str = "你好") -> UserUttered:
    return UserUttered(text, {"name": intent, "confidence": 1.0})


def _talk(events: Sequence[Event], domain: Domain) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("someone", list(events), domain.slots)


turn = st.builds(
    lambda intent, answered: [_said(intent), ActionExecuted(ANSWER), SlotSet("memory", {"n": 1}), ActionExecuted(LISTEN)][: 4 if answered else 1],
    st.sampled_from([*INTENTS, "other"]),
    st.booleans(),
)  # fmt: skip
odd = st.sampled_from([[Restarted(), ActionExecuted(LISTEN)], [UserUtteranceReverted()], [ActionExecuted(ANSWER)]])


POLICIES = [_policy(rules) for rules in (ANSWERING, TEXTUAL, OPENING)]


@given(st.lists(turn | odd, max_size=6), st.sampled_from(POLICIES), st.booleans())
def test_it_finds_what_rasa_finds(turns: list[list[Event]], policy: RulePolicy, by_text: bool) -> None:
    """What it found before for the same course of intents and actions too: the policies serve every example."""
    domain = _domain()
    talk = _talk([ActionExecuted(LISTEN), *(event for each in turns for event in each)], domain)
    action, key, returning = RASAS_OWN(policy, talk, domain, by_text)
    found = fast_rules.find(policy, talk, domain, by_text)
    assert (found[0], found[2]) == (action, returning)
    if action is not None:
        assert found[1] == key


def test_it_looks_at_as_many_turns_however_long_they_talk() -> None:
    domain = _domain()
    turns = [ActionExecuted(LISTEN)]
    for _ in range(40):
        turns += [_said("screen"), ActionExecuted(ANSWER), ActionExecuted(LISTEN)]
    short = fast_rules.recent(_talk([*turns, _said("ask_how")], domain), 2)
    assert len(_talk(short, domain).past_states(domain)) <= 4
    assert short[-1].intent["name"] == "ask_how"


def test_a_course_that_was_taken_before_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    domain, policy = _domain(), _policy(ANSWERING)
    before = [ActionExecuted(LISTEN), _said("screen"), ActionExecuted(ANSWER), ActionExecuted(LISTEN)]
    first = fast_rules.find(policy, _talk([*before, _said("ask_how")], domain), domain, False)
    monkeypatch.setattr(fast_rules, "_rasas_own", lambda *_: pytest.fail("looked again"))
    longer = [*before, BotUttered("甲"), SlotSet("memory", {"n": 2}), *before[1:], _said("ask_how", "怎么办")]
    assert fast_rules.find(policy, _talk(longer, domain), domain, False) == first
    assert first[0] == ANSWER


@pytest.mark.parametrize(
    "rules",
    [
        TEXTUAL,
        {_rule({"user": {"intent": "screen", "entities": ["city"]}, "prev_action": {"action_name": LISTEN}}): ANSWER},
        {_rule({**_after(LISTEN, intent="screen"), "slots": {"known": [1.0]}}): ANSWER},
    ],
)
def test_nothing_is_kept_where_rules_name_more_than_intents_and_actions(rules: dict[str, str]) -> None:
    domain, policy = _domain(), _policy(rules)
    talk = _talk([ActionExecuted(LISTEN), _said("screen")], domain)
    fast_rules.find(policy, talk, domain, False)
    assert not policy.__dict__["_koujing_rules"].found


def test_an_event_of_another_kind_makes_it_look() -> None:
    assert fast_rules.course([ActionExecuted(LISTEN), _said("screen")]) is not None
    assert fast_rules.course([ActionExecuted(LISTEN), ActiveLoop("form"), _said("screen")]) is None


def test_where_what_was_said_long_ago_counts_it_looks_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_rules, "recent", lambda *_: pytest.fail("shortened"))
    domain = _domain(slots={"known": {"type": "bool", "mappings": [{"type": "custom"}]}})
    talk = _talk([ActionExecuted(LISTEN), _said("screen")], domain)
    assert fast_rules.find(_policy(ANSWERING), talk, domain, False)[0] == ANSWER


def test_it_takes_the_place_of_rasas_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RulePolicy, "_find_action_from_rules", RASAS_OWN)
    fast_rules.install()
    domain = _domain()
    talk = _talk([ActionExecuted(LISTEN), _said("ask_amount")], domain)
    prediction, source = _policy(ANSWERING)._predict(talk, domain)
    assert prediction.probabilities[domain.index_for_action(ANSWER)] == 1.0
    assert source == _rule(_after(LISTEN, intent="ask_amount"))
