"""Raw ASGI requests at a whole desk in this process: every route, with what browsers, programs and attackers send.

Made by a seed: the same seed makes the same requests. Below HTTP, where a client library would refuse to send such things.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.routing import Route

from koujing.desk.headers import HEADERS
from koujing.settings import ROOT
from tests.fuzz.made import EVIL, NASTY, mutated, text_of

__all__ = ["Request", "Requests", "flaws", "send"]

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_FIELD = re.compile(r"""\.(?:get|getlist)\(\s*"(\w+)"|\bname="(\w+)"|text_field\(\w+, "(\w+)\"""")
_METHODS = ("GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "FOO")
_PATIENCE = 60
# Behind these nobody would be signed in any more; other tests go there. Neither is anybody's account changed (below).
_ENDING = ("/console/sign-out", "/api/v1/web/session", "/chat/clear")
_RANDOM_BYTES = 40


@dataclass
class Request:
    """One request, with who sends it: nobody, a program with a key, a visitor, or somebody of the staff."""

    method: str
    path: bytes
    query: bytes
    headers: list[tuple[bytes, bytes]]
    chunks: list[bytes]
    cut: bool

    def told(self) -> str:
        """The request as it can be made again."""
        return json.dumps({name: repr(value) for name, value in vars(self).items()}, ensure_ascii=False, indent=1)


@dataclass
class Requests:
    """Makes requests at the routes of an app."""

    app: Starlette
    chance: random.Random
    visitor: str
    cookies: list[str]
    ids: list[str]
    fields: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fields = self.fields or sorted(_fields())
        self.paths = [
            (route.path, sorted(route.methods or ())) for route in self.app.routes if isinstance(route, Route)
        ]

    def next(self) -> Request:
        """The next one."""
        chance = self.chance
        path, methods = chance.choice(self.paths)
        ids = [] if path.startswith("/console/staff/") else self.ids
        method = chance.choice(methods) if chance.random() < 0.85 else chance.choice(_METHODS)
        path = _PARAMETER.sub(
            lambda match: _path_safe(self._value(ids), chance, whole=match[0].endswith(":path}")), path
        )
        raw = path.encode("utf-8", "surrogatepass")
        if chance.random() < 0.05:
            raw = mutated(raw, chance)
        # The server refuses any other before it is a request.
        raw = bytes(byte for byte in raw if 0x20 < byte < 0x7F and byte not in b"?#")
        query = self._pairs(4) if chance.random() < 0.5 else ""
        raw_query = query.encode("utf-8", "surrogatepass")
        if chance.random() < 0.1:
            raw_query = mutated(raw_query, chance)
        kind, body = self._body() if method not in ("GET", "HEAD") else (None, b"")
        cut = bool(body) and chance.random() < 0.03
        chunks = [body[at : at + 700] for at in range(0, len(body), 700)] if chance.random() < 0.2 else [body]
        return Request(method, raw, raw_query, self._headers(kind), chunks, cut)

    def _value(self, ids: list[str] | None = None) -> str:
        chance, ids = self.chance, self.ids if ids is None else ids
        match chance.randrange(4):
            case 0 if ids:
                return chance.choice(ids)
            case 1:
                return text_of(chance.randbytes(_RANDOM_BYTES))
            case _:
                return chance.choice(NASTY)

    def _pairs(self, most: int) -> str:
        chance = self.chance
        pairs = [(chance.choice(self.fields), self._value()) for _ in range(chance.randrange(most + 1))]
        return urlencode(pairs, errors="surrogatepass", encoding="utf-8")

    def _json(self, depth: int = 0) -> Any:
        chance = self.chance
        if depth == 0:
            return {chance.choice([*self.fields, self._value()]): self._json(1) for _ in range(chance.randrange(7))}
        plain: list[Any] = [self._value(), None, True, 0, -1, 10**30, 1.5, float("inf"), float("nan"), [], {}]
        if depth < 4 and chance.random() < 0.2:
            return [self._json(depth + 1), {self._value(): self._json(depth + 1)}]
        return chance.choice([*plain, self._value(), self._value()])

    def _body(self) -> tuple[str | None, bytes]:
        chance = self.chance
        match chance.randrange(8):
            case 0 | 1:
                kind, body = (
                    "application/json",
                    json.dumps(self._json(), ensure_ascii=chance.random() < 0.7).encode("utf-8", "surrogatepass"),
                )
            case 2 | 3 | 4:
                kind, body = "application/x-www-form-urlencoded", self._pairs(12).encode("utf-8", "surrogatepass")
            case 5:
                kind = "multipart/form-data; boundary=x"
                body = f'--x\r\nContent-Disposition: form-data; name="{chance.choice(self.fields)}"\r\n\r\n{self._value()}\r\n--x--'.encode(
                    "utf-8", "surrogatepass"
                )
            case 6:
                kind, body = (
                    "text/xml",
                    f"<xml><MsgType>text</MsgType><Content>{self._value()}</Content></xml>".encode(
                        "utf-8", "surrogatepass"
                    ),
                )
            case _:
                kind, body = (
                    chance.choice([None, "text/plain", "application/json; charset=gbk", self._value()]),
                    chance.randbytes(60),
                )
        if chance.random() < 0.15:
            body = mutated(body, chance)
        if chance.random() < 0.01:
            body = b"[" * 100_000 + body
        if chance.random() < 0.01:
            body = body * 3000
        return kind, body[:600_000]

    def _headers(self, kind: str | None) -> list[tuple[bytes, bytes]]:
        chance = self.chance
        headers = [
            ("host", "localhost"),
            ("accept", chance.choice(["text/html", "application/json", "*/*", "text/event-stream"])),
        ]
        if chance.random() < 0.85:
            headers += [("origin", "http://localhost"), ("sec-fetch-site", "same-origin")]
        if kind is not None:
            headers.append(("content-type", kind))
        if chance.random() < 0.7:
            headers.append(("cookie", chance.choice(self.cookies)))
        if chance.random() < 0.6:
            headers.append(
                (
                    "authorization",
                    chance.choice([f"Bearer {self.visitor}", "Bearer demo", f"Bearer {self._value()}", self._value()]),
                )
            )
        for _ in range(chance.choice((0, 0, 0, 1, 2))):
            name = chance.choice(
                [
                    "host",
                    "cookie",
                    "accept",
                    "accept-encoding",
                    "range",
                    "if-none-match",
                    "if-modified-since",
                    "last-event-id",
                    "origin",
                    "sec-fetch-site",
                    "content-type",
                    "content-length",
                    "referer",
                    "x-forwarded-for",
                    "forwarded",
                    "expect",
                    "access-control-request-method",
                    "user-agent",
                    "if-range",
                    "transfer-encoding",
                ]
            )
            headers.insert(
                chance.randrange(len(headers) + 1),
                (
                    name,
                    chance.choice(
                        [
                            self._value(),
                            f"koujing_chat={self._value()}",
                            f"koujing_console={self._value()}; koujing_display={self._value()}",
                            "bytes=0-1,5-",
                            "bytes=-0",
                            "[",
                        ]
                    ),
                ),
            )
        if chance.random() < 0.005:
            headers += [("x-many", "1")] * 200
        return [(name.encode(), value.encode("utf-8", "surrogatepass")) for name, value in headers]


async def send(app: Starlette, request: Request) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """The answer. Behind its last byte the client is gone, so that an event stream ends.

    Raises:
        Exception: what the app raises, or a protocol that no server could speak.
    """
    path = request.path.split(b"?")[0]
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": request.method,
        "scheme": "http", "path": _unquoted(path), "raw_path": path, "root_path": "",
        "query_string": request.query, "headers": request.headers, "client": ("127.0.0.1", 50000), "server": ("localhost", 80), "state": {},
    }  # fmt: skip
    left = list(request.chunks)
    status, headers, body, ended = 0, [], bytearray(), False

    async def receive() -> dict[str, Any]:
        if left and not (request.cut and len(left) == 1):
            return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}
        if not request.cut:
            await asyncio.sleep(0.02)
        return {"type": "http.disconnect"}

    async def take(message: dict[str, Any]) -> None:
        nonlocal status, headers, ended
        if message["type"] == "http.response.start":
            assert not status, "two answers"
            status, headers = message["status"], list(message["headers"])
            for name, value in headers:
                assert not re.search(rb"[\x00-\x1f\x7f]", name + value), f"a header could be split: {value!r}"
        elif message["type"] == "http.response.body":
            assert status, "a body before its head"
            assert not ended, "more behind the end"
            body.extend(message.get("body", b""))
            ended = not message.get("more_body", False)

    await asyncio.wait_for(app(scope, receive, take), _PATIENCE)
    return status, headers, bytes(body)


