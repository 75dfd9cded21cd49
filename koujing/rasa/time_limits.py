"""How long Rasa waits for an action: less than anybody waits for Rasa.

Rasa's own limit is five minutes: an action server that hangs would keep the message, and all that follow it in the
conversation, long after the desk has given up.
"""

from __future__ import annotations

__all__ = ["action_seconds", "install"]


def action_seconds(answer_seconds: int) -> float:
    """Of the time that the desk waits for an answer two thirds are for the action: Rasa says before that it has none."""
    return max(1.0, answer_seconds * 2 / 3)


def install(answer_seconds: int) -> None:
    """Limit how long an action may take, for the life of this process."""
    import rasa.core.actions.action as actions  # noqa: PLC0415 - slow, and only for the server
    from rasa.utils import endpoints  # noqa: PLC0415

    actions.DEFAULT_REQUEST_TIMEOUT = endpoints.DEFAULT_REQUEST_TIMEOUT = action_seconds(answer_seconds)
