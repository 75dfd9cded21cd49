"""Conversations of all channels as operators read them: the lists, one of them with all that was said, and what moved."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, func, or_, select, type_coerce
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store import talk_rows as rows
from koujing.store.moment import Moment
from koujing.store.privacy import join
from koujing.store.recalls import Recalls
from koujing.store.tables import callbacks, messages, receipts, web_events
from koujing.store.tables_staff import staff
from koujing.store.tables_takeovers import talk_lines, talks

__all__ = ["Item", "Talk", "Talks"]

_LATELY = dt.timedelta(minutes=30)
_WAITS = or_(talks.c.state == rows.WAITING, and_(talks.c.state == rows.HELD, talks.c.staff_id.is_(None)))


@dataclass(frozen=True)
class Talk:
    """One conversation: `holder` is the name of who holds it, `waits` whether it waits for anyone to take it."""

    session_id: str
    channel: str
    touched_at: dt.datetime
    revision: int
    said: str | None
    state: str
    why: str | None
    waiting_since: dt.datetime | None
    staff_id: int | None
    holder: str | None
    office: str | None
    held_at: dt.datetime | None
    acted_at: dt.datetime | None
    told: Mapping[str, Any]

    @property
    def waits(self) -> bool:
        """Whether it waits for a person."""
        return self.state == rows.WAITING or (self.state == rows.HELD and self.staff_id is None)

    @property
    def held(self) -> bool:
        """Whether the bot is silent."""
        return self.state == rows.HELD

    @property
    def readable_only(self) -> bool:
        """Whether nobody can take it over: the channel is another system's."""
        return self.channel == rows.API


@dataclass(frozen=True)
class Item:
    """One thing in a conversation: message, reply, failed or notice, or a line's kind. `by` is an operator's name."""

    at: dt.datetime
    kind: str
    text: str = ""
    by: str | None = None
    key: str = ""
    data: Mapping[str, Any] | None = None
    reply: dict[str, Any] | None = None


