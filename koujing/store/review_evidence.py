"""What is known of a turn beside its reply: how it was read, what the citizen said of it, what an operator said instead."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine

from koujing.store.privacy import join
from koujing.store.reviews import ReviewGoneError, Turn
from koujing.store.tables import feedback, receipts
from koujing.store.tables_calls import call_said, call_turns
from koujing.store.tables_reviews import readings

__all__ = ["Asked", "Evidence", "evidence_of"]


@dataclass(frozen=True)
class Asked:
    """A question of the same call, with what was answered."""

    at: dt.datetime
    text: str
    replies: list[dict[str, Any]]


@dataclass(frozen=True)
class Evidence:
    """`reply` is whole. `topics` are the likeliest matters with their shares (0 to 1), of a doubtful reading only.

    `opinion` is reason and note of a citizen who found it of no use; `otherwise` are words, reason and remark of an operator
    who said something else in a call, `call` that call's questions.
    """

    reply: dict[str, Any]
    topics: list[tuple[str, float]]
    opinion: tuple[str | None, str | None] | None
    otherwise: tuple[str, str | None, str | None] | None
    call: list[Asked]


def evidence_of(engine: Engine, turn: Turn) -> Evidence:
    """All of it. Blocking.

    Raises:
        ReviewGoneError: the conversation was cleared.
    """
    kept = select(receipts.c.reply, receipts.c.private).filter_by(code=turn.receipt)
    read = select(readings.c.topics).filter_by(session_id=turn.session_id, message_id=turn.message_id)
    thought = select(feedback.c.reason, feedback.c.note).filter_by(receipt=turn.receipt, useful=False)
    said = select(call_said.c.worded, call_said.c.reason, call_said.c.remark)
    said = said.filter_by(receipt=turn.receipt, deviates=True)
    with engine.connect() as connection:
        row = connection.execute(kept).first()
        if row is None:
            raise ReviewGoneError(turn.receipt)
        topics = connection.execute(read).scalar()
        opinion, otherwise = connection.execute(thought).first(), connection.execute(said).first()
        asked = []
        if turn.call_id is not None:
            query = select(call_turns).filter_by(call_id=turn.call_id).order_by(call_turns.c.id)
            asked = [Asked(each.at, each.text, json.loads(each.replies)) for each in connection.execute(query)]
    return Evidence(
        reply=join(json.loads(row.reply), json.loads(row.private)),
        topics=[] if topics is None else [(name, share) for name, share in json.loads(topics)],
        opinion=None if opinion is None else (opinion.reason, opinion.note),
        otherwise=None if otherwise is None else (otherwise.worded or "", otherwise.reason, otherwise.remark),
        call=asked,
    )
