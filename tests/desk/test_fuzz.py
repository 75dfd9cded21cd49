"""The whole description (OpenAPI) tried with requests made from it, right and wrong ones, by schemathesis.

No answer may be a server error, have a status, a type or a body that the description does not know, and wrong requests
must be refused. `FUZZ_EXAMPLES` sets how many are tried of each kind (`make fuzz`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi import from_dict

from koujing.answering.refusals import refusal
from koujing.desk.openapi import openapi
from koujing.knowledge.base import Knowledge
from koujing.settings import Settings
from tests.desk.conftest import DEMO_DATE, FakeRasa, desk
from tests.desk.web.conftest import asking, say
from tests.desk.web.serving import serving

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))
COUNT = Path(os.environ["FUZZ_COUNT"]) if "FUZZ_COUNT" in os.environ else None
WEB = "/api/v1/web"
SCHEMA = from_dict(openapi(Settings()))
OPERATIONS = {operation.label: operation for operation in (result.ok() for result in SCHEMA.get_all_operations())}
# Wrong requests can be made where there is a body, or a query that is not free.
KINDS = [
    *((label, GenerationMode.POSITIVE) for label in OPERATIONS),
    *(
        (label, GenerationMode.NEGATIVE)
        for label in OPERATIONS
        if label.startswith("POST") or label.endswith("/events")
    ),
]
ALWAYS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
UNLIMITED = dict.fromkeys(
    [
        "requests_per_minute", "lookups_per_minute", "web_messages_per_minute", "web_address_per_minute",
        "web_reads_per_minute",
    ],
    1_000_000,
)  # fmt: skip


@dataclass
class Desk:
    """A running desk, and the handles that only it can give."""

    http: httpx.Client

    def session(self) -> dict[str, str]:
        """Headers of a new visitor who has asked, been asked back, and wants to be called."""
        opened = self.http.post(f"{WEB}/session", json={"site": "demo"}).json()
        headers = {"Authorization": f"Bearer {opened['token']}"}
        self.http.post(f"{WEB}/messages", json={"message_id": str(uuid4()), "text": "问"}, headers=headers)
        return headers

    def live(self, headers: dict[str, str]) -> dict[str, Any]:
        """What can be named in a request of this visitor."""
        events = self.http.get(f"{WEB}/events", params={"after": 1, "wait": 5}, headers=headers).json()["events"]
        while not any(event["type"] == "reply" for event in events):
            after = events[-1]["id"] if events else 0
            events += self.http.get(f"{WEB}/events", params={"after": after, "wait": 5}, headers=headers).json()[
                "events"
            ]
        view = next(event["view"] for event in events if event["type"] == "reply")
        wish = {"phone": "13812345678", "consent": True}
        code = self.http.post(f"{WEB}/callbacks", json=wish, headers=headers).json()["code"]
        option = view["ask"]["options"][0]["id"]
        return {"receipt": view["receipt"], "option": option, "code": code, "phone": "13812345678", "site": "demo"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Iterator[Desk]:
    rasa = FakeRasa()
    say(rasa, asking("葫芦岛市", "广州市"))
    settings = Settings(data=Path(tmp_path_factory.mktemp("fuzz")), today=DEMO_DATE, secret="s" * 32, **UNLIMITED)
    app, engine = desk(settings, rasa, partial(refusal, knowledge), knowledge)
    with serving(app) as address, httpx.Client(base_url=address, timeout=30, trust_env=False) as http:
        http.headers["Origin"] = address
        yield Desk(http)
    engine.dispose()


@pytest.mark.parametrize(("label", "mode"), KINDS)
def test_every_answer_is_as_described(running: Desk, label: str, mode: GenerationMode) -> None:
    operation = OPERATIONS[label]

    # What fails is told as it is: to make it smaller, or to explain it, would take minutes.
    @how(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans(), live=st.booleans())
    def each(case: schemathesis.Case, known: bool, live: bool) -> None:
        response = _sent(running, case, known=known, live=live and mode is GenerationMode.POSITIVE)
        _count()
        refusing = [checks.negative_data_rejection] if _wrong_body(case) else []
        case.validate_response(response, checks=[*ALWAYS, *refusing])

    each()


def _sent(running: Desk, case: schemathesis.Case, *, known: bool, live: bool) -> httpx.Response:
    """The request sent, for half of them by who is known; `live` ones name what is there."""
    web = case.operation.path.startswith(WEB)
    if known and web:
        headers = running.session()
        if live:
            _enliven(case, running.live(headers))
        case.headers.update({**headers, "Origin": running.http.headers["Origin"]})
    elif known:
        case.headers["Authorization"] = "Bearer demo"
    if "wait" in (case.query or {}):
        case.query["wait"] = "0"  # whether it waits is not the question here
    request = case.as_transport_kwargs(base_url=str(running.http.base_url))
    request.pop("cookies")
    request["headers"] = {name: value.strip() for name, value in request["headers"].items()}
    if "data" in request:
        request["content"] = request.pop("data")
    if "json" in request:
        # Written here, since httpx cannot write half a character.
        request["content"] = json.dumps(request.pop("json")).encode()
    return running.http.request(**request)


def _count() -> None:
    """One byte a request into the file that `make fuzz` names."""
    if COUNT is not None:
        with COUNT.open("ab") as file:
            file.write(b".")


def _wrong_body(case: schemathesis.Case) -> bool:
    body = case.meta.components.get(ParameterLocation.BODY) if case.meta else None
    return body is not None and body.mode is GenerationMode.NEGATIVE


def _enliven(case: schemathesis.Case, there: dict[str, Any]) -> None:
    for part in (case.body, case.path_parameters):
        if isinstance(part, dict):
            part.update({name: value for name, value in there.items() if name in part})