class Talks:
    """Blocking. Only reads."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock, self._recalls = engine, clock, Recalls(engine, clock)

    def waiting(self, most: int = 200) -> list[Talk]:
        """Those that wait for a person, who waits longest first."""
        return self._list(_WAITS, order=talks.c.waiting_since, most=most)

    def of(self, staff_id: int, most: int = 200) -> list[Talk]:
        """Those that somebody holds."""
        return self._list(talks.c.state == rows.HELD, talks.c.staff_id == staff_id, order=talks.c.held_at, most=most)

    def active(self, most: int = 200) -> list[Talk]:
        """Those in which something happened lately, and all that are held."""
        lately = talks.c.touched_at > self._clock.now() - _LATELY
        return self._list(or_(lately, talks.c.state == rows.HELD), order=talks.c.touched_at.desc(), most=most)

    def past(self, channel: str | None, before: dt.datetime | None, most: int = 50) -> list[Talk]:
        """Those that are over, newest first; of one kind of channel only, and older than a moment, where given."""
        now = self._clock.now() - _LATELY
        over = [talks.c.touched_at <= now, talks.c.state == rows.BOT]
        if channel is not None:
            over.append(talks.c.channel.startswith(channel, autoescape=True))
        if before is not None:
            over.append(talks.c.touched_at < before)
        return self._list(*over, order=talks.c.touched_at.desc(), most=most)

    def counts(self, staff_id: int) -> tuple[int, int]:
        """How many wait, and how many somebody holds."""
        query = select(func.count()).select_from(talks)
        mine = talks.c.state == rows.HELD, talks.c.staff_id == staff_id
        with self._engine.connect() as connection:
            waiting = connection.execute(query.where(_WAITS)).scalar_one()
            return int(waiting), int(connection.execute(query.where(*mine)).scalar_one())

    def get(self, session_id: str) -> Talk | None:
        """One of them."""
        found = self._list(talks.c.session_id == session_id, order=talks.c.touched_at, most=1)
        return found[0] if found else None

    def moved(self, since: dt.datetime | None) -> dict[str, tuple[int, dt.datetime]]:
        """The conversations in which something happened since a moment, with their revisions."""
        query = select(talks.c.session_id, talks.c.revision, talks.c.touched_at)
        query = (
            query.order_by(talks.c.touched_at.desc()).limit(1)
            if since is None
            else query.where(talks.c.touched_at >= since)
        )
        with self._engine.connect() as connection:
            return {row.session_id: (row.revision, row.touched_at) for row in connection.execute(query)}

    def transcript(self, talk: Talk) -> list[Item]:
        """Everything in a conversation, oldest first."""
        lines = self._lines(talk.session_id)
        if not talk.channel.startswith("web:"):
            return self._marked(sorted([*self._of_others(talk.session_id), *lines], key=_at))
        # What a person was shown stands among the website's own events already, in the words of the button pressed.
        heard = {line.key: line for line in lines if line.kind == "heard"}
        said = [
            replace(item, kind="heard", data=heard[item.key].data)
            if item.kind == "message" and item.key in heard
            else item
            for item in self._of_web(talk.session_id)
        ]
        return self._marked(sorted([*said, *(line for line in lines if line.kind != "heard")], key=_at))

    def _marked(self, items: list[Item]) -> list[Item]:
        """With the withdrawal beside every reply that was withdrawn since (`recalled`)."""
        codes = [item.reply["receipt"] for item in items if item.reply is not None]
        found = self._recalls.many(codes) if codes else {}
        return [
            replace(item, data={**(item.data or {}), "recalled": found[item.reply["receipt"]]})
            if item.reply is not None and item.reply["receipt"] in found
            else item
            for item in items
        ]

    def callbacks(self, session_id: str) -> list[tuple[str, dt.datetime, str, str | None]]:
        """Wishes to be called back: code, when asked, part of the day, note. The number stays where it is."""
        query = select(callbacks.c.code, callbacks.c.at, callbacks.c.day_part, callbacks.c.note)
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query.filter_by(session_id=session_id))]

    def _list(self, *where: Any, order: Any, most: int) -> list[Talk]:
        query = select(talks, staff.c.display).select_from(talks.outerjoin(staff, staff.c.id == talks.c.staff_id))
        with self._engine.connect() as connection:
            return [_talk(row) for row in connection.execute(query.where(*where).order_by(order).limit(most))]

    def _of_web(self, session_id: str) -> list[Item]:
        columns = web_events, receipts.c.reply, receipts.c.private
        joined = web_events.outerjoin(receipts, web_events.c.receipt == receipts.c.code)
        query = select(*columns).select_from(joined).where(web_events.c.session_id == session_id)
        shown = query.where(web_events.c.type.in_(("message", "reply", "failed", "notice")))
        with self._engine.connect() as connection:
            return [_event(row) for row in connection.execute(shown.order_by(web_events.c.id))]

    def _of_others(self, session_id: str) -> list[Item]:
        at = type_coerce(messages.c.answered_at, Moment).label("at")
        same = and_(receipts.c.session_id == messages.c.session_id, receipts.c.message_id == messages.c.message_id)
        query = select(at, messages.c.message_id, receipts.c.reply, receipts.c.private)
        query = query.select_from(messages.join(receipts, same)).where(messages.c.session_id == session_id)
        items: list[Item] = []
        asked = None
        with self._engine.connect() as connection:
            for row in connection.execute(query.order_by(at, messages.c.message_id, receipts.c.position)):
                reply = join(json.loads(row.reply), json.loads(row.private))
                if reply["question"] and (row.message_id, reply["question"]) != asked:
                    asked = (row.message_id, reply["question"])
                    items.append(Item(row.at, "message", reply["question"], key=row.message_id))
                items.append(Item(row.at, "reply", reply=reply, key=row.message_id))
        return items

    def _lines(self, session_id: str) -> list[Item]:
        query = select(talk_lines, staff.c.display)
        query = query.select_from(talk_lines.outerjoin(staff, staff.c.id == talk_lines.c.staff_id))
        query = query.where(talk_lines.c.session_id == session_id).order_by(talk_lines.c.id)
        with self._engine.connect() as connection:
            return [
                Item(row.at, row.kind, row.text, row.display, row.key, json.loads(row.data))
                for row in connection.execute(query)
            ]


def _at(item: Item) -> dt.datetime:
    return item.at


def _talk(row: Any) -> Talk:
    told = {} if row.told is None else json.loads(row.told)
    return Talk(
        row.session_id, row.channel, row.touched_at, row.revision, row.said, row.state, row.why, row.waiting_since,
        row.staff_id, row.display, row.office, row.held_at, row.acted_at, told,
    )  # fmt: skip


def _event(row: Any) -> Item:
    data = json.loads(row.data)
    reply = None if row.reply is None else join(json.loads(row.reply), json.loads(row.private))
    return Item(row.at, row.type, data.get("text", ""), None, row.message_id or "", {"state": row.state}, reply)
