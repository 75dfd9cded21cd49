"""Errors of the store.

StoreError
├── MessageReusedError       a message id of a session came again with another message
├── SessionGoneError         the session was removed while it was in use
├── HeldError                a person holds the conversation, so the bot must not speak
├── CallbackGoneError        there is no such callback request in the session
├── TooLateError             a callback request can no longer be taken back
└── DatabaseError            the database cannot be opened or brought up to date
"""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

__all__ = [
    "STORE_DOWN",
    "CallbackGoneError",
    "DatabaseError",
    "HeldError",
    "MessageReusedError",
    "SessionGoneError",
    "StoreError",
    "TooLateError",
]


# What the database raises where it is away, has no room, or is locked for too long: nothing was written, and it may pass.
STORE_DOWN = (OperationalError, InterfaceError, PoolTimeoutError)


class StoreError(Exception):
    """Base of every error raised by `koujing.store`."""


class MessageReusedError(StoreError):
    """A message id of a session came again with another message."""

    def __init__(self, message_id: str) -> None:
        self.message_id = message_id
        super().__init__(f"message_id {message_id} 已用于另一条消息")


class SessionGoneError(StoreError):
    """The session was removed while it was in use."""


class HeldError(StoreError):
    """A person holds the conversation: what the bot was about to say is not said."""


class CallbackGoneError(StoreError):
    """There is no such callback request in the session."""


class TooLateError(StoreError):
    """A callback request can no longer be taken back."""


class DatabaseError(StoreError):
    """The database cannot be opened or brought up to date."""
