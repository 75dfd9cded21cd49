"""The lookup that remembers finds what Rasa's own finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rasa.shared.core import events
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

from koujing.rasa import fast_events

RASAS_OWN = Event.resolve_by_type


@pytest.fixture(autouse=True)
def _installed() -> Iterator[None]:
    fast_events.install()
    yield
    Event.resolve_by_type = staticmethod(RASAS_OWN)


def test_it_finds_every_class() -> None:
    for each in all_subclasses(Event):
        assert Event.resolve_by_type(each.type_name) is RASAS_OWN(each.type_name)


def test_it_refuses_what_rasa_refuses() -> None:
    assert Event.resolve_by_type("topic") is None
    assert Event.resolve_by_type("no such event", events.SlotSet) is events.SlotSet
    with pytest.raises(ValueError, match="no such event"):
        Event.resolve_by_type("no such event")


def test_it_looks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    slot = {"event": "slot", "name": "memory", "value": 1}
    assert events.deserialise_events([slot])
    monkeypatch.setattr(events.rasa.shared.utils.common, "all_subclasses", lambda _: pytest.fail("looked again"))
    assert events.deserialise_events([slot])
