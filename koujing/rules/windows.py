"""Windows (期限): whether one of the four clocks is not yet, open or closed on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from koujing.knowledge.provisions import Provision, Window

__all__ = ["WindowState", "bounds", "state_on", "window_states"]


@dataclass(frozen=True)
class WindowState:
    """A window with its dates and its state (`not_yet`, `open`, `closed`) on the day asked for."""

    window: Window
    opens: dt.date | None
    closes: dt.date | None
    state: str


def bounds(provision: Provision, window: Window) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last day of a window, both included; None where it is open."""
    opens = provision.parameters[window.opens].value if window.opens else None
    closes = provision.parameters[window.closes].value if window.closes else None
    assert opens is None or isinstance(opens, dt.date)
    assert closes is None or isinstance(closes, dt.date)
    return opens, closes


def state_on(opens: dt.date | None, closes: dt.date | None, day: dt.date) -> str:
    """`not_yet`, `open` or `closed`; both ends belong to the window."""
    if opens is not None and day < opens:
        return "not_yet"
    return "closed" if closes is not None and day > closes else "open"


def window_states(provision: Provision, on: dt.date) -> dict[str, WindowState]:
    """Every window of a provision with its state on a day."""
    states = {}
    for window in provision.windows.values():
        opens, closes = bounds(provision, window)
        states[window.id] = WindowState(window, opens, closes, state_on(opens, closes, on))
    return states
