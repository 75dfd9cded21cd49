"""Makes Rasa look up the class of an event once for each type.

Rasa looks through all classes of events for every event that it reads back, which is every event of the conversation at
every message. No class is added while it runs.
"""

from __future__ import annotations

from functools import cache

from rasa.shared.core.events import Event

__all__ = ["install"]

_by_type = cache(Event.resolve_by_type)


def install() -> None:
    """Put the lookup that remembers in the place of Rasa's own, for the life of this process."""
    Event.resolve_by_type = staticmethod(_by_type)
