"""Shared by all tests."""

from __future__ import annotations

import os

import pytest

from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.process import quiet_environment
from koujing.settings import ROOT


def pytest_configure() -> None:
    """Before anything imports TensorFlow."""
    os.environ.update(quiet_environment({}))


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
