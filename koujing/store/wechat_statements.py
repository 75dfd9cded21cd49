"""What is asked of the database for every message of a 公众号, built once: building a statement takes longer than running it.

A parameter's name begins with `the_`; a parameter with the name of a column sets that column.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, insert, or_, select, update

from koujing.store import wechat_rows as rows
from koujing.store.tables import wechat_messages as messages
from koujing.store.tables import wechat_parts as parts
from koujing.store.tables import wechat_queues as queues

__all__ = [
    "AGAIN_CAME",
    "CARRIED",
    "MESSAGE",
    "NEW_MESSAGE",
    "NEW_PARTS",
    "OFFERS",
    "PARTS",
    "PUSH_AGAIN",
    "QUEUE",
    "SET_MESSAGE",
    "TOUCH_QUEUE",
    "UNTOLD",
    "pieces",
]

_NOW, _QUEUE = bindparam("the_now"), bindparam("the_queue")
_NAMED = queues.c.appid == bindparam("the_appid"), queues.c.name == bindparam("the_name")
_KEYED = messages.c.queue_id == _QUEUE, messages.c.key == bindparam("the_key")
_SHOWN = (rows.FIXED, rows.SENDING, rows.SENT, rows.DOUBTFUL)

QUEUE, TOUCH_QUEUE = select(queues).where(*_NAMED), update(queues).where(*_NAMED)
MESSAGE = select(messages).where(*_KEYED)
AGAIN_CAME = update(messages).where(*_KEYED).values(deliveries=messages.c.deliveries + 1)
NEW_MESSAGE, NEW_PARTS = insert(messages), insert(parts)
SET_MESSAGE = update(messages).where(messages.c.id == bindparam("the_message"))
PUSH_AGAIN = update(messages).where(messages.c.queue_id == _QUEUE, messages.c.push_after > _NOW).values(push_after=None)
"""What was refused may be pushed now."""
PARTS = update(parts).where(parts.c.id.in_(bindparam("the_parts", expanding=True)))
CARRIED = update(parts).where(
    parts.c.carrier == bindparam("the_message"), parts.c.state.in_((rows.FIXED, rows.SENT, rows.DOUBTFUL))
)
UNTOLD = select(parts.c.id).where(
    rows.of_queue(_QUEUE), parts.c.state == rows.DOUBTFUL, parts.c.told.is_(False), parts.c.until > _NOW
)
OFFERS = (
    select(messages.c.offers)
    .join(queues, queues.c.id == messages.c.queue_id)
    .where(*_NAMED, messages.c.offers.is_not(None))
    .where(select(parts.c.message_id).where(parts.c.message_id == messages.c.id, parts.c.state.in_(_SHOWN)).exists())
    .order_by(messages.c.id.desc())
    .limit(1)
)


@cache
def pieces(*, push: bool, turn: bool) -> Any:
    """What the reply to `the_message` could carry: its own parts, and older ones that nobody else is about to carry.

    Args:
        push: the customer API can be used.
        turn: the message is a question, not a word that asks for the rest.
    """
    older = [messages.c.released.is_(True), messages.c.queue_id == _QUEUE]
    if push:
        older.append(messages.c.push_after > _NOW)
    if turn:
        # An earlier part may yet be delivered once more. Who asks for the rest has seen it.
        older.append(~rows.behind(rows.FIXED))
    return (
        select(parts.c.id, parts.c.position, parts.c.text, parts.c.message_id, messages.c.says)
        .join(messages, messages.c.id == parts.c.message_id)
        .where(parts.c.state == rows.WAITING, parts.c.until > _NOW)
        .where(or_(messages.c.id == bindparam("the_message"), and_(*older)))
        .order_by(messages.c.id, parts.c.position)
    )
