"""What waits, counted for who watches over the service: people, tickets, and what WeChat's rules leave. No one is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.engine import Connection, Engine

from koujing.clock import Clock
from koujing.store.tables import receipts, wechat_quota
from koujing.store.tables_staff import audit
from koujing.store.tables_takeovers import talks
from koujing.store.tables_tickets import tickets
from koujing.store.talk_rows import HELD, WAITING
from koujing.store.ticket_states import OPEN
from koujing.store.wechat_quota import Limit, Trigger

__all__ = ["RETENTION", "Queues", "Waiting"]

RETENTION = "retention_run"
"""The action under which the audit keeps that the retention job ran."""


@dataclass(frozen=True)
class Waiting:
    """One look. Seconds are of the person who waits longest."""

    people: int
    longest_seconds: float
    tickets_open: int
    tickets_overdue: int
    followers_with_pushes: int
    followers_without: int
    pushes_left: int
    retention_at: dt.datetime | None


class Queues:
    """Blocking."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def now(self, limits: Mapping[Trigger, Limit]) -> Waiting:
        """Count everything on one connection; `limits` are those of the pushes on WeChat."""
        with self._engine.connect() as connection:
            people, seconds = self._people(connection)
            open_, overdue = self._tickets(connection)
            having, used_up, left = self._pushes(connection, limits)
            ran = connection.execute(select(func.max(audit.c.id)).where(audit.c.action == RETENTION)).scalar()
            at = None if ran is None else connection.execute(select(audit.c.at).filter_by(id=ran)).scalar()
        return Waiting(people, seconds, open_, overdue, having, used_up, left, at)

    def alive(self) -> None:
        """Ask the database for the least there is; raises what the database does."""
        with self._engine.connect() as connection:
            connection.execute(select(receipts.c.code).limit(1)).first()

    def pool(self) -> tuple[int, int]:
        """Connections to the database: in use, and kept for the next who needs one."""
        pool = self._engine.pool
        return int(pool.checkedout()), int(pool.checkedin())

    def _people(self, connection: Connection) -> tuple[int, float]:
        waits = or_(talks.c.state == WAITING, and_(talks.c.state == HELD, talks.c.staff_id.is_(None)))
        # Each is a row that the console lists anyway; there are few.
        since = list(connection.execute(select(talks.c.waiting_since).where(waits)).scalars())
        began = [at for at in since if at is not None]
        longest = (self._clock.now() - min(began)).total_seconds() if began else 0.0
        return len(since), max(0.0, longest)

    def _tickets(self, connection: Connection) -> tuple[int, int]:
        late = func.coalesce(func.sum(case((tickets.c.due_on < self._clock.today(), 1), else_=0)), 0)
        row = connection.execute(select(func.count(), late).where(tickets.c.state.in_(OPEN))).one()
        return int(row[0]), int(row[1])

    def _pushes(self, connection: Connection, limits: Mapping[Trigger, Limit]) -> tuple[int, int, int]:
        """Followers with a window open: how many have pushes left and have not, and the pushes left in all."""
        now, of = self._clock.now(), wechat_quota.c
        opens, lefts = [], []
        for trigger, limit in limits.items():
            begun, used = of[f"{trigger}_open"] > now - limit.lasts, of[f"{trigger}_used"]
            opens.append(begun)
            lefts.append(case((and_(begun, used < limit.count), limit.count - used), else_=0))
        # As in `Quotas.left`: the window that has most left counts.
        best = case((lefts[0] >= lefts[1], lefts[0]), else_=lefts[1])
        having = func.coalesce(func.sum(case((best > 0, 1), else_=0)), 0)
        row = connection.execute(
            select(func.count(), having, func.coalesce(func.sum(best), 0)).where(or_(*opens))
        ).one()
        return int(row[1]), int(row[0]) - int(row[1]), int(row[2])
