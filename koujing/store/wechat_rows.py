"""What the stores of the WeChat delivery share: states, what they hand out, and the lock on a follower."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection

from koujing.store.tables import wechat_messages as messages
from koujing.store.tables import wechat_parts as parts
from koujing.store.tables import wechat_queues as queues

__all__ = ["Arrival", "Fit", "Fitted", "Piece", "Question", "Ticket", "lock", "lock_by_message", "queue_name"]

# Of a message.
PENDING, ANSWERED, FAILED = "pending", "answered", "failed"
TURN, FIXED_TEXT, FETCH, AGAIN = "turn", "fixed", "fetch", "again"
# Of a part.
WAITING, FIXED, SENDING, SENT, DOUBTFUL, DROPPED, EXPIRED = (
    "waiting", "fixed", "sending", "sent", "doubtful", "dropped", "expired"
)  # fmt: skip
# Of a passive reply.
HANDED_FIXED, HANDED_SENT, HANDED_LOST = "fixed", "sent", "lost"

# What every message needs is built once: building a statement takes longer than running it. Names of parameters begin with
# `the_`, for a column's own name would set it.
_LOCK = update(queues).where(queues.c.id == bindparam("the_queue"), queues.c.openid.is_not(None))
_LOCK_BY_MESSAGE = update(queues).where(
    queues.c.id == select(messages.c.queue_id).where(messages.c.id == bindparam("the_message")).scalar_subquery()
)
_MESSAGE = select(messages).where(messages.c.id == bindparam("the_message"))
_AWAITED = (
    select(messages)
    .where(messages.c.queue_id == bindparam("the_queue"), messages.c.state == PENDING, messages.c.released.is_(True))
    .order_by(messages.c.id)
)

# Until the follower writes again.
NEVER = dt.datetime(9000, 1, 1, tzinfo=dt.timezone.utc)


@dataclass(frozen=True)
class Arrival:
    """A message as the platform delivered it. `offers` is JSON; `parts` are fixed texts, which nobody is asked for."""

    key: str
    openid: str
    session_id: str
    says: str
    length: int
    region: str | None
    created: int
    parts: Sequence[str] | None = None
    offers: str | None = None
    fetch: bool = False
    again: bool = False


@dataclass(frozen=True)
class Question:
    """A message that waits for its answer, as it was first delivered."""

    message: int
    queue: int
    key: str
    session_id: str
    says: str
    length: int
    region: str | None


@dataclass(frozen=True)
class Ticket:
    """Where a message stands when it is delivered; `awaited` are the questions whose answers its reply could carry."""

    message: int
    queue: int
    deliveries: int
    released: bool
    body: bytes | None
    awaited: tuple[Question, ...]


@dataclass(frozen=True)
class Piece:
    """A part that a passive reply could carry.

    `own` when it answers the very message that is replied to, `fetched` when that message only asks for what waits.
    """

    part: int
    message: int
    position: int
    text: str
    question: str
    own: bool
    fetched: bool


@dataclass(frozen=True)
class Fitted:
    """A passive reply, the parts that it carries, and whether it says that an earlier one may be lost."""

    body: bytes
    carried: Sequence[int]
    told: bool


# Makes a passive reply of what waits: the pieces, whether an earlier reply may be lost, and whether the answer itself is
# still being worked on. None where there is nothing to say. Runs within the transaction.
Fit = Callable[[Sequence[Piece], bool, bool], "Fitted | None"]

Handing = Literal["open", "body", "empty"]


def queue_name(appid: str, openid: str) -> str:
    """By what a follower is found; it says nothing of who it is."""
    return hashlib.sha256(f"{appid}\0{openid}".encode()).hexdigest()


def lock(connection: Connection, queue: int, now: dt.datetime) -> bool:
    """Make every other transaction on this follower wait for this one; False where the follower is gone.

    A write, for SQLite begins a transaction with the first one, and PostgreSQL locks the row by it.
    """
    return bool(connection.execute(_LOCK, {"the_queue": queue, "touched_at": now}).rowcount)


def lock_by_message(connection: Connection, message: int, now: dt.datetime) -> Any:
    """As `lock`, for the follower who wrote a message; the message's row, or None where it is gone."""
    connection.execute(_LOCK_BY_MESSAGE, {"the_message": message, "touched_at": now})
    return connection.execute(_MESSAGE, {"the_message": message}).first()


def question(row: Any) -> Question:
    """Of a message's row."""
    return Question(row.id, row.queue_id, row.key, row.session_id, row.says, row.length, row.region)


def awaited(connection: Connection, queue: int) -> tuple[Question, ...]:
    """The questions of a follower whose answers can no longer come as their own passive reply, oldest first."""
    return tuple(question(row) for row in connection.execute(_AWAITED, {"the_queue": queue}))


def behind(*states: str) -> Any:
    """Whether an earlier part of the same answer is in one of these states, as a condition on parts."""
    before = parts.alias()
    earlier = before.c.position < parts.c.position, before.c.message_id == parts.c.message_id
    return select(before.c.id).where(*earlier, before.c.state.in_(states)).exists()


def of_queue(queue: Any) -> Any:
    """The ids of a follower's messages, as a condition on parts."""
    return parts.c.message_id.in_(select(messages.c.id).where(messages.c.queue_id == queue))
