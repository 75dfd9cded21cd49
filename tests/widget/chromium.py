"""Debian's Chromium under Playwright, and a page with the widget on it whose desk the test plays. No server, no network."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

from koujing.desk.web.embed import csp_lines
from koujing.desk.web.widget import FOLDER, Widget, load_widget
from koujing.settings import ROOT

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HOST = "https://widget.test"
API = "/api/v1/web/"
POLICY = "; ".join(["default-src 'none'", *csp_lines(HOST)])
NARROW = {"width": 320, "height": 568}

View = dict[str, Any]
Answer = Callable[[str], list[View]]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for as long as it is needed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def view(**given: Any) -> View:
    """A View as `koujing.desk.web.view` makes it, with nothing but what is given."""
    empty: View = dict.fromkeys(["badge", "plain", "ask", "handoff", "region", "basis"])
    lists = ["points", "reasons", "changes", "amounts", "windows", "citations", "items", "suggestions", "contacts"]
    empty |= {name: [] for name in [*lists, "calibers"]}
    said = {
        "receipt": "AAAA00000001",
        "status": "answered",
        "label": "答复",
        "summary": "一句话。",
        "text": ["一句话。"],
    }
    return {**empty, **said, "on": "2021年9月15日", "feedback": False, **given}


def options(*labels: str) -> list[dict[str, str]]:
    return [{"id": f"AAAA00000001.{n}", "label": label} for n, label in enumerate(labels, 1)]


def ask(question: str, *labels: str, mode: str = "text", unit: str | None = None) -> dict[str, Any]:
    given = {"mode": mode, "unit": unit}
    return {"question": question, "why": None, "type": "choice", "options": options(*labels), "input": given}


@dataclass
class Desk:
    """The desk as the widget meets it: sessions, events, and whatever trouble a test asks for."""

    answer: Answer = lambda text: [view(text=[f"答：{text}"], summary=f"答：{text}")]
    events: list[dict[str, Any]] = field(default_factory=list)
    posted: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    sessions: int = 0
    dead: set[str] = field(default_factory=set)
    # Answers given in place of the real one, to the next POST of messages: (status, code, headers), or None for no network.
    trouble: list[tuple[int, str, dict[str, str]] | None] = field(default_factory=list)
    cut: bool = False
    lost: bool = False
    page: str = ""
    strict: bool = False

    def event(self, **given: Any) -> int:
        """Something happens in the session."""
        self.events.append({"id": len(self.events) + 1, "at": "2021-09-15T09:00:00+08:00", **given})
        return len(self.events)

    def route(self, route: Route, request: Request) -> None:
        """Answer the browser."""
        path = urlsplit(request.url).path
        if path.startswith(FOLDER):
            self._file(route, path.removeprefix(FOLDER))
        elif not path.startswith(API):
            route.fulfill(body=self.page, content_type="text/html", headers=_policy(strict=self.strict))
        elif self.cut:
            route.abort("internetdisconnected")
        else:
            self.calls.append(f"{request.method} {path.removeprefix(API)}")
            self._api(route, request, path.removeprefix(API))

    def _file(self, route: Route, name: str) -> None:
        asset = next(each for each in _widget().assets if name in (each.name, each.hashed))
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(body=asset.body, content_type=asset.media, headers=headers)

    def _api(self, route: Route, request: Request, path: str) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if (request.method, path) == ("POST", "session"):
            self.sessions += 1
            _json(route, 201, session(f"v1.{self.sessions}"))
        elif token in self.dead or not token:
            _refuse(route, 401, "session_expired")
        elif path == "messages":
            self._message(route, request.post_data_json)
        elif path == "events":
            self._events(route, request)
        elif path == "callbacks":
            body = request.post_data_json
            self.posted.append(body)
            _json(route, 201, {"code": "K7Q2", "revocable_until": "2099-01-01T00:00:00+08:00"})
        elif path == "feedback":
            self.posted.append(request.post_data_json)
            _json(route, 201, {})
        elif path == "transcript":
            route.fulfill(body="对话", content_type="text/plain")
        else:
            if path == "session":
                self.dead.add(token)
                self.events.clear()
            route.fulfill(status=204)

    def _message(self, route: Route, body: dict[str, Any]) -> None:
        if self.trouble:
            trouble = self.trouble.pop(0)
            return route.abort("connectionreset") if trouble is None else _refuse(route, *trouble)
        self.posted.append(body)
        known = [
            event for event in self.events if event["type"] == "message" and event["message_id"] == body["message_id"]
        ]
        said = body.get("text") or self._label(body["option"])
        at = known[0]["id"] if known else self.event(type="message", message_id=body["message_id"], text=said)
        if not known:
            for each in self.answer(said):
                self.event(type="reply", message_id=body["message_id"], view=each)
        if self.lost:
            self.lost = False
            return route.abort("connectionreset")
        return _json(route, 202, {"message_id": body["message_id"], "cursor": at})

    def _label(self, id: str) -> str:
        views = [event["view"] for event in self.events if event["type"] == "reply"]
        buttons = [
            one for each in views for one in [*(each["ask"] or {"options": []})["options"], *each["suggestions"]]
        ]
        return next(button["label"] for button in buttons if button["id"] == id)

    def _events(self, route: Route, request: Request) -> None:
        after = int(parse_qs(urlsplit(request.url).query)["after"][0])
        new = [event for event in self.events if event["id"] > after]
        if request.headers["accept"] == "text/event-stream":
            lines = [f"id: {event['id']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n" for event in new]
            route.fulfill(body="retry: 2000\n\n" + "".join(lines), content_type="text/event-stream")
        else:
            _json(route, 200, {"events": new, "cursor": new[-1]["id"] if new else after})


def session(token: str) -> dict[str, Any]:
    """What POST session answers."""
    site = {"id": "demo", "title": "就业政策咨询", "bureau": "示范局", "region": None, "region_name": "葫芦岛市"}
    site |= {"hours": "工作日 9:00–17:00", "notices": ["国庆休息。"], "kiosk_minutes": None}
    return {
        "token": token, "cursor": 0, "site": site, "limits": {"message_length": 1000, "per_minute": 20},
        "date": {"on": "2021-09-15", "demo": True, "text": "演示日期 2021年9月15日"}, "open_hours": True,
        "disclaimer": "以经办机构核定为准。", "reach": "本库收录至2021年7月26日的文件。", "privacy_url": "/privacy",
    }  # fmt: skip


def html(attributes: str = 'data-site="demo"', inside: str = "<main><h1>示范局</h1></main>", head: str = "") -> str:
    """A page that embeds the widget as the documentation says."""
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    script = f'<script src="{HOST}{FOLDER}koujing-chat.js" defer {attributes}></script>'
    return f'<!DOCTYPE html><html lang="zh-CN"><head>{meta}<title>示范</title>{head}{script}</head><body>{inside}</body></html>'


def visit(browser: Browser, desk: Desk, **context: Any) -> Page:
    """A new person's browser on the page. Errors on the page, and violations of its policy, fail the test."""
    made = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **context})
    made.route(f"{HOST}/**", desk.route)
    page = made.new_page()
    page.set_default_timeout(8000)
    page.problems = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
    page.on("console", lambda said: _complaint(page, said.text))
    desk.page = desk.page or html()
    page.goto(f"{HOST}/")
    page.locator("koujing-chat .panel").wait_for(state="attached")
    return page


