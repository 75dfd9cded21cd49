"""Pushes are counted by what came of them."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from koujing.desk.wechat.errors import ApiError, QuotaError, UncertainError
from koujing.desk.wechat.measuring import MeasuredPush
from koujing.watching.desk import DeskMetrics

pytestmark = pytest.mark.anyio


class Push:
    usable = True

    def __init__(self) -> None:
        self.error: Exception | None = None

    async def send(self, openid: str, text: str) -> None:
        if self.error:
            raise self.error

    async def typing(self, openid: str) -> None: ...

    async def opened(self, openid: str, trigger: Any) -> None: ...


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "sent"),
        (UncertainError("timeout"), "doubtful"),
        (QuotaError("used up", 45047), "quota"),
        (OSError("gone"), "failed"),
    ],
)
async def test_each_outcome_is_counted(error: Exception | None, outcome: str) -> None:
    metrics, push = DeskMetrics(CollectorRegistry()), Push()
    push.error = error
    measured = MeasuredPush(push, metrics)
    assert measured.usable
    if error is None:
        await measured.send("o", "t")
    else:
        with pytest.raises((ApiError, OSError)):
            await measured.send("o", "t")
    assert metrics.registry.get_sample_value("koujing_wechat_pushes_total", {"outcome": outcome}) == 1
    assert metrics.registry.get_sample_value("koujing_stage_seconds_count", {"stage": "wechat_push"}) == 1
