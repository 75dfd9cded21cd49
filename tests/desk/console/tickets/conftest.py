"""A whole desk as for conversations, and tickets as people's browsers open and change them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from koujing.store.ticket_lists import TicketLists
from koujing.store.ticket_rows import Event, Ticket
from tests.desk.console.conftest import Browser
from tests.desk.console.talks.conftest import Desk, make_desk, time
from tests.desk.web.conftest import answered, say
from tests.desk.web.html import Element

__all__ = ["make_desk", "time"]

HOME = "/console/tickets"
FORM = {
    "title": "见习补贴",
    "question": "见习补贴怎么领",
    "kind": "question",
    "priority": "normal",
    "office": "auto",
    "matter": "internship_subsidy",
    "region": "葫芦岛市",
}


@pytest.fixture
async def desk(make_desk: Callable[..., Desk]) -> AsyncIterator[Desk]:
    desk = make_desk()
    say(desk.rasa, answered())
    yield desk
    await desk.close()


@dataclass
class Clerk:
    """Somebody at the tickets."""

    desk: Desk
    browser: Browser
    name: str = "wang"

    async def again(self) -> None:
        """Sign in again: after so much time the session is over."""
        assert (await self.browser.sign_in(self.name)).status_code == 303

    async def open(self, key: str | None = None, **form: str) -> Ticket:
        """A ticket by its form."""
        response = await self.browser.post(HOME, {"key": key or uuid4().hex, "source": "manual", **FORM, **form})
        assert response.status_code == 303, response.text
        return self.lists.get(int(response.headers["location"].split("?")[0].rsplit("/", 1)[1]))

    async def act(self, ticket: Ticket, act: str, **form: str) -> httpx.Response:
        """An act, for the version of the ticket that is given."""
        given = {"key": uuid4().hex, "version": str(ticket.version), **form}
        return await self.browser.post(f"{HOME}/{ticket.id}/{act}", given)

    async def does(self, ticket: Ticket, act: str, **form: str) -> Ticket:
        """An act that is done; the ticket as it is after."""
        response = await self.act(self.lists.get(ticket.id), act, **form)
        assert response.status_code == 303, response.text
        return self.lists.get(ticket.id)

    async def page(self, ticket: Ticket) -> Element:
        return await self.browser.page(f"{HOME}/{ticket.id}")

    def history(self, ticket: Ticket) -> list[Event]:
        return self.lists.history(ticket.id)

    @property
    def lists(self) -> TicketLists:
        return TicketLists(self.desk.engine)


MakeClerk = Callable[..., Any]


@pytest.fixture
def make_clerk(desk: Desk) -> MakeClerk:
    async def make(name: str = "wang", *roles: str, office: str | None = None) -> Clerk:
        return Clerk(desk, (await desk.operator(name, *roles, office=office)).browser, name)

    return make


@pytest.fixture
async def clerk(make_clerk: MakeClerk) -> Clerk:
    made: Clerk = await make_clerk()
    return made


def text_of(page: Element) -> str:
    """Its words on one line."""
    return re.sub(r"\s+", " ", page.text)
