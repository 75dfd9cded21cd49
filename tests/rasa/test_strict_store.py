"""A conversation that cannot be read or kept is an error, on Rasa's own wrapper of the store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from koujing.rasa import strict_store

pytestmark = pytest.mark.anyio


class FullError(Exception):
    """As the database says it."""


class Broken(InMemoryTrackerStore):
    async def save(self, tracker: Any) -> None:
        raise FullError

    async def retrieve(self, sender_id: str) -> Any:
        raise FullError

    async def retrieve_full_tracker(self, conversation_id: str) -> Any:
        raise FullError


@pytest.fixture(autouse=True)
def _installed() -> Iterator[None]:
    names = ("on_tracker_store_error", "on_tracker_store_retrieve_error")
    kept = {name: getattr(FailSafeTrackerStore, name) for name in names}
    strict_store.install()
    yield
    for name, own in kept.items():
        setattr(FailSafeTrackerStore, name, own)


async def test_nothing_is_forgotten_in_silence() -> None:
    store = FailSafeTrackerStore(Broken(Domain.empty()))
    with pytest.raises(FullError):
        await store.save(DialogueStateTracker("s", []))
    for read in (store.retrieve, store.retrieve_full_tracker):
        with pytest.raises(FullError):
            await read("s")


async def test_a_store_that_works_is_used() -> None:
    store = FailSafeTrackerStore(InMemoryTrackerStore(Domain.empty()))
    await store.save(DialogueStateTracker("s", []))
    assert (await store.retrieve("s")).sender_id == "s"