def opened(browser: Browser, desk: Desk, **context: Any) -> Page:
    """The same with the window open and the offer of the elder mode declined."""
    page = visit(browser, desk, **context)
    page.locator(".launcher").click()
    page.get_by_role("button", name="不用了").click()
    page.locator(".meta", has_text="演示日期").wait_for()
    return page


def say(page: Page, text: str) -> None:
    """Type and send, and wait for the answer."""
    count = page.locator("li.reply").count()
    page.locator("textarea").fill(text)
    page.locator("textarea").press("Enter")
    page.locator("li.reply").nth(count).wait_for()


@cache
def _widget() -> Widget:
    return load_widget(ROOT / "widget")


def _complaint(page: Page, text: str) -> None:
    if "Content Security Policy" in text or re.search(r"violat", text):
        page.problems.append(text)  # type: ignore[attr-defined]


def _policy(*, strict: bool) -> dict[str, str]:
    return {"Content-Security-Policy": POLICY} if strict else {}


def _json(route: Route, status: int, body: dict[str, Any]) -> None:
    route.fulfill(status=status, json=body)


def _refuse(route: Route, status: int, code: str, headers: dict[str, str] | None = None) -> None:
    body = json.dumps({"error": {"code": code, "message": f"不行：{code}", "hint": ""}}, ensure_ascii=False)
    route.fulfill(status=status, body=body, content_type="application/json", headers=headers or {})
