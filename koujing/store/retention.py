"""Removes what is older than it may be kept, class by class. Each is one transaction and can be run again at any time.

What a ticket needs that is not done stays: its conversation, receipt, call and request to be called.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.engine import Connection, Engine

from koujing.store import tables as t
from koujing.store.tables_calls import call_sentences, calls
from koujing.store.tables_figures import turns
from koujing.store.tables_practice import practice_rounds
from koujing.store.tables_reviews import open_point_hits, readings, review_turns
from koujing.store.tables_staff import audit
from koujing.store.tables_takeovers import talk_lines, talks
from koujing.store.tables_tickets import tickets
from koujing.store.ticket_states import DONE

__all__ = ["SWEEPS", "needed", "settle", "sweep"]

Sweep = Callable[[Connection, dt.datetime, bool], int]

_owed = tickets.c.state.notin_(DONE)
_BLANK = '{"question":null,"facts":{}'
_BATCH = 500


def sweep(engine: Engine, name: str, before: dt.datetime, *, dry: bool) -> int:
    """Remove what is of a class (`SWEEPS`) and older; how many. `dry`: nothing is removed."""
    with engine.connect() if dry else engine.begin() as connection:
        return SWEEPS[name](connection, before, dry)


def needed(engine: Engine) -> set[str]:
    """The conversations that a ticket needs."""
    with engine.connect() as connection:
        return set(connection.execute(_of_tickets(tickets.c.session_id)).scalars())


def settle(engine: Engine) -> None:
    """Put what was removed out of SQLite's journal too; elsewhere there is nothing to do."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _of_tickets(column: Any) -> Any:
    return select(column).where(_owed, column.isnot(None))


def _go(connection: Connection, dry: bool, table: Any, *where: Any) -> int:
    if dry:
        return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())
    return int(connection.execute(delete(table).where(*where)).rowcount)


def _conversations(connection: Connection, before: dt.datetime, dry: bool) -> int:
    """What was said before; what was answered stays, without the asker's part."""
    free = ~exists().where(tickets.c.session_id == t.messages.c.session_id, _owed)
    old = select(t.receipts.c.code).join(
        t.messages, and_(
            t.messages.c.session_id == t.receipts.c.session_id, t.messages.c.message_id == t.receipts.c.message_id
        ),
    ).where(t.messages.c.answered_at < before, free)  # fmt: skip
    count = _blank(connection, old, dry)
    held = _of_tickets(tickets.c.session_id)
    count += _go(connection, dry, talk_lines, talk_lines.c.at < before, talk_lines.c.session_id.notin_(held))
    if not dry:
        connection.execute(delete(readings).where(readings.c.at < before))
        said = update(talks).where(talks.c.touched_at < before, talks.c.session_id.notin_(held))
        connection.execute(said.values(said=None, told=None))
    return count


def _blank(connection: Connection, codes: Any, dry: bool) -> int:
    """Question, facts and values of receipts; as many nothings as there were values, so that they can still be read."""
    r = t.receipts.c
    worded = and_(r.code.in_(codes), ~r.private.startswith(_BLANK))
    if dry:
        return int(connection.execute(select(func.count()).select_from(t.receipts).where(worded)).scalar_one())
    count = 0
    while rows := connection.execute(select(r.code, r.private).where(worded).limit(_BATCH)).all():
        for row in rows:
            empty: dict[str, Any] = {
                "question": None,
                "facts": {},
                "values": [None] * len(json.loads(row.private)["values"]),
            }
            private = json.dumps(empty, separators=(",", ":"))
            connection.execute(update(t.receipts).where(r.code == row.code).values(private=private))
        count += len(rows)
    return count


def _web_events(connection: Connection, before: dt.datetime, dry: bool) -> int:
    e = t.web_events.c
    waits = or_(e.state.is_(None), e.state != "pending")
    return _go(
        connection, dry, t.web_events, e.at < before, waits, e.session_id.notin_(_of_tickets(tickets.c.session_id))
    )


