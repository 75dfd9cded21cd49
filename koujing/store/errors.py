"""Errors of the store.

StoreError
├── MessageReusedError       a message id of a session came again with another message
└── DatabaseError            the database cannot be opened or brought up to date
"""

from __future__ import annotations

__all__ = ["DatabaseError", "MessageReusedError", "StoreError"]


class StoreError(Exception):
    """Base of every error raised by `koujing.store`."""


class MessageReusedError(StoreError):
    """A message id of a session came again with another message."""

    def __init__(self, message_id: str) -> None:
        self.message_id = message_id
        super().__init__(f"message_id {message_id} 已用于另一条消息")


class DatabaseError(StoreError):
    """The database cannot be opened or brought up to date."""
