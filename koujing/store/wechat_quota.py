"""How many messages were pushed to each follower since they last did something. Holds over several processes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import and_, bindparam, case, delete, insert, or_, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from koujing.store.tables import wechat_quota

__all__ = ["Limit", "Quotas", "Trigger"]

Trigger = Literal["message", "event"]

# A push answered by nobody for so long is over; its process may be gone.
_FLIGHT = dt.timedelta(seconds=60)
_ALL = 1_000_000

_t = wechat_quota.c


@dataclass(frozen=True)
class Limit:
    """How many, for how long."""

    count: int
    lasts: dt.timedelta


class Quotas:
    """Blocking, as the store is. Each method is one transaction.

    A push uses one of every window that is open, and is allowed while any of them has one left: the platform does not
    say how windows add up, and this holds however they do. A push under way while a window opens counts in it, as
    nobody knows which of the two the platform sees first.
    """

    def __init__(self, engine: Engine, limits: Mapping[Trigger, Limit]) -> None:
        self._engine = engine
        self._message, self._event = limits["message"], limits["event"]

    def open(self, follower: str, trigger: Trigger, made: dt.datetime, now: dt.datetime) -> None:
        """A follower did something at `made`, which begins a window; nothing where it is not newer than the last."""
        begun = {"the_follower": follower, "the_made": made, "the_opening": min(made, now), "the_flight": now - _FLIGHT}
        for last in (False, True):
            try:
                with self._engine.begin() as connection:
                    if connection.execute(_OPENING[trigger], begun).rowcount:
                        return
                    if connection.execute(_KNOWN, {"the_follower": follower}).first() is None:
                        connection.execute(insert(wechat_quota).values(_row(follower, trigger, made, now)))
                    return
            except IntegrityError:
                # Two first acts came at once; the other made the row.
                if last:
                    raise

    def reserve(self, follower: str, now: dt.datetime) -> bool:
        """Count one push, before it is made; False where there is none left."""
        one = {"message_used": _t.message_used + 1, "event_used": _t.event_used + 1}
        counted = (
            update(wechat_quota)
            .where(_t.follower == follower, or_(self._left("message", now), self._left("event", now)))
            .values(**one, flying=_flying(now - _FLIGHT) + 1, reserved_at=now)
        )
        with self._engine.begin() as connection:
            return bool(connection.execute(counted).rowcount)

    def settle(self, follower: str, *, spent: bool) -> None:
        """A push reserved before is answered; one that was not spent is given back."""
        back = 0 if spent else 1
        settled = (
            update(wechat_quota)
            .where(_t.follower == follower, _t.flying > 0)
            .values(
                flying=_t.flying - 1,
                message_used=case((_t.message_used >= back, _t.message_used - back), else_=0),
                event_used=case((_t.event_used >= back, _t.event_used - back), else_=0),
            )
        )
        with self._engine.begin() as connection:
            connection.execute(settled)

    def left(self, follower: str, now: dt.datetime) -> tuple[int, dt.datetime | None]:
        """How many may still be pushed, and until when, in the window that has most left."""
        with self._engine.connect() as connection:
            row = connection.execute(select(wechat_quota).where(_t.follower == follower)).first()
        windows = [(0, None)] if row is None else [self._window(row, each, now) for each in ("message", "event")]
        return max(windows, key=lambda window: window[0])

    def _window(self, row: Any, trigger: Trigger, now: dt.datetime) -> tuple[int, dt.datetime | None]:
        limit = self._message if trigger == "message" else self._event
        begun, used = getattr(row, f"{trigger}_open"), getattr(row, f"{trigger}_used")
        if begun is None or begun <= now - limit.lasts or used >= limit.count:
            return 0, None
        return limit.count - used, begun + limit.lasts

    def exhaust(self, follower: str) -> None:
        """The platform says that nothing is left: until the follower does something, nothing is."""
        with self._engine.begin() as connection:
            connection.execute(
                update(wechat_quota).where(_t.follower == follower).values(message_used=_ALL, event_used=_ALL)
            )

    def forget(self, follower: str) -> None:
        """Remove a follower."""
        with self._engine.begin() as connection:
            connection.execute(delete(wechat_quota).where(_t.follower == follower))

    def expire(self, now: dt.datetime) -> None:
        """Remove those whose windows are over."""
        over = [
            or_(begun.is_(None), begun <= now - limit.lasts)
            for begun, limit in ((_t.message_open, self._message), (_t.event_open, self._event))
        ]
        with self._engine.begin() as connection:
            connection.execute(delete(wechat_quota).where(*over))

    def _left(self, trigger: Trigger, now: dt.datetime) -> Any:
        limit = self._message if trigger == "message" else self._event
        return and_(_t[f"{trigger}_open"] > now - limit.lasts, _t[f"{trigger}_used"] < limit.count)


def _opening(trigger: Trigger) -> Any:
    """The statement of `open`, built once for all messages."""
    made, flying = bindparam("the_made"), _flying(bindparam("the_flight"))
    newer = or_(_t[f"{trigger}_made"].is_(None), _t[f"{trigger}_made"] < made)
    begun = {f"{trigger}_made": made, f"{trigger}_open": bindparam("the_opening"), f"{trigger}_used": flying}
    mine = update(wechat_quota).where(_t.follower == bindparam("the_follower"), newer)
    return mine.values(**begun, flying=flying)


def _row(follower: str, trigger: Trigger, made: dt.datetime, now: dt.datetime) -> dict[str, Any]:
    row = {"follower": follower, "message_used": 0, "event_used": 0, "flying": 0}
    return {**row, f"{trigger}_made": made, f"{trigger}_open": min(made, now)}


def _flying(since: Any) -> Any:
    return case((_t.reserved_at > since, _t.flying), else_=0)


_KNOWN = select(_t.follower).where(_t.follower == bindparam("the_follower"))
_OPENING = {trigger: _opening(trigger) for trigger in get_args(Trigger)}