def _wechat(connection: Connection, before: dt.datetime, dry: bool) -> int:
    w = t.wechat_messages.c
    return _go(connection, dry, t.wechat_messages, w.at < before, w.state != "pending")


def _receipts(connection: Connection, before: dt.datetime, dry: bool) -> int:
    """With their messages, and then the conversations of which nothing is left."""
    m, r, s = t.messages.c, t.receipts.c, t.sessions.c
    held = select(r.session_id).where(r.code.in_(_of_tickets(tickets.c.receipt)))
    free = and_(m.session_id.notin_(_of_tickets(tickets.c.session_id)), m.session_id.notin_(held))
    old = select(r.code).join(
        t.messages, and_(m.session_id == r.session_id, m.message_id == r.message_id)
    ).where(m.answered_at < before, free)  # fmt: skip
    count = int(connection.execute(select(func.count()).select_from(old.subquery())).scalar_one())
    if not dry:
        connection.execute(delete(t.messages).where(m.answered_at < before, free))
        empty = ~exists().where(m.session_id == s.id)
        owed = s.id.notin_(_of_tickets(tickets.c.session_id))
        asked = ~exists().where(t.callbacks.c.session_id == s.id)
        connection.execute(delete(t.sessions).where(s.created_at < before, empty, owed, asked))
    return count


def _feedback(connection: Connection, before: dt.datetime, dry: bool) -> int:
    return _go(connection, dry, t.feedback, t.feedback.c.at < before)


def _callbacks(connection: Connection, before: dt.datetime, dry: bool) -> int:
    c = t.callbacks.c
    return _go(connection, dry, t.callbacks, c.at < before, c.code.notin_(_of_tickets(tickets.c.callback)))


def _tickets(connection: Connection, before: dt.datetime, dry: bool) -> int:
    ended = func.coalesce(tickets.c.closed_at, tickets.c.touched_at, type_=tickets.c.touched_at.type)
    return _go(connection, dry, tickets, ~_owed, ended < before)


def _transcripts(connection: Connection, before: dt.datetime, dry: bool) -> int:
    ended = select(calls.c.id).where(calls.c.ended_at.isnot(None))
    return _go(connection, dry, call_sentences, call_sentences.c.at < before, call_sentences.c.call_id.in_(ended))


def _calls(connection: Connection, before: dt.datetime, dry: bool) -> int:
    ended = func.coalesce(calls.c.ended_at, calls.c.opened_at, type_=calls.c.opened_at.type)
    return _go(connection, dry, calls, ended < before, calls.c.id.notin_(_of_tickets(tickets.c.call_id)))


def _reviews(connection: Connection, before: dt.datetime, dry: bool) -> int:
    """Turns that were reviewed, and the words under open points; that somebody asked stays counted."""
    count = _go(connection, dry, review_turns, review_turns.c.at < before)
    old = and_(open_point_hits.c.at < before, open_point_hits.c.question != "")
    if dry:
        return count + int(
            connection.execute(select(func.count()).select_from(open_point_hits).where(old)).scalar_one()
        )
    return count + int(connection.execute(update(open_point_hits).where(old).values(question="")).rowcount)


def _practice(connection: Connection, before: dt.datetime, dry: bool) -> int:
    return _go(connection, dry, practice_rounds, practice_rounds.c.at < before)


def _figures(connection: Connection, before: dt.datetime, dry: bool) -> int:
    return _go(connection, dry, turns, turns.c.at < before)


def _audit(connection: Connection, before: dt.datetime, dry: bool) -> int:
    return _go(connection, dry, audit, audit.c.at < before)


SWEEPS: Mapping[str, Sweep] = {
    "conversations": _conversations, "web_events": _web_events, "wechat": _wechat, "receipts": _receipts,
    "feedback": _feedback, "callbacks": _callbacks, "tickets": _tickets, "transcripts": _transcripts, "calls": _calls,
    "reviews": _reviews, "practice": _practice, "figures": _figures, "audit": _audit,
}  # fmt: skip
