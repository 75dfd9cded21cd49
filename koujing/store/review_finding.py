"""Finds the turns that somebody should look at, in what was kept since it was last looked through.

A turn is one reply, by its receipt. It stands in the list once, with every reason for which it was found. What is silent in
a notice is counted with its open point at the same time.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, insert, select, type_coerce, update
from sqlalchemy.engine import Connection, Engine

from koujing.clock import Clock
from koujing.store.moment import Moment
from koujing.store.privacy import join
from koujing.store.serial import one_at_a_time
from koujing.store.tables import feedback, messages, receipts, sessions
from koujing.store.tables_calls import call_said, call_turns
from koujing.store.tables_reviews import readings, review_marks, review_reasons, review_turns
from koujing.store.tables_takeovers import talk_lines

__all__ = ["CORRECTED", "DEVIATING", "DOUBTFUL", "UNANSWERED", "USELESS", "Found", "ReviewFinder", "Wanted"]

UNANSWERED, DOUBTFUL, USELESS, DEVIATING, CORRECTED = "unanswered", "doubtful", "useless", "deviating", "corrected"
_CONSOLE, _CALL, _API = "console", "call", "api"
# What is committed while it is looked through has an earlier moment than what was seen already.
_OVERLAP = dt.timedelta(minutes=5)
# So many at a time are kept in one transaction; others who write wait for it.
_BATCH = 500
_REPLIES, _SAID = "replies", "said"


@dataclass(frozen=True)
class Wanted:
    """What is looked for: replies of these statuses, but of none of these kinds; readings below so many percent."""

    statuses: frozenset[str]
    kinds_not: frozenset[str]
    doubtful: int
    doubted: frozenset[str]


@dataclass(frozen=True)
class Found:
    """A reply with what belongs to it; `call_id` of one that was given in a call."""

    receipt: str
    session_id: str
    message_id: str
    at: dt.datetime
    client: str
    reply: Mapping[str, Any]
    share: int | None = None
    call_id: str | None = None


Also = Callable[[Connection, Found], None]


class ReviewFinder:
    """Blocking, as the store is. Many processes may look at once: nothing is found twice."""

    def __init__(self, engine: Engine, clock: Clock, wanted: Wanted, also: Also | None = None) -> None:
        self._engine, self._clock, self._wanted, self._also = engine, clock, wanted, also

    def look(self, most: int = 2000) -> bool:
        """Look through what is new; whether all of it was. `most` replies at a time, so that no page waits long."""
        whole = False
        for _ in range(max(1, most // _BATCH)):
            since = self._mark(_REPLIES)
            batch = self._replies(since)
            marked = [(each, self._reasons(each)) for each in batch]
            whole = len(batch) < _BATCH
            with self._engine.begin() as connection:
                one_at_a_time(connection, "review")
                _keep(connection, [(found, reason) for found, reasons in marked for reason in reasons])
                if self._also is not None:
                    for found in batch:
                        self._also(connection, found)
                self._move(connection, _REPLIES, since, None if whole else batch[-1].at)
            if whole:
                break
        since = self._mark(_SAID)
        said = list(self._said(since))
        with self._engine.begin() as connection:
            one_at_a_time(connection, "review")
            for n in range(0, len(said), _BATCH):
                _keep(connection, said[n : n + _BATCH])
            self._move(connection, _SAID, since, None)
        return whole

    # --- what is new

    def _mark(self, name: str) -> dt.datetime | None:
        with self._engine.connect() as connection:
            at: dt.datetime | None = connection.execute(select(review_marks.c.at).filter_by(name=name)).scalar()
            return at

    def _move(self, connection: Connection, name: str, since: dt.datetime | None, until: dt.datetime | None) -> None:
        """Everything up to a moment, or up to now, was looked through."""
        to = self._clock.now() - _OVERLAP if until is None else until
        if since is not None and to <= since:
            return
        if not connection.execute(update(review_marks).filter_by(name=name).values(at=to)).rowcount:
            connection.execute(insert(review_marks).values(name=name, at=to))

    def _replies(self, since: dt.datetime | None) -> list[Found]:
        """Replies in the order of their moments. Those of calls are turns only where the call keeps them."""
        query = _replies_query().order_by(messages.c.answered_at, messages.c.message_id)
        of_calls = select(call_turns.c.message_id, call_turns.c.call_id)
        if since is not None:
            query = query.where(type_coerce(messages.c.answered_at, Moment) >= since)
            of_calls = of_calls.where(call_turns.c.at >= since - _OVERLAP)
        with self._engine.connect() as connection:
            rows = connection.execute(query.limit(_BATCH)).all()
            calls: dict[str, str] = {}
            if any(row.client == _CONSOLE for row in rows):
                calls = {row.message_id: row.call_id for row in connection.execute(of_calls)}
        return [_found(row, calls.get(row.message_id)) for row in rows]

    def _reasons(self, found: Found) -> list[str]:
        if found.client == _CONSOLE and found.call_id is None:
            return []
        status, kind = found.reply.get("status"), found.reply.get("kind")
        reasons = [UNANSWERED] if status in self._wanted.statuses and kind not in self._wanted.kinds_not else []
        if found.share is not None and found.share < self._wanted.doubtful and status in self._wanted.doubted:
            reasons.append(DOUBTFUL)
        return reasons

    def _said(self, since: dt.datetime | None) -> Iterable[tuple[Found, str]]:
        """What was said of replies since: by citizens, and by operators."""
        useless = select(feedback.c.receipt).where(feedback.c.useful.is_(False), feedback.c.receipt.is_not(None))
        deviating = select(call_said.c.receipt, call_said.c.call_id).where(call_said.c.deviates.is_(True))
        said = select(talk_lines.c.session_id, talk_lines.c.at).where(talk_lines.c.kind == "operator")
        # The reply of a ticket comes by itself, long after; nobody took the conversation over.
        said = said.where(talk_lines.c.data.not_like('%"ticket":%'))
        if since is not None:
            useless = useless.where(feedback.c.at >= since)
            deviating = deviating.where(call_said.c.at >= since)
            said = said.where(talk_lines.c.at >= since)
        with self._engine.connect() as connection:
            for code in connection.execute(useless).scalars().all():
                yield from ((found, USELESS) for found in _of_receipt(connection, code))
            for code, call_id in connection.execute(deviating).all():
                yield from ((found, DEVIATING) for found in _of_receipt(connection, code, call_id))
            for session_id, at in connection.execute(said.order_by(talk_lines.c.id)).all():
                yield from ((found, CORRECTED) for found in _before(connection, session_id, at))


def _keep(connection: Connection, marked: Sequence[tuple[Found, str]]) -> None:
    """Keep turns that are new, and reasons that are new of any of them; what was cleared meanwhile is left out."""
    fresh = {found.receipt: found for found, _ in marked}
    if not fresh:
        return
    there = set(connection.execute(select(receipts.c.code).where(receipts.c.code.in_(fresh))).scalars())
    ids = _ids(connection, there)
    if rows := [_row(found) for code, found in fresh.items() if code in there - ids.keys()]:
        connection.execute(insert(review_turns), rows)
        ids = _ids(connection, there)
    of_these = select(review_reasons).where(review_reasons.c.turn_id.in_(ids.values()))
    known = {(row.turn_id, row.kind) for row in connection.execute(of_these)}
    wanted = {(ids[found.receipt], reason) for found, reason in marked if found.receipt in ids}
    if news := sorted(wanted - known):
        connection.execute(insert(review_reasons), [{"turn_id": id, "kind": kind} for id, kind in news])


def _ids(connection: Connection, codes: set[str]) -> dict[str, int]:
    query = select(review_turns.c.receipt, review_turns.c.id).where(review_turns.c.receipt.in_(codes))
    return {row.receipt: row.id for row in connection.execute(query)}


def _replies_query() -> Any:
    same = and_(receipts.c.session_id == messages.c.session_id, receipts.c.message_id == messages.c.message_id)
    read = and_(readings.c.session_id == messages.c.session_id, readings.c.message_id == messages.c.message_id)
    at = type_coerce(messages.c.answered_at, Moment).label("at")
    columns = receipts.c.code, receipts.c.session_id, receipts.c.message_id, receipts.c.reply, receipts.c.private
    return select(*columns, at, sessions.c.client, readings.c.share).select_from(
        messages.join(receipts, same).join(sessions, sessions.c.id == messages.c.session_id).outerjoin(readings, read)
    )


def _found(row: Any, call_id: str | None = None) -> Found:
    reply = join(json.loads(row.reply), json.loads(row.private))
    return Found(row.code, row.session_id, row.message_id, row.at, row.client, reply, row.share, call_id)


def _of_receipt(connection: Connection, code: str, call_id: str | None = None) -> list[Found]:
    return [_found(row, call_id) for row in connection.execute(_replies_query().where(receipts.c.code == code))]


def _before(connection: Connection, session_id: str, at: dt.datetime) -> list[Found]:
    """The last reply about something before an operator spoke."""
    earlier = type_coerce(messages.c.answered_at, Moment) <= at
    query = _replies_query().where(messages.c.session_id == session_id, earlier)
    query = query.order_by(messages.c.answered_at.desc(), receipts.c.position.desc()).limit(8)
    found = (_found(row) for row in connection.execute(query))
    return [each for each in found if each.reply.get("status") not in ("handed_off", "smalltalk")][:1]


def _row(found: Found) -> dict[str, Any]:
    reply, client = found.reply, found.client
    channel = client if client.startswith(("web:", "wechat:")) else _CALL if client == _CONSOLE else _API
    return {
        "receipt": found.receipt, "session_id": found.session_id, "message_id": found.message_id,
        "call_id": found.call_id, "at": found.at, "channel": channel, "region": reply.get("region"),
        "matter": reply.get("matter"), "aspect": reply.get("aspect"), "status": reply.get("status") or "error",
        "question": reply.get("question") or "", "share": found.share, "state": "open", "note": "", "revision": 0,
    }  # fmt: skip
