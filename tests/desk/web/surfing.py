"""A browser without script: follows links, presses the buttons of forms, keeps cookies."""

from __future__ import annotations

from typing import Any

import httpx
from starlette.applications import Starlette

from tests.desk.web.html import Element, flaws, parse

DESK = "http://desk"


class Surfer:
    """One browser; `page` is what it shows."""

    def __init__(self, app: Starlette) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url=DESK)
        self.page = Element("", {})
        self.response = httpx.Response(0)
        self.location = ""

    async def go(self, address: str, **how: Any) -> Element:
        """Open an address; the page must be without flaws."""
        return self._shown(await self.http.get(address, follow_redirects=True, **how))

    async def press(self, name: str, fields: dict[str, str] | None = None, **where: str) -> Element:
        """Press the button with this name, with fields filled in; `where` are attributes of its form."""
        for form in self.page.all("form", **where):
            for button in form.all("button"):
                if button.text == name:
                    return await self.post(form["action"], {**hidden(form), **own(button), **(fields or {})})
        raise AssertionError(f"no button {name}: {[button.text for button in self.page.all('button')]}")

    async def ask(self, text: str) -> Element:
        """Type and send."""
        form = self.page.one("form", class_="composer")
        return await self.post(form["action"], {**hidden(form), "text": text})

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> Element:
        """Post a form as a browser does; after 303 what follows is shown."""
        sent = {"Origin": DESK, "Sec-Fetch-Site": "same-origin", **headers}
        response = await self.http.post(path, data=fields, headers=sent)
        if response.status_code == 303:
            self.location = response.headers["location"]
            response = await self.http.get(self.location)
        return self._shown(response)

    def _shown(self, response: httpx.Response) -> Element:
        self.response = response
        self.page = parse(response.text)
        assert flaws(self.page) == []
        return self.page


def hidden(form: Element) -> dict[str, str]:
    """The fields that a form sends without anyone doing anything."""
    kept = [field for field in form.all("input") if field.get("type") == "hidden" or "checked" in field.attributes]
    return {field["name"]: field.get("value") or "" for field in kept}


def own(button: Element) -> dict[str, str]:
    """What pressing a button adds."""
    return {button["name"]: button["value"]} if "name" in button.attributes else {}
