"""Shared by all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import hypothesis
import pytest

from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.process import quiet_environment
from koujing.settings import ROOT

if TYPE_CHECKING:
    from tests.store.postgres_server import PostgresServer


def pytest_configure() -> None:
    """Before anything imports TensorFlow."""
    os.environ.update(quiet_environment({}))
    # The same examples at every run, and no stopwatch: a busy machine must not fail a test.
    hypothesis.settings.register_profile("koujing", deadline=None, derandomize=True)
    hypothesis.settings.load_profile("koujing")


# What starts servers, browsers or processes that it waits for, the longest first.
_WAITING = (
    "e2e/cluster",
    "soak",
    "e2e/faults",
    "e2e/console",
    "e2e",
    "cluster",
    "widget",
    "evaluation",
    "test_supervisor",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take minutes come first, so that at the end no worker is left alone with one (`--no-loadscope-reorder`)."""

    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(ROOT / "tests").as_posix()
        return next((index for index, slow in enumerate(_WAITING) if path.startswith(slow)), len(_WAITING))

    items.sort(key=place)


@pytest.fixture(autouse=True)
def _no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("KOUJING_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL for all tests of the run, with a database that has the desk's tables: `ready`."""
    # Who needs no database need not wait for the drivers.
    from koujing.store.database import open_database
    from tests.store.postgres_server import postgres_server

    with postgres_server() as server:
        server.do("CREATE DATABASE ready TEMPLATE template0")
        open_database(server.url("ready")).dispose()
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database with the tables and nothing in them."""
    yield postgres.url("ready")
    postgres.empty("ready")


@pytest.fixture
def new_postgres_url(postgres: PostgresServer) -> str:
    """A PostgreSQL database of the test's own with nothing in it at all."""
    return postgres.create()


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The project's own knowledge, read once."""
    return load_knowledge(ROOT / "policies")
