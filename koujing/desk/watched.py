"""What is noted of every message: figures for the metrics, and one line in the log. Never a word of it."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CollectorRegistry

from koujing.desk.errors import MessageConflictError, UnavailableError
from koujing.knowledge.base import Knowledge
from koujing.store.errors import SessionGoneError
from koujing.watching.desk import DeskMetrics

__all__ = ["Answering", "Watched", "desk_metrics", "unwatched"]

log = logging.getLogger(__name__)

_DIGITS = 12
_REASONS: Mapping[type[Exception], str] = {
    UnavailableError: "unavailable",
    MessageConflictError: "conflict",
    SessionGoneError: "gone",
}


@dataclass
class Answering:
    """A message being answered; `replies` once there are some, `again` where they were given before."""

    replies: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    again: bool = False


class Watched:
    """One for the desk."""

    def __init__(self, metrics: DeskMetrics) -> None:
        self.metrics = metrics

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Take the time of a stage."""
        return self.metrics.stages.stage(name)

    @contextmanager
    def answering(self, channel: str, session_id: str, message_id: str) -> Iterator[Answering]:
        """Note what comes of a message, in an event loop. One answered before is not counted anew."""
        answering, began = Answering(), self.metrics.seconds()
        named = {"channel": channel, "session": _digest(session_id), "message": message_id}
        try:
            yield answering
        except Exception as error:
            reason = next((reason for kind, reason in _REASONS.items() if isinstance(error, kind)), "internal")
            if reason == "unavailable":
                self.metrics.rasa_unavailable.inc()
            self.metrics.failed(channel, reason)
            log.warning("not answered", extra={"fields": {**named, "reason": reason, "millis": self._millis(began)}})
            raise
        # Whoever asked has the answer first.
        took = self.metrics.seconds() - began
        asyncio.get_running_loop().call_soon(self._answered, channel, named, answering, took)

    def _answered(self, channel: str, named: Mapping[str, str], answering: Answering, took: float) -> None:
        if not answering.again:
            self.metrics.message(channel, took, answering.replies)
        told = {
            "receipts": [reply["receipt"] for reply in answering.replies],
            "statuses": [reply["status"] for reply in answering.replies],
        }
        kind = "answered again" if answering.again else "answered" if answering.replies else "left to a person"
        log.info(kind, extra={"fields": {**named, **told, "millis": round(1000 * took)}})

    def _millis(self, began: float) -> int:
        return round(1000 * (self.metrics.seconds() - began))


def desk_metrics(registry: CollectorRegistry, knowledge: Knowledge) -> DeskMetrics:
    """The metrics, with the labels that the knowledge allows: places that a notice covers, its matters and refusals."""
    return DeskMetrics(
        registry,
        regions=[id for id in knowledge.regions.ids() if (region := knowledge.regions.get(id)) and region.covered],
        matters=knowledge.matters,
        kinds=knowledge.refusals["kinds"],
    )


def unwatched() -> Watched:
    """For who reads no metrics: everything is counted where nobody looks."""
    return Watched(DeskMetrics(CollectorRegistry()))


def _digest(session_id: str) -> str:
    """A session's name in Rasa opens nothing, yet a log need not hold it."""
    return hashlib.sha256(session_id.encode()).hexdigest()[:_DIGITS]
