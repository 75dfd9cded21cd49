"""One browser for all tests of the widget, ended with them: its event loop would be in the way of other tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.widget.chromium import Desk, chromium


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture
def desk() -> Desk:
    return Desk()
