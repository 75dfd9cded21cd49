"""Figures counted from the turns: how many questions, how they were answered, whether the first answer settled them.

A question is a reply that ends it, or a question back (追问) after which the citizen said nothing more. Everything is grouped
in the database; only the conversations from which something was passed on to a person are read turn by turn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.engine import Engine

from koujing.store.tables_figures import turn_clauses, turns
from koujing.store.turn_rows import ABSTAINED, POINTED

__all__ = ["DIMENSIONS", "Counts", "Figures", "Scope", "Turn"]

DIMENSIONS = ("day", "channel", "region", "matter", "aspect", "clause")

_IS_QUESTION = turns.c.outcome != "none"


@dataclass(frozen=True)
class Scope:
    """Which turns are counted. Days are in Shanghai, both included; `regions` are all of those meant."""

    first: dt.date
    last: dt.date
    channel: str | None = None
    regions: frozenset[str] | None = None
    matter: str | None = None
    clause: str | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing but the days narrows it."""
        return not (self.channel or self.regions or self.matter or self.clause)

    @property
    def before(self) -> Scope:
        """As many days before it, else the same."""
        days = self.last - self.first + dt.timedelta(days=1)
        return Scope(
            self.first - days, self.last - days, self.channel, self.regions, self.matter, self.clause
        )  # fmt: skip

    def where(self) -> list[Any]:
        """The same as conditions on the turns."""
        found: list[Any] = [turns.c.day >= self.first, turns.c.day <= self.last]
        if self.channel is not None:
            own = turns.c.channel == self.channel
            found.append(or_(own, turns.c.channel.startswith(f"{self.channel}:", autoescape=True)))
        if self.regions is not None:
            found.append(turns.c.region.in_(sorted(self.regions)))
        if self.matter is not None:
            found.append(turns.c.matter == self.matter)
        if self.clause is not None:
            cited = select(turn_clauses.c.turn_id).where(turn_clauses.c.clause == self.clause)
            found.append(turns.c.id.in_(cited))
        return found

    def holds(self, turn: Turn) -> bool:
        """Whether a turn is in it, but for the days."""
        return (
            (self.channel is None or turn.channel.partition(":")[0] == self.channel)
            and (self.regions is None or turn.region in self.regions)
            and (self.matter is None or turn.matter == self.matter)
            and (self.clause is None or self.clause in turn.clauses)
        )


@dataclass(frozen=True)
class Turn:
    """One reply, without words."""

    id: int
    receipt: str
    session_id: str
    at: dt.datetime
    day: dt.date
    hour: int
    channel: str
    status: str
    kind: str | None
    region: str | None
    matter: str | None
    aspect: str | None
    verdict: str | None
    asked: int
    last: bool
    again: bool
    took: int | None
    useful: bool | None
    outcome: str
    clauses: tuple[str, ...] = ()

    @property
    def question(self) -> bool:
        """Whether it counts as a question."""
        return self.outcome != "none"

    @property
    def settled(self) -> bool:
        """Whether it settled the question, as far as nothing was passed on to a person afterwards."""
        return self.outcome == "settled"