def flaws(request: Request, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> list[str]:
    """What is wrong with an answer, whatever was asked."""
    if request.cut and not status:
        return []
    given = {name.decode().lower(): value.decode("latin-1") for name, value in headers}
    wrong = [f"no {name}" for name in HEADERS if name.lower() not in given]
    if status >= 500 and not (
        status == 503 and ("retry-after" in given or request.path == b"/wechat" or request.path.startswith(b"/health"))
    ):
        wrong.append(f"status {status}")
    if not 200 <= status < 600:
        wrong.append(f"status {status}")
    if "html" in given.get("content-type", "") and EVIL[:7].encode() in body:
        wrong.append("markup came out as it went in")
    if "application/json" in given.get("content-type", "") and body and request.method != "HEAD":
        json.loads(body)
    return wrong


def _fields() -> set[str]:
    """The names of all fields that a page or a program may send, from the desk's own source."""
    found: set[str] = set()
    for path in [*(ROOT / "koujing" / "desk").rglob("*.py"), *(ROOT / "koujing" / "desk").rglob("*.html")]:
        found |= {name for names in _FIELD.findall(Path(path).read_text(encoding="utf-8")) for name in names if name}
    return found | {"text", "session", "region", "as_of", "facts", "message_id", "script", "insured_count"}


def _path_safe(value: str, chance: random.Random, *, whole: bool) -> str:
    quoted = quote(value[:300].encode("utf-8", "surrogatepass"), safe="/" if whole else "")
    return quoted if chance.random() < 0.9 else value[:300]


def _unquoted(raw: bytes) -> str:
    """As uvicorn does it."""
    from urllib.parse import unquote

    return unquote(raw.decode("ascii"))
