"""Changes to the repository that were proposed in review, and the patches (补丁) into which they were gathered.

A change is ready until a patch takes it. A patch is made or not at all; its text never changes. Whoever keeps the repository
takes it with `git apply` and says here that it was merged, or that it was dropped, which makes its changes ready again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine

from koujing.clock import Clock
from koujing.store.errors import StoreError
from koujing.store.tables_reviews import open_points, review_changes, review_patches, review_turns
from koujing.store.tables_staff import staff

__all__ = ["CALIBER", "EXAMPLE", "Author", "Change", "Patch", "PatchGoneError", "PatchStateError", "Patches", "Tried"]

EXAMPLE, CALIBER = "example", "caliber"
READY, PATCHED, MERGED, WITHDRAWN = "ready", "patched", "merged", "withdrawn"
MADE, DROPPED = "made", "dropped"


class PatchGoneError(StoreError):
    """There is no such patch or change."""


class PatchStateError(StoreError):
    """A change stands in a patch already, or a patch is closed."""


@dataclass(frozen=True)
class Author:
    """Who proposes something; only the role goes into the patch."""

    staff_id: int
    role: str


@dataclass(frozen=True)
class Tried:
    """What a trial of a patch said."""

    fits: bool
    told: str


@dataclass(frozen=True)
class Change:
    """One change: `data` is an example or a caliber's draft, made of a turn or of an open point."""

    id: int
    kind: str
    data: Mapping[str, Any]
    reason: str
    role: str
    at: dt.datetime
    state: str
    turn_id: int | None
    point_id: int | None
    patch_id: int | None
    by: str | None


@dataclass(frozen=True)
class Patch:
    """One patch: `text` is what `git apply` takes."""

    id: int
    title: str
    reason: str
    role: str
    at: dt.datetime
    text: str
    fits: bool
    told: str
    tried_at: dt.datetime
    state: str
    closed_at: dt.datetime | None
    closed_for: str | None
    by: str | None


