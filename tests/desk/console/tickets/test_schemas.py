"""What is due is described as it is answered."""

from __future__ import annotations

import jsonschema
import pytest

from koujing.desk.console.tickets.schemas import ticket_paths, ticket_schemas
from tests.desk.console.conftest import Time
from tests.desk.console.talks.conftest import Desk
from tests.desk.console.tickets.conftest import Clerk

pytestmark = pytest.mark.anyio


async def test_the_answer_fits_its_description(desk: Desk, clerk: Clerk, time: Time) -> None:
    await clerk.open(office="")
    await clerk.open(office="general")
    time.pass_(days=9)
    [path] = ticket_paths()
    answer = (await desk.api().get(path)).json()
    assert len(answer["tickets"]) == 2
    jsonschema.validate(answer, ticket_schemas()["TicketsDue"])
