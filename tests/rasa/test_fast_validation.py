"""The compiled validator judges as Rasa's own method does, without checking the schema again."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.core.actions.action import RemoteAction

from koujing.rasa import fast_validation

RASAS_OWN = RemoteAction._validate_action_result
ACTION = RemoteAction("action_answer", None)


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RASAS_OWN)
    fast_validation.install()


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=2) | st.just({}) | st.just([])
happenings = st.fixed_dictionaries(
    {"event": st.sampled_from(["slot", "bot", "user", "action", "session_started", "reminder", "followup", "none"])},
    optional=dict.fromkeys(("name", "value", "timestamp", "metadata", "text", "parse_data", "policy"), values),
)


def _verdict(validate: Any, result: Any) -> bool:
    try:
        return bool(validate(ACTION, result))
    except jsonschema.ValidationError:
        return False


@settings(max_examples=200)
@given(happenings, happenings)
def test_whatever_was_judged_before_it_judges_as_rasa_does(one: dict[str, Any], other: dict[str, Any]) -> None:
    for result in ({"events": [one]}, {"events": [other]}, {"events": [one, other]}):
        assert _verdict(fast_validation.validate, result) == _verdict(RASAS_OWN, result)


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"events": [], "responses": []},
        {"events": [{"event": "slot", "name": "facts", "value": {"a": 1}}], "responses": [{"custom": {}}]},
        {"events": [{"event": "slot", "name": 5}]},
        {"events": [{"event": "no such event"}]},
        {"events": {}},
        {"responses": ["text"]},
        [],
    ],
)
def test_it_judges_as_rasa_does(result: Any) -> None:
    assert _verdict(RemoteAction._validate_action_result, result) == _verdict(RASAS_OWN, result)


def test_the_error_says_where_it_comes_from() -> None:
    with pytest.raises(jsonschema.ValidationError, match="Action server response"):
        ACTION._validate_action_result({"events": 5})


def test_the_schema_is_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ACTION._validate_action_result({})
    monkeypatch.setattr(jsonschema.Draft202012Validator, "check_schema", pytest.fail)
    assert ACTION._validate_action_result({"events": []})


def test_an_event_of_the_same_make_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    slot = {"event": "slot", "name": "memory", "value": {"n": 1}, "timestamp": None}
    assert ACTION._validate_action_result({"events": [slot]})
    kinds = fast_validation._by_kind()
    monkeypatch.setattr(jsonschema.Draft202012Validator, "is_valid", pytest.fail)
    assert kinds["slot"].by_types
    assert not kinds["user"].by_types
    assert ACTION._validate_action_result({"events": [{**slot, "value": {"n": 2}}]})
