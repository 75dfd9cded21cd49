"""What is counted of every message at the desk. Labels are of closed sets: no person, no session, no text."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram

from koujing.watching.timing import BUCKETS, Stages

__all__ = ["ABSTENTIONS", "CHANNELS", "LOW_CONFIDENCE", "STAGES", "SURFACES", "DeskMetrics"]

CHANNELS = ("web", "wechat", "api", "phone")
# `other` stands for whatever is not of these.
OTHER = "other"
STAGES = (
    "accepting", "store_read", "rasa", "switches", "store_write", "rendering", "wechat_passive",
    "wechat_push",
)  # fmt: skip
# Statuses that give no conclusion of their own.
ABSTENTIONS = ("referred", "quoted", "clarifying", "outside_scope", "outside_region")
STATUSES = (
    "answered", "determined", "clarifying", "listed", "quoted", "referred", "outside_region", "outside_scope",
    "account_data", "signposted", "smalltalk", "handed_off", "refused", "error",
)  # fmt: skip
# Of the likeliest matter; as many readings as the reviewers are shown (KEPT_BELOW of koujing.store.readings).
LOW_CONFIDENCE = 0.6
SURFACES = ("ask", "lookups", "web", "console", "wechat", "pages", "watching", OTHER)
FAILURES = ("unavailable", "conflict", "gone", "internal")

Reply = Mapping[str, Any]


class DeskMetrics:
    """One for each app.

    Args:
        regions: the ids that stand as they are; any other is `other`.
        matters, kinds: likewise, of matters and of refusals.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        *,
        regions: Collection[str] = (),
        matters: Collection[str] = (),
        kinds: Collection[str] = (),
        seconds: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.registry = registry
        self._regions, self._matters, self._kinds = frozenset(regions), frozenset(matters), frozenset(kinds)

        def counter(name: str, help_text: str, *labels: str) -> Counter:
            return Counter(name, help_text, labels, registry=registry)

        self.seconds = seconds
        self.stages = Stages(registry, "koujing_stage_seconds", "Seconds of a stage of answering.", STAGES, seconds)
        answer = "koujing_answer_seconds", "Seconds from a message at the desk to its kept replies."
        self._answer = Histogram(*answer, ["channel"], registry=registry, buckets=BUCKETS)
        http = "koujing_http_request_seconds", "Seconds until a response begins."
        self._http = Histogram(*http, ["surface"], registry=registry, buckets=BUCKETS)
        self._requests = counter("koujing_http_requests_total", "Responses by status code.", "surface", "code")
        self._messages = counter("koujing_messages_total", "Messages that were to be answered.", "channel")
        self._failed = counter("koujing_messages_failed_total", "Messages without an answer.", "channel", "reason")
        self._replies = counter("koujing_replies_total", "Replies.", "status", "channel", "region")
        self._by_matter = counter("koujing_matter_replies_total", "Replies on a matter.", "matter", "status")
        self._abstained = counter("koujing_abstentions_total", "Replies with no conclusion.", "kind", "channel")
        self._doubtful = counter(
            "koujing_doubtful_readings_total", "Messages of which it was hardly clear what they ask."
        )
        self._refused = counter("koujing_refusals_total", "Refusals by what was refused.", "kind")
        self._closed = counter("koujing_closed_window_replies_total", "Replies on a window that has ended.", "matter")
        self._limits = counter("koujing_limits_hit_total", "Requests over a limit.", "kind")
        self._pushes = counter("koujing_wechat_pushes_total", "Messages pushed on WeChat, by outcome.", "outcome")
        self._passive = counter("koujing_wechat_deliveries_total", "WeChat's deliveries, by response.", "response")
        self.rasa_unavailable = counter("koujing_rasa_unavailable_total", "Calls that Rasa did not answer.")
        self._begin()

    def _begin(self) -> None:
        """The series that an alert compares are there before the first message: a rate needs its zero."""
        for channel in CHANNELS:
            self._messages.labels(channel)
            self._answer.labels(channel)
            for reason in FAILURES:
                self._failed.labels(channel, reason)
            for kind in ABSTENTIONS:
                self._abstained.labels(kind, channel)
        for surface in SURFACES:
            self._requests.labels(surface, "500")
            self._limits.labels(surface)
        for matter in sorted(self._matters):
            self._closed.labels(matter)
        for kind in sorted(self._kinds):
            self._refused.labels(kind)
        for response in ("answer", "acknowledged", "nothing"):
            self._passive.labels(response)
        for outcome in ("sent", "doubtful", "failed"):
            self._pushes.labels(outcome)

    def message(self, channel: str, seconds: float, replies: Iterable[Reply]) -> None:
        """A message was answered."""
        self._messages.labels(channel).inc()
        self._answer.labels(channel).observe(seconds)
        for reply in replies:
            self._reply(channel, reply)

    def failed(self, channel: str, reason: str) -> None:
        """A message was not answered; `reason` of FAILURES."""
        self._messages.labels(channel).inc()
        self._failed.labels(channel, reason).inc()

    def heard(self, reading: Mapping[str, Any]) -> None:
        """How a message was read."""
        share = reading.get("share")
        if isinstance(share, int | float) and share < LOW_CONFIDENCE:
            self._doubtful.inc()

    def request(self, surface: str, code: int, seconds: float) -> None:
        """A response began."""
        self._requests.labels(surface, str(code)).inc()
        self._http.labels(surface).observe(seconds)
        if code == 429:
            self._limits.labels(surface).inc()

    def limited(self, kind: str) -> None:
        """Somebody came too often and was told so in the channel's own way."""
        self._limits.labels(kind).inc()

    def pushed(self, outcome: str, seconds: float) -> None:
        """A push on WeChat was tried."""
        self._pushes.labels(outcome).inc()
        self.stages.took("wechat_push", seconds)

    def delivered(self, response: str, seconds: float) -> None:
        """A delivery of WeChat was responded to."""
        self._passive.labels(response).inc()
        self.stages.took("wechat_passive", seconds)

    def _reply(self, channel: str, reply: Reply) -> None:
        status = _of(reply.get("status"), STATUSES)
        region, matter = reply.get("region"), reply.get("matter")
        self._replies.labels(status, channel, _of(region, self._regions) if region else "none").inc()
        if matter:
            named = _of(matter, self._matters)
            self._by_matter.labels(named, status).inc()
            if any(window["state"] == "closed" for window in reply.get("windows", ())):
                self._closed.labels(named).inc()
        if status in ABSTENTIONS:
            self._abstained.labels(status, channel).inc()
        if status == "refused":
            self._refused.labels(_of(reply.get("kind"), self._kinds)).inc()


def _of(value: Any, known: Collection[str]) -> str:
    return value if value in known else OTHER
