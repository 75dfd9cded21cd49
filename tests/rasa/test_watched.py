"""Rasa's records lose their words before anything writes them; its app tells whether a model is loaded."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from koujing.rasa import watched
from koujing.watching.inner import RASA_STAGES, InnerMetrics

TEXT = "我被裁了能领多少钱"


def test_what_somebody_said_is_left_out_of_a_record() -> None:
    event = {
        "event": "rest.message.received.failure",
        "text": TEXT,
        "user_message": TEXT,
        "action_name": "action_answer",
    }
    (name,), given = watched.without_words(logging.getLogger(), "error", {**event, "level": "error"})
    assert name == "rest.message.received.failure"
    assert given["extra"] == {"fields": {"action_name": "action_answer"}}
    assert TEXT not in str(given)


def test_every_stage_is_a_method_that_rasa_has() -> None:
    assert set(watched._STAGES) == set(RASA_STAGES)
    for owner, name in watched._STAGES.values():
        assert callable(getattr(owner, name))


@pytest.mark.parametrize(
    ("agent", "ready"),
    [
        (None, False),
        (SimpleNamespace(is_ready=lambda: False), False),
        (SimpleNamespace(is_ready=lambda: True), True),
    ],
)
def test_ready_is_whether_a_model_is_loaded(monkeypatch: pytest.MonkeyPatch, agent: Any, ready: bool) -> None:
    told: list[Any] = []
    monkeypatch.setattr(watched, "expose", lambda _app, _metrics, ready, _key: told.append(ready))
    app = SimpleNamespace(ctx=SimpleNamespace(**({} if agent is None else {"agent": agent})))
    metrics = InnerMetrics(CollectorRegistry(), "rasa", RASA_STAGES)
    assert watched._watched(lambda: app, metrics, None)() is app
    assert told[0]() is ready