class Patches:
    """Blocking, as the store is. Each method is one transaction."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    # --- changes

    def propose(
        self,
        kind: str,
        data: Mapping[str, Any],
        reason: str,
        author: Author,
        *,
        turn_id: int | None = None,
        point_id: int | None = None,
    ) -> int:
        """Keep a change for the next patch; its id."""
        row = {
            "kind": kind, "data": json.dumps(dict(data), ensure_ascii=False), "reason": reason, "role": author.role,
            "staff_id": author.staff_id, "at": self._clock.now(), "state": READY, "turn_id": turn_id,
            "point_id": point_id,
        }  # fmt: skip
        with self._engine.begin() as connection:
            return int(connection.execute(insert(review_changes).values(row)).inserted_primary_key[0])

    def withdraw(self, id: int) -> Change:
        """Take a change back that no patch holds yet.

        Raises:
            PatchGoneError, PatchStateError: there is none, or it is in a patch.
        """
        with self._engine.begin() as connection:
            ready = update(review_changes).filter_by(id=id, state=READY)
            if not connection.execute(ready.values(state=WITHDRAWN)).rowcount:
                raise PatchStateError(str(id)) if self._changes(connection, [id]) else PatchGoneError(str(id))
            return self._changes(connection, [id])[0]

    def ready(self) -> list[Change]:
        """The changes that wait for a patch, oldest first."""
        return self._listed(review_changes.c.state == READY)

    def of_turn(self, turn_id: int) -> list[Change]:
        """The changes made of a turn."""
        return self._listed(review_changes.c.turn_id == turn_id, review_changes.c.state != WITHDRAWN)

    def of_point(self, point_id: int) -> list[Change]:
        """The changes made of an open point."""
        return self._listed(review_changes.c.point_id == point_id, review_changes.c.state != WITHDRAWN)

    def of_patch(self, patch_id: int) -> list[Change]:
        """The changes that a patch holds, or held until it was dropped."""
        return self._listed(review_changes.c.patch_id == patch_id)

    # --- patches

    def make(self, ids: Sequence[int], title: str, reason: str, author: Author, text: str, tried: Tried) -> int:
        """Gather ready changes into a patch; its id. Their turns and points are in a patch from here on.

        Raises:
            PatchStateError: one of the changes is not ready any more; no patch is made.
        """
        now = self._clock.now()
        row = {
            "title": title, "reason": reason, "role": author.role, "staff_id": author.staff_id, "at": now, "text": text,
            "fits": int(tried.fits), "told": tried.told, "tried_at": now, "state": MADE,
        }  # fmt: skip
        with self._engine.begin() as connection:
            id = int(connection.execute(insert(review_patches).values(row)).inserted_primary_key[0])
            taking = update(review_changes).where(review_changes.c.id.in_(ids), review_changes.c.state == READY)
            if connection.execute(taking.values(state=PATCHED, patch_id=id)).rowcount != len(set(ids)) or not ids:
                raise PatchStateError(str(sorted(ids)))
            self._move_turns(connection, id, ("open", "labelled"), "patched")
            self._move_points(connection, id, ("open", "asked", "answered"), "patched")
        return id

    def tried(self, id: int, tried: Tried) -> None:
        """Keep what a new trial said."""
        news = {"fits": int(tried.fits), "told": tried.told, "tried_at": self._clock.now()}
        with self._engine.begin() as connection:
            connection.execute(update(review_patches).filter_by(id=id).values(**news))

    def merge(self, id: int, staff_id: int, commit: str) -> None:
        """The repository has it: what it came from is done.

        Raises:
            PatchStateError: it is closed already.
        """
        with self._engine.begin() as connection:
            self._close(connection, id, staff_id, MERGED, commit)
            connection.execute(update(review_changes).filter_by(patch_id=id).values(state=MERGED))
            self._move_turns(connection, id, ("patched",), "done")
            self._move_points(connection, id, ("patched",), "published")

    def drop(self, id: int, staff_id: int, reason: str) -> None:
        """It is not taken; its changes are ready again, so that another patch may take them.

        Raises:
            PatchStateError: it is closed already.
        """
        with self._engine.begin() as connection:
            self._close(connection, id, staff_id, DROPPED, reason)
            self._move_turns(connection, id, ("patched",), "labelled")
            self._move_points(connection, id, ("patched",), "answered")
            connection.execute(update(review_changes).filter_by(patch_id=id).values(state=READY, patch_id=None))

    def all(self, most: int = 200) -> list[Patch]:
        """The newest first."""
        with self._engine.connect() as connection:
            query = _patch_query().order_by(review_patches.c.id.desc()).limit(most)
            return [_patch(row) for row in connection.execute(query)]

    def get(self, id: int) -> Patch:
        """One of them.

        Raises:
            PatchGoneError: there is none.
        """
        with self._engine.connect() as connection:
            row = connection.execute(_patch_query().where(review_patches.c.id == id)).first()
        if row is None:
            raise PatchGoneError(str(id))
        return _patch(row)

    # ---

    def _close(self, connection: Connection, id: int, staff_id: int, state: str, why: str) -> None:
        news = {"state": state, "closed_at": self._clock.now(), "closed_by": staff_id, "closed_for": why}
        if not connection.execute(update(review_patches).filter_by(id=id, state=MADE).values(**news)).rowcount:
            raise PatchStateError(str(id))

    def _move_turns(self, connection: Connection, patch_id: int, before: tuple[str, ...], to: str) -> None:
        of_patch = select(review_changes.c.turn_id).where(review_changes.c.patch_id == patch_id)
        moving = update(review_turns).where(
            review_turns.c.id.in_(of_patch.where(review_changes.c.turn_id.is_not(None))),
            review_turns.c.state.in_(before),
        )
        news = {"state": to, "changed_at": self._clock.now(), "revision": review_turns.c.revision + 1}
        connection.execute(moving.values(**news))

    def _move_points(self, connection: Connection, patch_id: int, before: tuple[str, ...], to: str) -> None:
        of_patch = select(review_changes.c.point_id).where(review_changes.c.patch_id == patch_id)
        moving = update(open_points).where(
            open_points.c.id.in_(of_patch.where(review_changes.c.point_id.is_not(None))),
            open_points.c.state.in_(before),
        )
        news = {"state": to, "changed_at": self._clock.now(), "revision": open_points.c.revision + 1}
        connection.execute(moving.values(**news))

    def _listed(self, *where: Any) -> list[Change]:
        with self._engine.connect() as connection:
            return [_change(row) for row in connection.execute(_change_query().where(*where))]

    @staticmethod
    def _changes(connection: Connection, ids: Sequence[int]) -> list[Change]:
        return [_change(row) for row in connection.execute(_change_query().where(review_changes.c.id.in_(ids)))]


def _change_query() -> Any:
    joined = review_changes.outerjoin(staff, staff.c.id == review_changes.c.staff_id)
    return select(review_changes, staff.c.display).select_from(joined).order_by(review_changes.c.id)


def _change(row: Any) -> Change:
    return Change(
        row.id, row.kind, json.loads(row.data), row.reason, row.role, row.at, row.state, row.turn_id, row.point_id,
        row.patch_id, row.display,
    )  # fmt: skip


def _patch_query() -> Any:
    joined = review_patches.outerjoin(staff, staff.c.id == review_patches.c.staff_id)
    return select(review_patches, staff.c.display).select_from(joined)


def _patch(row: Any) -> Patch:
    return Patch(
        row.id, row.title, row.reason, row.role, row.at, row.text, bool(row.fits), row.told, row.tried_at, row.state,
        row.closed_at, row.closed_for, row.display,
    )  # fmt: skip
