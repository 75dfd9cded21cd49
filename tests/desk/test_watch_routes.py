"""`/metrics`, `/health/live`, `/health/ready`, and what a message leaves in metrics and logs."""

from __future__ import annotations

import asyncio
import logging
import re

import httpx
import pytest

from tests.desk.conftest import FakeRasa, MakeApp, open_client

pytestmark = pytest.mark.anyio

KEY = "m" * 20
ASKED = "我家楼下的公司把我裁了怎么办"


async def metrics(client: httpx.AsyncClient, **headers: str) -> str:
    response = await client.get("/metrics", headers={"Authorization": "", **headers})
    assert response.status_code == 200, response.text
    return response.text


def value(text: str, series: str) -> float:
    found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    assert found, series
    return float(found[1])


async def test_every_message_is_counted_once(client: httpx.AsyncClient) -> None:
    for _ in range(2):
        sent = await client.post("/api/v1/ask", json={"text": ASKED, "session": "s", "message_id": "m1"})
        assert sent.is_success
    await client.post("/api/v1/ask", json={"text": "/restart"})
    text = await metrics(client)
    assert value(text, 'koujing_messages_total{channel="api"}') == 2
    assert value(text, 'koujing_replies_total{channel="api",region="none",status="smalltalk"}') == 1
    assert value(text, 'koujing_stage_seconds_count{stage="rasa"}') == 1
    assert value(text, 'koujing_stage_seconds_count{stage="store_write"}') == 2
    assert value(text, 'koujing_part_up{part="database"}') == 1
    assert value(text, 'koujing_redis_state{state="memory"}') == 1
    assert value(text, "koujing_demo_date") == 1
    assert ASKED not in text


async def test_what_rasa_does_not_answer_is_counted_as_failed(client: httpx.AsyncClient, rasa: FakeRasa) -> None:
    rasa.down = {"rasa"}
    assert (await client.post("/api/v1/ask", json={"text": ASKED})).status_code == 503
    text = await metrics(client)
    assert value(text, 'koujing_messages_failed_total{channel="api",reason="unavailable"}') == 1
    assert value(text, "koujing_rasa_unavailable_total") == 1
    assert value(text, 'koujing_part_up{part="rasa"}') == 0


async def test_limits_are_counted_by_what_was_asked_for(make_app: MakeApp) -> None:
    async with open_client(make_app(requests_per_minute=1)) as client:
        for _ in range(3):
            await client.post("/api/v1/ask", json={"text": ASKED})
        assert value(await metrics(client), 'koujing_limits_hit_total{kind="ask"}') == 2


async def test_the_metrics_are_not_public(make_app: MakeApp) -> None:
    async with open_client(make_app(metrics_key=KEY)) as client:
        through = await client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.1", "Authorization": ""})
        assert through.status_code == 401
        assert (await client.get("/metrics", headers={"Authorization": "Bearer demo"})).status_code == 401
        await metrics(client, **{"X-Forwarded-For": "203.0.113.1", "Authorization": f"Bearer {KEY}"})


async def test_alive_is_not_ready(make_app: MakeApp, rasa: FakeRasa) -> None:
    app = make_app()
    async with open_client(app) as client:
        ready = await client.get("/health/ready")
        up = {"database": "up", "rasa": "up", "actions": "up"}
        assert (ready.status_code, ready.json()) == (200, {"status": "ready", **up})
        app.state.drain()
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()) == (503, {"status": "draining", **up})
        assert (await client.get("/health/live")).json() == {"status": "up"}


async def test_not_ready_names_the_part(make_app: MakeApp, rasa: FakeRasa) -> None:
    rasa.down = {"actions"}
    async with open_client(make_app()) as client:
        ready = await client.get("/health/ready")
        assert ready.status_code == 503
        assert ready.headers["retry-after"] == "1"
        assert ready.json()["actions"] == "down"
        assert (await client.get("/health/live")).is_success


async def test_one_line_a_message_and_not_a_word_of_it(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        response = await client.post("/api/v1/ask", json={"text": ASKED, "session": "s", "message_id": "m1"})
        # Written once the answer is on its way.
        await asyncio.sleep(0)
    [line] = [record for record in caplog.records if record.message == "answered"]
    fields = line.fields  # type: ignore[attr-defined]
    assert fields["receipts"] == [response.json()["replies"][0]["receipt"]]
    assert (fields["channel"], fields["message"], fields["statuses"]) == ("api", "m1", ["smalltalk"])
    assert ASKED not in caplog.text
    assert not any(ASKED in str(vars(record)) for record in caplog.records)


async def test_every_response_has_an_id_of_our_own(client: httpx.AsyncClient) -> None:
    first = await client.get("/health/live", headers={"X-Request-Id": "13900001111"})
    second = await client.get("/health/live")
    ids = {first.headers["x-request-id"], second.headers["x-request-id"]}
    assert len(ids) == 2
    assert all(re.fullmatch(r"[0-9a-f]{16}", id) for id in ids)