@dataclass
class Counts:
    """What is counted of a group of turns; `settled` is before what was passed on is taken off."""

    settled: int = 0
    repeated: int = 0
    disliked: int = 0
    pointed: int = 0
    abstained: int = 0
    broken_off: int = 0
    useful: int = 0
    useless: int = 0
    sessions: int = 0
    transfers: int = 0
    lost: int = 0

    @property
    def concluded(self) -> int:
        """Those with a conclusion in an approved wording."""
        return self.settled + self.repeated + self.disliked

    @property
    def questions(self) -> int:
        """All of them."""
        return self.concluded + self.pointed + self.abstained + self.broken_off

    @property
    def resolved(self) -> int:
        """Settled by the first answer (首答解决)."""
        return self.settled - self.lost

    @property
    def rate(self) -> float | None:
        """Those settled among all questions, 0 to 1; null where there was none."""
        return self.resolved / self.questions if self.questions else None

    @property
    def rate_concluded(self) -> float | None:
        """Those settled among those that got a conclusion."""
        return self.resolved / self.concluded if self.concluded else None

    def add(self, other: Counts) -> None:
        """Count another group in."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


class Figures:
    """Blocking, as the store is. Only reads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def by(self, dimension: str, scope: Scope) -> dict[Any, Counts]:
        """The counts of each group with a question; conversations and transfers are not among them.

        Args:
            dimension: one of `DIMENSIONS`.

        Raises:
            ValueError: it is none.
        """
        column, source = _dimension(dimension)
        query = select(column.label("of"), turns.c.outcome, turns.c.useful, func.count().label("n"))
        query = query.select_from(source).where(*scope.where())
        found: dict[Any, Counts] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query.group_by(column, turns.c.outcome, turns.c.useful)):
                counts = found.setdefault(row.of, Counts())
                if row.outcome != "none":
                    setattr(counts, row.outcome, getattr(counts, row.outcome) + row.n)
                if row.useful is not None:
                    counts.useful += row.n if row.useful else 0
                    counts.useless += 0 if row.useful else row.n
        return {of: counts for of, counts in found.items() if counts.questions}

    def sessions(self, scope: Scope) -> dict[str, int]:
        """How many conversations had a question, by channel; no conversation has two."""
        query = select(turns.c.channel, func.count(turns.c.session_id.distinct())).where(*scope.where(), _IS_QUESTION)
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query.group_by(turns.c.channel))}

    def heat(self, scope: Scope) -> dict[tuple[dt.date, int], int]:
        """Questions of each day and hour."""
        query = select(turns.c.day, turns.c.hour, func.count()).where(*scope.where(), _IS_QUESTION)
        with self._engine.connect() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(query.group_by(turns.c.day, turns.c.hour))}

    def abstentions(self, scope: Scope) -> dict[tuple[str, str | None], int]:
        """How often nothing was said of the matter, by status and kind, and where another document was named."""
        query = select(turns.c.status, turns.c.kind, func.count()).where(*scope.where())
        query = query.where(turns.c.status.in_((*ABSTAINED, *POINTED))).group_by(turns.c.status, turns.c.kind)
        with self._engine.connect() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(query)}

    def interviews(self, scope: Scope) -> dict[int, int]:
        """How many verdicts were reached after so many questions back."""
        query = select(turns.c.asked, func.count()).where(*scope.where(), turns.c.status == "determined")
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query.group_by(turns.c.asked))}

    def took(self, scope: Scope, share: float) -> int | None:
        """Within how many milliseconds this share of the answers was there; null where it is not known of any."""
        known = select(turns.c.took).where(*scope.where(), turns.c.took.isnot(None))
        with self._engine.connect() as connection:
            many = connection.execute(select(func.count()).select_from(known.subquery())).scalar_one()
            if not many:
                return None
            place = min(many - 1, int(many * share))
            return int(connection.execute(known.order_by(turns.c.took).limit(1).offset(place)).scalar_one())

    def first_day(self) -> dt.date | None:
        """The day of the first turn that is kept."""
        with self._engine.connect() as connection:
            found: dt.date | None = connection.execute(select(func.min(turns.c.day))).scalar()
            return found

    def listed(self, scope: Scope, *where: Any, before: int | None, most: int) -> list[Turn]:
        """Turns, newest first, older than one of them where given."""
        older = [] if before is None else [turns.c.id < before]
        query = select(*_COLUMNS).where(*scope.where(), *where, *older).order_by(turns.c.id.desc()).limit(most)
        with self._engine.connect() as connection:
            return [Turn(*row) for row in connection.execute(query)]

    def of_sessions(self, sessions: Iterable[str]) -> list[Turn]:
        """All turns of these sessions in their order, with their clauses."""
        found: list[Turn] = []
        ids = sorted(set(sessions))
        with self._engine.connect() as connection:
            for n in range(0, len(ids), _CHUNK):
                mine = turns.c.session_id.in_(ids[n : n + _CHUNK])
                cited: dict[int, list[str]] = {}
                joined = select(turn_clauses).join(turns, turns.c.id == turn_clauses.c.turn_id).where(mine)
                for row in connection.execute(joined):
                    cited.setdefault(row.turn_id, []).append(row.clause)
                rows = connection.execute(select(*_COLUMNS).where(mine).order_by(turns.c.id))
                found += (Turn(*(*row, tuple(cited.get(row[0], ())))) for row in rows)
        return found


_CHUNK = 500


def _dimension(name: str) -> tuple[Any, Any]:
    if name not in DIMENSIONS:
        raise ValueError(f"nothing is counted by {name}")
    if name == "clause":
        return turn_clauses.c.clause, turns.join(turn_clauses, turn_clauses.c.turn_id == turns.c.id)
    return turns.c[name], turns


_COLUMNS = [turns.c[each.name] for each in fields(Turn) if each.name != "clauses"]
