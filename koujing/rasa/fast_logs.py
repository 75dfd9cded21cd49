"""Makes Rasa spare what it prepares for records that it then does not write.

For its debug log it copies every event of a turn with all that is in it, a whole session's memory among it, and writes out
all slots. Our programs log nothing of that kind: what people say stands in there.
"""

from __future__ import annotations

from typing import TypeVar

import rasa.core.processor as processing
from rasa.core.processor import MessageProcessor
from rasa.shared.core.trackers import DialogueStateTracker

__all__ = ["install"]

T = TypeVar("T")


class _AsItIs:
    """In the place of the module `copy`, which Rasa's processor uses for such records alone; a test reads its source for that."""

    @staticmethod
    def deepcopy(thing: T) -> T:
        """The thing itself."""
        return thing


def install() -> None:
    """Put these in the place of Rasa's own, for the life of this process."""
    processing.copy = _AsItIs
    MessageProcessor._log_slots = staticmethod(_not_told)


def _not_told(_tracker: DialogueStateTracker) -> None:
    """Rasa's `_log_slots` does nothing but log."""
