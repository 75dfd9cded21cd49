"""Who may read the metrics."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry, Counter

from koujing.watching.exposing import may_read, text_of

KEY = "k" * 24


@pytest.mark.parametrize(
    ("host", "headers", "key", "may"),
    [
        ("127.0.0.1", {}, None, True),
        ("::1", {}, KEY, True),
        ("10.0.0.5", {}, None, False),
        ("10.0.0.5", {}, KEY, False),
        ("10.0.0.5", {"authorization": f"Bearer {KEY}"}, KEY, True),
        ("10.0.0.5", {"authorization": f"bearer {KEY}"}, KEY, True),
        ("10.0.0.5", {"authorization": "Bearer wrong"}, KEY, False),
        ("127.0.0.1", {"authorization": "Bearer wrong"}, KEY, False),
        ("10.0.0.5", {"authorization": f"Bearer {KEY}"}, None, False),
        # Through a proxy on this machine everybody comes from loopback.
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, None, False),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, KEY, False),
        ("127.0.0.1", {"forwarded": "for=203.0.113.9"}, None, False),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9", "authorization": f"Bearer {KEY}"}, KEY, True),
        (None, {}, None, False),
        ("testclient", {}, None, False),
    ],
)
def test_only_this_machine_without_a_proxy_or_the_key(
    host: str | None, headers: dict[str, str], key: str | None, may: bool
) -> None:
    assert may_read(host, headers, key) is may


def test_the_text_is_prometheus_own() -> None:
    registry = CollectorRegistry()
    Counter("koujing_things_total", "Things.", registry=registry).inc()
    body, content_type = text_of(registry, "")
    assert b"koujing_things_total 1.0" in body
    assert content_type.startswith("text/plain")
