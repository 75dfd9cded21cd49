"""Makes Rasa's rules look at no more of a conversation than the longest rule speaks of.

For every prediction Rasa makes a state of each turn since the conversation began, twice after a message: once by its text,
once by its intent. The longer people talk, the more that is; yet a rule is held against as many of the last states as it
has itself, and none here names a text.
"""

from __future__ import annotations

import json
from typing import Any

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker

__all__ = ["find", "install", "recent"]

Found = tuple[str | None, str | None, bool]

_rasas_own = RulePolicy._find_action_from_rules
_KEPT = "_koujing_rules"


def install() -> None:
    """Put `find` in the place of Rasa's own method, for the life of this process."""
    RulePolicy._find_action_from_rules = find


def find(
    policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
) -> Found:
    """What `RulePolicy._find_action_from_rules` finds; of a conversation to which no rule applies it names another key."""
    rules: dict[str, str] = policy.lookup[RULES]
    kept = policy.__dict__.get(_KEPT)
    if kept is None or kept[0] is not rules:
        kept = policy.__dict__[_KEPT] = (rules, *_measured(rules))
    _, longest, by_intent = kept
    if domain.form_names or any(slot.has_features() for slot in tracker.slots.values()):
        # What was said long ago may still count.
        seen = tracker
    elif use_text_for_last_user_input and by_intent:
        return None, None, False
    else:
        seen = recent(tracker, longest)
    found: Found = _rasas_own(policy, seen, domain, use_text_for_last_user_input)
    return found


def recent(tracker: DialogueStateTracker, states: int) -> DialogueStateTracker:
    """A conversation with the same last states, so many, and not many before."""
    events = tracker.applied_events()
    actions = 0
    for at in range(len(events) - 1, 0, -1):
        if isinstance(events[at], ActionExecuted):
            actions += 1
            if actions >= states and events[at].action_name == ACTION_LISTEN_NAME:
                short: DialogueStateTracker = tracker.init_copy()
                for event in events[at:]:
                    short.update(event)
                return short
    return tracker


def _measured(rules: dict[str, str]) -> tuple[int, bool]:
    """How many states the longest rule has, and whether all that apply to a message just said name its intent."""
    every: list[list[dict[str, Any]]] = [json.loads(rule) for rule in rules]
    said = [states[-1] for states in every if _after_listening(states[-1])]
    return max(map(len, every), default=0), all(state.get(USER, {}).get("intent") for state in said)


def _after_listening(state: dict[str, Any]) -> bool:
    previous = state.get(PREVIOUS_ACTION, {}).get("action_name")
    return previous in (ACTION_LISTEN_NAME, None)
