"""Receipts found by the caliber they carried, and withdrawn (收回): the reply stays word for word, with a notice beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine

from koujing.clock import SHANGHAI, Clock
from koujing.prepared import Prepared
from koujing.store.audit import Audit
from koujing.store.codes import normal_code
from koujing.store.tables import messages, receipts, sessions, web_events
from koujing.store.tables_figures import turns
from koujing.store.tables_recalls import recalled_receipts, recalls, receipt_calibers
from koujing.store.tables_tickets import tickets
from koujing.store.ticket_states import OPEN

__all__ = ["Carried", "Recall", "Recalls", "Wrong", "keep"]

_AT_ONCE = 500
_NEW = Prepared(insert(receipt_calibers), "receipt", "caliber", "version")

T = TypeVar("T")


@dataclass(frozen=True)
class Wrong:
    """What was wrong: a caliber, of one version or all; said between two days (both included), in one region or all."""

    caliber: str
    version: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    regions: frozenset[str] | None = None


@dataclass(frozen=True)
class Carried:
    """One receipt that carried it. `client` is the session's; `ticket` the number of one that still owes an answer."""

    receipt: str
    caliber: str
    version: str
    at: dt.datetime
    session_id: str
    client: str
    region: str | None
    ticket: str | None
    recalled: bool
    told_at: dt.datetime | None


@dataclass(frozen=True)
class Recall:
    """Why a receipt was withdrawn, and when."""

    at: dt.datetime
    note: str
    corrected: str | None


def keep(connection: Connection, replies: Sequence[Mapping[str, Any]]) -> None:
    """Keep which calibers the replies carry, in the transaction that keeps the replies."""
    rows = [
        {"receipt": reply["receipt"], "caliber": caliber, "version": version}
        for reply in replies
        for caliber, version in {each["id"]: each["version"] for each in reply.get("calibers", ())}.items()
    ]
    if rows:
        _NEW.each(connection, rows)


