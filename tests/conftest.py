"""Shared by all tests."""

from __future__ import annotations

import os

import hypothesis
import pytest

from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.process import quiet_environment
from koujing.settings import ROOT


def pytest_configure() -> None:
    """Before anything imports TensorFlow."""
    os.environ.update(quiet_environment({}))
    # The same examples at every run, and no stopwatch: a busy machine must not fail a test.
    hypothesis.settings.register_profile("koujing", deadline=None, derandomize=True)
    hypothesis.settings.load_profile("koujing")


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("KOUJING_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The project's own knowledge, read once."""
    return load_knowledge(ROOT / "policies")
