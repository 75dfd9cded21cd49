"""The permission matrix of the finished desk: every route of the console, for every role and for nobody."""

from __future__ import annotations

import pytest

from koujing.desk.console.kit import ConsoleKit
from tests.desk.console.conftest import Console
from tests.desk.console.matrix import registered, wrong_answers
from tests.desk.console.talks.conftest import Desk

pytestmark = pytest.mark.anyio


async def test_every_route_answers_those_who_may_and_no_one_else(desk: Desk) -> None:
    console = Console(desk.parts, ConsoleKit(desk.parts), desk.app)
    try:
        assert [wrong async for wrong in wrong_answers(console)] == []
    finally:
        await console.close()


async def test_every_part_of_the_console_is_there(desk: Desk) -> None:
    paths = {one.route.path.split("/")[2] for one in registered(desk.app) if one.route.path.startswith("/console/")}
    assert paths >= {
        "assist", "audit", "conversations", "figures", "hours", "open-points", "practice", "review", "staff",
        "switches", "tickets",
    }  # fmt: skip
