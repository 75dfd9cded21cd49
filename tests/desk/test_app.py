"""The other paths: receipts, catalogue, health, page, and a description that tells the truth."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import jsonschema
import pytest
from starlette.routing import Route

from koujing.contract import reply_schema
from koujing.desk.openapi import openapi
from koujing.settings import Settings
from tests.desk.conftest import FakeRasa, MakeApp, open_client

pytestmark = pytest.mark.anyio


async def test_a_receipt_replays_the_reply_without_facts(client: httpx.AsyncClient) -> None:
    [reply] = (await client.post("/api/v1/ask", json={"text": "公司28个人"})).json()["replies"]
    response = await client.get(f"/api/v1/receipts/{reply['receipt'].lower()}", headers={"Authorization": ""})
    public = response.json()
    jsonschema.validate(public, reply_schema(), format_checker=jsonschema.FormatChecker())
    assert public["text"] == reply["text"]
    assert public["receipt"] == reply["receipt"]
    assert "28" not in json.dumps([public["facts"], public["reasons"], public["question"]])


async def test_the_catalogue_is_the_knowledge_s(client: httpx.AsyncClient) -> None:
    assert set((await client.get("/api/v1/catalogue")).json()) == {"matters", "facts", "regions"}


async def test_health_names_what_is_down(client: httpx.AsyncClient, rasa: FakeRasa) -> None:
    response = await client.get("/health")
    up = dict.fromkeys(("status", "desk", "rasa", "actions"), "up")
    well = {**up, "on": "2021-09-15", "demo_date": True, "wechat": None}
    assert (response.status_code, response.json()) == (200, well)
    rasa.down = {"actions"}
    response = await client.get("/health")
    assert (response.status_code, response.json()) == (503, {**well, "status": "down", "actions": "down"})


async def test_the_description_has_exactly_the_routes(make_app: MakeApp, client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()["paths"]
    routes = {
        route.path: {method.lower() for method in route.methods or () if method != "HEAD"}
        for route in make_app().routes
        if isinstance(route, Route) and route.include_in_schema
    }
    assert {path: set(operations) for path, operations in described.items()} == routes


def test_every_reference_in_the_description_leads_somewhere() -> None:
    document = openapi(Settings(), calls=True)
    assert "/api/v1/calls/{id}/transcript" in document["paths"]
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))):
        target: Any = document
        for step in reference.split("/"):
            target = target[step]
        assert target


async def test_answers_are_as_described(client: httpx.AsyncClient) -> None:
    document = openapi(Settings())
    resolver = jsonschema.RefResolver("", document)
    asked = {"text": "问"}
    for method, path, body, schema in [
        ("POST", "/api/v1/ask", asked, "Answer"),
        ("GET", "/api/v1/catalogue", None, "Catalogue"),
        ("GET", "/health", None, "Health"),
        ("GET", "/nowhere", None, "Error"),
    ]:
        answer = (await client.request(method, path, json=body)).json()
        jsonschema.validate(answer, document["components"]["schemas"][schema], resolver=resolver)
    jsonschema.validate(asked, document["components"]["schemas"]["Ask"], resolver=resolver)


async def test_the_desk_closes_its_connections_at_the_end(make_app: MakeApp, rasa: FakeRasa) -> None:
    app = make_app()
    async with app.router.lifespan_context(app), open_client(app) as client:
        assert (await client.get("/health")).is_success
    async with open_client(app) as client:
        assert (await client.get("/health")).status_code == 500
