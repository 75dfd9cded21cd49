"""The compiled validator judges as Rasa's own method does, without checking the schema again."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction

from koujing.rasa import fast_validation

RASAS_OWN = RemoteAction._validate_action_result
ACTION = RemoteAction("action_answer", None)


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RASAS_OWN)
    fast_validation.install()


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
    def verdict(validate: Any) -> bool:
        try:
            return bool(validate(ACTION, result))
        except jsonschema.ValidationError:
            return False

    assert verdict(RemoteAction._validate_action_result) == verdict(RASAS_OWN)


def test_the_error_says_where_it_comes_from() -> None:
    with pytest.raises(jsonschema.ValidationError, match="Action server response"):
        ACTION._validate_action_result({"events": 5})


def test_the_schema_is_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ACTION._validate_action_result({})
    monkeypatch.setattr(jsonschema.Draft202012Validator, "check_schema", pytest.fail)
    assert ACTION._validate_action_result({"events": []})
