"""How long Rasa waits for an action, and how long it keeps a conversation locked: less than anybody waits for Rasa.

Rasa's own limits are five minutes and one: an action server that hangs would keep the message, and all that follow it in the
conversation, long after the desk has given up; and a Rasa that died would keep the conversation from the others for a minute.
"""

from __future__ import annotations

from collections.abc import MutableMapping

__all__ = ["action_seconds", "install", "lock_seconds", "set_lock_lifetime"]

_LOCK = "TICKET_LOCK_LIFETIME"
_SLACK = 5


def action_seconds(answer_seconds: int) -> float:
    """Of the time that the desk waits for an answer two thirds are for the action: Rasa says before that it has none."""
    return max(1.0, answer_seconds * 2 / 3)


def lock_seconds(answer_seconds: int) -> int:
    """By then the desk has given up, and whoever held the lock is dead or will find nobody listening."""
    return answer_seconds + _SLACK


def set_lock_lifetime(environ: MutableMapping[str, str], answer_seconds: int) -> None:
    """To be called before Rasa is imported, which is when Rasa reads it."""
    environ[_LOCK] = str(lock_seconds(answer_seconds))


def install(answer_seconds: int) -> None:
    """Limit how long an action may take, for the life of this process."""
    import rasa.core.actions.action as actions  # noqa: PLC0415 - slow, and only for the server
    from rasa.utils import endpoints  # noqa: PLC0415

    actions.DEFAULT_REQUEST_TIMEOUT = endpoints.DEFAULT_REQUEST_TIMEOUT = action_seconds(answer_seconds)
