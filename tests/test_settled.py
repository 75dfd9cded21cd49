"""What was loaded at the start is left out of the collector's rounds; what comes later is not."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from koujing.rasa.server import settled_after
from koujing.settled import settle


class _Ring:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_there_is_spared_and_what_comes_later_is_collected() -> None:
    settle()
    assert gc.get_freeze_count() > 0
    later = weakref.ref(_Ring())
    gc.collect()
    assert later() is None


def test_rubbish_is_removed_before() -> None:
    before = weakref.ref(_Ring())
    settle()
    assert before() is None


def test_rasa_is_settled_once_its_model_is_loaded() -> None:
    async def load(*names: str) -> str:
        assert gc.get_freeze_count() == 0
        return "+".join(names)

    assert asyncio.run(settled_after(load)("model", "endpoints")) == "model+endpoints"
    assert gc.get_freeze_count() > 0
