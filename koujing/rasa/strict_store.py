"""Makes Rasa say that a conversation could not be read or kept.

Rasa's own goes on without: what it cannot save it keeps in the process's memory and answers all the same, and where it cannot
read it begins the conversation anew. The next message would be answered as if nothing had been said before. As an error, the
message has no answer: the desk sends it again, or says so.
"""

from __future__ import annotations

from typing import NoReturn

from rasa.core.tracker_store import FailSafeTrackerStore

__all__ = ["install"]


def install() -> None:
    """Put an error in the place of Rasa's fallback, for the life of this process."""
    FailSafeTrackerStore.on_tracker_store_error = _fail
    FailSafeTrackerStore.on_tracker_store_retrieve_error = _fail


def _fail(_store: FailSafeTrackerStore, error: Exception) -> NoReturn:
    raise error
