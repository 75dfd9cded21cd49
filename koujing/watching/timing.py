"""Histograms of how long things take, with one way to take the time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Histogram

__all__ = ["BUCKETS", "Stages"]

# Seconds: from a cached answer to the longest that anybody waits for Rasa (KOUJING_ANSWER_SECONDS).
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0)


class Stages:
    """How long each stage takes, of a fixed set of stages. What fails is counted as well: it took its time."""

    def __init__(
        self,
        registry: CollectorRegistry,
        name: str,
        help_text: str,
        stages: tuple[str, ...],
        seconds: Callable[[], float] = time.perf_counter,
    ) -> None:
        histogram = Histogram(name, help_text, ["stage"], registry=registry, buckets=BUCKETS)
        # Made at once: a stage that never ran shows as zero, and nothing is looked up for every message.
        self._observe = {stage: histogram.labels(stage).observe for stage in stages}
        self.seconds = seconds

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Take the time of a block."""
        began = self.seconds()
        try:
            yield
        finally:
            self._observe[name](self.seconds() - began)

    def took(self, name: str, seconds: float) -> None:
        """Add a time that was taken elsewhere."""
        self._observe[name](seconds)
