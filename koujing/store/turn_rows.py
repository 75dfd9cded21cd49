"""Keeps of every reply what figures are counted from, in the transaction that records the reply."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, insert, or_, select, update
from sqlalchemy.engine import Connection

from koujing.clock import SHANGHAI
from koujing.prepared import Prepared
from koujing.store.tables import web_events
from koujing.store.tables_figures import turn_clauses, turns

__all__ = [
    "ABSTAINED",
    "CLARIFYING",
    "CONCLUDED",
    "OUTCOMES",
    "PHONE",
    "POINTED",
    "SETTLED",
    "channel_of",
    "clauses_of",
    "keep",
    "rate",
    "row_of",
]

# A conclusion in an approved wording; the notice's own words or another document; and nothing of the matter.
CONCLUDED = ("determined", "answered", "listed")
POINTED = ("quoted", "referred")
ABSTAINED = ("outside_region", "outside_scope", "account_data", "signposted", "refused", "error")
CLARIFYING = "clarifying"
# settled, repeated, disliked: a conclusion that nothing speaks against, that was given again, that was of no use.
# broken_off: a question back after which nothing came. Anything else is no question.
OUTCOMES = ("settled", "repeated", "disliked", "pointed", "abstained", "broken_off", "none")

PHONE = "phone"
# What comes within this time after an answer tells whether the answer settled the question.
SETTLED = dt.timedelta(hours=24)
_CONSOLE = "console"
_CHANNELS = ("web:", "wechat:")
_ASKS_BACK = 99


# Made once: each is run with every answer, and to make one takes longer than to run it.
_BEFORE = Prepared(
    select(turns.c.id, turns.c.status, turns.c.asked, turns.c.last, turns.c.said, turns.c.at).where(
        turns.c.session_id == bindparam("of"), or_(turns.c.last, turns.c.at >= bindparam("since"))
    )
)
_NO_MORE_LAST = Prepared(
    update(turns)
    .where(turns.c.session_id == bindparam("of"), turns.c.last)
    .values(last=False, outcome=case((turns.c.outcome == "broken_off", "none"), else_=turns.c.outcome))
)
_AGAIN = Prepared(
    update(turns)
    .where(turns.c.id == bindparam("of"))
    .values(again=True, outcome=case((turns.c.outcome == "settled", "repeated"), else_=turns.c.outcome))
)
_TURN = Prepared(insert(turns), *(column.name for column in turns.c if not column.primary_key))
_CLAUSE = Prepared(
    insert(turn_clauses).from_select(
        ["turn_id", "clause"],
        select(turns.c.id, bindparam("clause", type_=turn_clauses.c.clause.type)).where(
            turns.c.receipt == bindparam("receipt")
        ),
    )
)
_ASKED_AT = select(web_events.c.at).where(
    web_events.c.session_id == bindparam("of"),
    web_events.c.type == "message",
    web_events.c.message_id == bindparam("message"),
    web_events.c.position == 0,
)


class _Before(NamedTuple):
    """What is known of an earlier reply of the session."""

    id: int
    status: str
    asked: int
    last: bool
    said: str
    at: dt.datetime


def keep(
    connection: Connection,
    session_id: str,
    client: str,
    message_id: str,
    now: dt.datetime,
    replies: list[dict[str, Any]],
) -> None:
    """Keep the replies to a message, whose receipts are issued."""
    before = [_Before(*row) for row in _BEFORE.all(connection, {"of": session_id, "since": now - SETTLED})]
    if any(row.last for row in before):
        _NO_MORE_LAST.run(connection, {"of": session_id})
    back = [row.asked for row in before if row.last and row.status == CLARIFYING]
    asked = min(max(back) + 1, _ASKS_BACK) if back else 0
    channel = channel_of(client)
    took = _took(connection, session_id, message_id, now) if channel.startswith("web:") else None
    for reply in replies:
        row = row_of(reply, session_id, channel, now)
        for known in before:
            if known.said == row["said"] and known.at >= now - SETTLED and row["status"] != CLARIFYING:
                _AGAIN.run(connection, {"of": known.id})
        _TURN.run(connection, {**row, "asked": asked, "took": took, "useful": None})
        if named := clauses_of(reply):
            _CLAUSE.each(connection, [{"receipt": row["receipt"], "clause": clause} for clause in named])


def rate(connection: Connection, receipt: str, useful: bool | None) -> None:
    """Keep whether a reply was of use."""
    connection.execute(update(turns).filter_by(receipt=receipt).values(useful=useful, outcome=_rated(useful)))


def row_of(reply: Mapping[str, Any], session_id: str, channel: str, at: dt.datetime) -> dict[str, Any]:
    """The row of a reply that is the newest of its session."""
    here = at.astimezone(SHANGHAI)
    named = {name: reply.get(name) for name in ("kind", "region", "matter", "aspect", "verdict")}
    status = reply.get("status") or "error"
    return {
        "receipt": reply["receipt"],
        "session_id": session_id,
        "at": here,
        "day": here.date(),
        "hour": here.hour,
        "channel": channel,
        "status": status,
        **named,
        "last": True,
        "said": hashlib.sha256(str(reply["text"]).encode()).hexdigest()[:16],
        "again": False,
        "outcome": _FIRST.get(status, "none"),
    }


def channel_of(client: str) -> str:
    """The channel of a session's client; operators ask for callers on the telephone."""
    if client == _CONSOLE:
        return PHONE
    return client if client.startswith(_CHANNELS) else "api"


def clauses_of(reply: Mapping[str, Any]) -> list[str]:
    """The clauses that a reply rests on, each once."""
    return list(dict.fromkeys(_named(reply.get("citations", ()))))


def _named(cited: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (str(each["clause"]) for each in cited if each.get("clause"))


def _took(connection: Connection, session_id: str, message_id: str, now: dt.datetime) -> int | None:
    """How long a message of the website waited, in milliseconds."""
    at = connection.execute(_ASKED_AT, {"of": session_id, "message": message_id}).scalar()
    return None if at is None else max(0, round((now - at).total_seconds() * 1000))


_FIRST = {
    **dict.fromkeys(CONCLUDED, "settled"),
    **dict.fromkeys(POINTED, "pointed"),
    **dict.fromkeys(ABSTAINED, "abstained"),
    CLARIFYING: "broken_off",
}


def _rated(useful: bool | None) -> Any:
    """The outcome of a row that is rated so."""
    concluded = turns.c.status.in_(CONCLUDED)
    if useful is False:
        return case((concluded, "disliked"), else_=turns.c.outcome)
    return case((and_(concluded, turns.c.again), "repeated"), (concluded, "settled"), else_=turns.c.outcome)