class Recalls:
    """Blocking, as the store is."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock, self._audit = engine, clock, Audit(engine, clock)

    def find(self, wrong: Wrong) -> list[Carried]:
        """Every receipt that carried it, oldest first."""
        with self._engine.connect() as connection:
            found = connection.execute(_carried(wrong)).all()
            numbers = _tickets(connection, found)
        return [
            Carried(
                row.receipt, row.caliber, row.version, _moment(row.answered_at), row.session_id, row.client, row.region,
                numbers.get(row.receipt) or numbers.get(row.session_id), row.recall_id is not None, row.told_at,
            )
            for row in found
        ]  # fmt: skip

    def withdraw(self, wrong: Wrong, note: str, corrected: str | None, by: str) -> int:
        """Withdraw every receipt that carried it and is not withdrawn; how many. Stopped halfway, it goes on when called again."""
        new = [one.receipt for one in self.find(wrong) if not one.recalled]
        if not new:
            return 0
        with self._engine.begin() as connection:
            region = ",".join(sorted(wrong.regions))[:64] if wrong.regions else None
            row = {
                "caliber": wrong.caliber, "version": wrong.version, "region": region, "since": wrong.since,
                "until": wrong.until, "note": note, "corrected": corrected, "made_by": by[:80], "at": self._clock.now(),
            }  # fmt: skip
            recall = connection.execute(insert(recalls).values(row)).inserted_primary_key[0]
            self._audit.note(
                None, "receipts_recall", wrong.caliber, {"by": by, "count": len(new)}, connection=connection
            )
        marked = 0
        for some in _pieces(new):
            with self._engine.begin() as connection:
                there = _known(connection, wrong.caliber, some)
                rows = [
                    {"receipt": code, "caliber": wrong.caliber, "recall_id": recall, "told_at": None}
                    for code in some
                    if code not in there
                ]
                if rows:
                    connection.execute(insert(recalled_receipts), rows)
                marked += len(rows)
        return marked

    def of(self, code: str) -> Recall | None:
        """The last word on a receipt, as typed by a person; None where it stands."""
        known = normal_code(code)
        return self.many([known]).get(known) if known else None

    def many(self, codes: Sequence[str]) -> dict[str, Recall]:
        """Of these receipts those that do not stand, with the last word on each."""
        query = select(recalled_receipts.c.receipt, recalls.c.at, recalls.c.note, recalls.c.corrected)
        query = query.join(recalls, recalled_receipts.c.recall_id == recalls.c.id).order_by(recalls.c.id)
        found: dict[str, Recall] = {}
        with self._engine.connect() as connection:
            for some in _pieces(codes):
                for row in connection.execute(query.where(recalled_receipts.c.receipt.in_(list(some)))):
                    found[row.receipt] = Recall(row.at, row.note, row.corrected)
        return found

    def spoken(self, session_ids: Sequence[str]) -> dict[str, dt.datetime]:
        """When each of these sessions last said something on the website, or began."""
        found: dict[str, dt.datetime] = {}
        last = func.max(web_events.c.at)
        with self._engine.connect() as connection:
            for some in _pieces(session_ids):
                begun = select(sessions.c.id, sessions.c.created_at).where(sessions.c.id.in_(some))
                found |= {row.id: row.created_at for row in connection.execute(begun)}
                said = select(web_events.c.session_id, last.label("at")).filter_by(type="message")
                said = said.where(web_events.c.session_id.in_(some)).group_by(web_events.c.session_id)
                found |= {row.session_id: row.at for row in connection.execute(said)}
        return found

    def mark_told(self, connection: Connection, caliber: str, codes: Sequence[str]) -> list[str]:
        """Those of these receipts whose person was not told yet, told from here on in this transaction."""
        mine = recalled_receipts.c.caliber == caliber, recalled_receipts.c.receipt.in_(list(codes))
        waiting = (
            select(recalled_receipts.c.receipt).where(*mine, recalled_receipts.c.told_at.is_(None)).with_for_update()
        )
        new = sorted(connection.execute(waiting).scalars())
        if new:
            told = update(recalled_receipts).where(mine[0], recalled_receipts.c.receipt.in_(new))
            connection.execute(told.values(told_at=self._clock.now()))
        return new

    def audited(self, connection: Connection, caliber: str, by: str, channel: str, count: int) -> None:
        """Keep that a person was told, in the transaction that tells them; not who."""
        detail = {"by": by, "channel": channel, "receipts": count}
        self._audit.note(None, "receipts_tell", caliber, detail, connection=connection)


def _carried(wrong: Wrong) -> Any:
    of = receipt_calibers.c
    query = (
        select(
            of.receipt, of.caliber, of.version, messages.c.answered_at, receipts.c.session_id, sessions.c.client,
            turns.c.region, recalled_receipts.c.recall_id, recalled_receipts.c.told_at,
        )
        .select_from(
            receipt_calibers.join(receipts, receipts.c.code == of.receipt)
            .join(
                messages,
                and_(messages.c.session_id == receipts.c.session_id, messages.c.message_id == receipts.c.message_id),
            )
            .join(sessions, sessions.c.id == receipts.c.session_id)
            .outerjoin(turns, turns.c.receipt == of.receipt)
            .outerjoin(
                recalled_receipts,
                and_(recalled_receipts.c.receipt == of.receipt, recalled_receipts.c.caliber == of.caliber),
            )
        )
        .where(of.caliber == wrong.caliber)
        .order_by(messages.c.answered_at, of.receipt)
    )  # fmt: skip
    if wrong.version is not None:
        query = query.where(of.version == wrong.version)
    if wrong.since is not None:
        query = query.where(messages.c.answered_at >= _midnight(wrong.since))
    if wrong.until is not None:
        query = query.where(messages.c.answered_at < _midnight(wrong.until + dt.timedelta(days=1)))
    if wrong.regions is not None:
        query = query.where(turns.c.region.in_(sorted(wrong.regions)))
    return query


def _tickets(connection: Connection, found: Sequence[Any]) -> dict[str, str]:
    """Open tickets, by receipt and by session."""
    owed: dict[str, str] = {}
    for some in _pieces(found):
        either = or_(
            tickets.c.receipt.in_([row.receipt for row in some]),
            tickets.c.session_id.in_([row.session_id for row in some]),
        )
        query = select(tickets.c.receipt, tickets.c.session_id, tickets.c.year, tickets.c.serial)
        for row in connection.execute(query.where(either, tickets.c.state.in_(OPEN))):
            number = f"{row.year}-{row.serial:06d}"
            owed |= {key: number for key in (row.receipt, row.session_id) if key}
    return owed


def _known(connection: Connection, caliber: str, codes: Sequence[str]) -> set[str]:
    mine = select(recalled_receipts.c.receipt).filter_by(caliber=caliber)
    return set(connection.execute(mine.where(recalled_receipts.c.receipt.in_(list(codes)))).scalars())


def _pieces(all_of_them: Sequence[T]) -> Iterator[Sequence[T]]:
    """In numbers that a statement takes."""
    return (all_of_them[at : at + _AT_ONCE] for at in range(0, len(all_of_them), _AT_ONCE))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), SHANGHAI)


def _moment(value: dt.datetime) -> dt.datetime:
    """`messages.answered_at` is older than `Moment`: SQLite forgets its zone, which is Shanghai's."""
    return value.astimezone(SHANGHAI) if value.tzinfo else value.replace(tzinfo=SHANGHAI)
