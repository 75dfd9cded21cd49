"""How long the delivery waits for what. The platform hangs up after 5 s and delivers a message three times in all."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Timings"]


@dataclass(frozen=True)
class Timings:
    """Seconds, but for `keep_hours`."""

    passive_seconds: float = 4.3
    """From the arrival of a delivery to the reply: what is left of the 5 s belongs to the network."""
    hold_seconds: float = 6.0
    """From the arrival of a delivery: by then the platform has hung up and delivers again."""
    last_seconds: float = 9.0
    """A delivery that comes this long after the message was written is the last one."""
    answer_seconds: float = 30.0
    """How long the core is asked again while it is down."""
    gap_seconds: float = 0.5
    """Between two parts, so that they arrive in order."""
    again_seconds: float = 60.0
    """After a push that failed for no reason of the follower's."""
    sweep_seconds: float = 5.0
    stop_seconds: float = 5.0
    """What still runs at the end may finish for so long."""
    keep_hours: float = 48.0
    """Then messages and answers are removed."""
