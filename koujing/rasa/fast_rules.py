"""Makes Rasa's rules look at no more of a conversation than the longest rule speaks of, and at the same turns once.

For every prediction Rasa makes a state of each turn since the conversation began, twice after a message: once by its text,
once by its intent. The longer people talk, the more that is; yet a rule is held against as many of the last states as it
has itself, and none here names a text. Where rules name nothing but intents and actions, what was found for one course of
them holds for every conversation that takes it.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

__all__ = ["course", "find", "install", "recent"]

Found = tuple[str | None, str | None, bool]

_rasas_own = RulePolicy._find_action_from_rules
_KEPT = "_koujing_rules"
# As many as there are intents, after each way in which a turn may have gone before; never more than these.
_MOST = 4096


@dataclass(frozen=True)
class _Rules:
    """What is known of the rules of a policy: how many states the longest has, whether all that apply to a message just
    said name its intent, whether they name nothing but intents and actions; and what was found so far, by course."""

    rules: dict[str, str]
    longest: int
    by_intent: bool
    by_course: bool
    found: dict[Hashable, Found] = field(default_factory=dict)


def install() -> None:
    """Put `find` in the place of Rasa's own method, for the life of this process."""
    RulePolicy._find_action_from_rules = find


def find(
    policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
) -> Found:
    """What `RulePolicy._find_action_from_rules` finds; of a conversation to which no rule applies it names another key."""
    rules = _rules_of(policy)
    if domain.form_names or any(slot.has_features() for slot in tracker.slots.values()):
        # What was said long ago may still count.
        return _asked(policy, tracker, domain, use_text_for_last_user_input)
    if use_text_for_last_user_input and rules.by_intent:
        return None, None, False
    events = recent(tracker, rules.longest)
    taken = course(events) if rules.by_course and not use_text_for_last_user_input else None
    if taken is not None and taken in rules.found:
        return rules.found[taken]
    found = _asked(policy, _of(tracker, events), domain, use_text_for_last_user_input)
    if taken is not None and len(rules.found) < _MOST:
        rules.found[taken] = found
    return found


def recent(tracker: DialogueStateTracker, states: int) -> list[Event]:
    """The last events of a conversation, from which at least so many states are made, and not many more."""
    events: list[Event] = tracker.applied_events()
    actions = 0
    for at in range(len(events) - 1, 0, -1):
        if isinstance(events[at], ActionExecuted):
            actions += 1
            if actions >= states and events[at].action_name == ACTION_LISTEN_NAME:
                return events[at:]
    return events


def course(events: Sequence[Event]) -> Hashable | None:
    """The intents and actions that events go through; None where there is one of another kind that might count."""
    taken: list[Hashable] = []
    for event in events:
        if isinstance(event, ActionExecuted):
            taken.append((event.action_name, event.action_text, event.hide_rule_turn))
        elif isinstance(event, UserUttered):
            taken.append((event.intent_name, event.use_text_for_featurization))
        elif isinstance(event, DefinePrevUserUtteredFeaturization):
            taken.append(event.use_text_for_featurization)
        elif not isinstance(event, BotUttered | SlotSet):
            return None
    return tuple(taken)


def _rules_of(policy: RulePolicy) -> _Rules:
    rules: dict[str, str] = policy.lookup[RULES]
    kept: _Rules | None = policy.__dict__.get(_KEPT)
    if kept is None or kept.rules is not rules:
        kept = policy.__dict__[_KEPT] = _measured(rules)
    return kept


def _asked(policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, by_text: bool) -> Found:
    found: Found = _rasas_own(policy, tracker, domain, by_text)
    return found


def _of(tracker: DialogueStateTracker, events: Sequence[Event]) -> DialogueStateTracker:
    """A conversation of these events alone."""
    short: DialogueStateTracker = tracker.init_copy()
    for event in events:
        short.update(event)
    return short


def _measured(rules: dict[str, str]) -> _Rules:
    every: list[list[dict[str, Any]]] = [json.loads(rule) for rule in rules]
    said = [states[-1] for states in every if _after_listening(states[-1])]
    named = {path for states in every for state in states for path in _named(state)}
    return _Rules(
        rules,
        max(map(len, every), default=0),
        by_intent=all(state.get(USER, {}).get("intent") for state in said),
        by_course=named <= {(USER, "intent"), (PREVIOUS_ACTION, "action_name")},
    )


def _named(state: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a state of a rule names."""
    for part, values in state.items():
        yield from ((part, name) for name in values)


def _after_listening(state: dict[str, Any]) -> bool:
    previous = state.get(PREVIOUS_ACTION, {}).get("action_name")
    return previous in (ACTION_LISTEN_NAME, None)
