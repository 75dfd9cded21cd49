"""Labels stay within closed sets, whatever a reply says."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from koujing.watching.desk import DeskMetrics


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def made(seconds: Any = None) -> DeskMetrics:
    known = {"regions": ["huludao"], "matters": ["allowance"], "kinds": ["nonsense"]}
    return DeskMetrics(CollectorRegistry(), **known, **({"seconds": seconds} if seconds else {}))


def value(metrics: DeskMetrics, name: str, **labels: str) -> float | None:
    found: float | None = metrics.registry.get_sample_value(name, labels)
    return found


def test_what_is_not_known_is_other() -> None:
    metrics = made()
    closed = [{"state": "closed"}]
    replies = [
        {"status": "answered", "region": "huludao", "matter": "allowance", "windows": closed},
        {"status": "determined", "region": "13900001111", "matter": "x", "windows": []},
        {"status": "refused", "kind": "我叫某某", "region": None, "matter": None},
        {"status": "refused", "kind": "nonsense", "region": None, "matter": None},
    ]
    metrics.message("web", 0.02, replies)
    assert value(metrics, "koujing_replies_total", status="answered", channel="web", region="huludao") == 1
    assert value(metrics, "koujing_replies_total", status="determined", channel="web", region="other") == 1
    assert value(metrics, "koujing_matter_replies_total", matter="other", status="determined") == 1
    assert value(metrics, "koujing_closed_window_replies_total", matter="allowance") == 1
    assert value(metrics, "koujing_refusals_total", kind="other") == 1
    assert value(metrics, "koujing_refusals_total", kind="nonsense") == 1
    assert value(metrics, "koujing_messages_total", channel="web") == 1
    assert value(metrics, "koujing_answer_seconds_bucket", channel="web", le="0.025") == 1
    assert value(metrics, "koujing_answer_seconds_bucket", channel="web", le="0.01") == 0


@pytest.mark.parametrize("status", ["referred", "quoted", "clarifying", "outside_scope", "outside_region"])
def test_abstentions_are_counted_by_kind(status: str) -> None:
    metrics = made()
    metrics.message("api", 0.1, [{"status": status, "region": None, "matter": None}])
    assert value(metrics, "koujing_abstentions_total", kind=status, channel="api") == 1


def test_a_reading_that_is_not_sure_is_counted() -> None:
    metrics = made()
    for reading in ({"share": 0.59}, {"share": 0.6}, {"share": None}, {}):
        metrics.heard(reading)
    assert value(metrics, "koujing_doubtful_readings_total") == 1


def test_a_stage_that_fails_took_its_time_too() -> None:
    seconds = Seconds()
    metrics = made(seconds)

    def failing() -> None:
        with metrics.stages.stage("rasa"):
            seconds.now += 3.0
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert value(metrics, "koujing_stage_seconds_sum", stage="rasa") == 3.0


def test_a_limit_that_was_hit_is_counted_by_surface() -> None:
    metrics = made()
    metrics.request("ask", 429, 0.001)
    metrics.request("ask", 200, 0.001)
    metrics.limited("wechat")
    assert value(metrics, "koujing_limits_hit_total", kind="ask") == 1
    assert value(metrics, "koujing_limits_hit_total", kind="wechat") == 1
    assert value(metrics, "koujing_http_requests_total", surface="ask", code="200") == 1
