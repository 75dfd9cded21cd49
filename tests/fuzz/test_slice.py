"""A short slice of `make fuzz`: every parser and every route, the same inputs at every run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.desks import fuzzed_desk
from tests.fuzz.requests import flaws, send
from tests.fuzz.targets import TARGETS

SLOW = {"reading": 6, "sheets": 10}


@pytest.mark.parametrize("name", TARGETS)
def test_a_parser_refuses_in_words_or_not_at_all(name: str) -> None:
    target = TARGETS[name]()

    @settings(max_examples=SLOW.get(name, 60), suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(st.binary(min_size=4, max_size=400))
    def each(data: bytes) -> None:
        target(data)

    each()


@pytest.mark.anyio
async def test_no_request_is_an_error_of_ours(tmp_path: Path) -> None:
    wrong = []
    async with fuzzed_desk(tmp_path, seed=7) as making:
        for _ in range(250):
            request = making.next()
            found = flaws(request, *await send(making.app, request))
            wrong += [f"{one}: {request.told()}" for one in found]
    assert wrong == []
