"""The figures of 200,000 replies: every report of a month and of two, and one reply more to keep.

The peer of a report is to read the same rows one by one, as without grouping in the database. `python -m bench.figures`.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.engine import Engine

from koujing.clock import SHANGHAI
from koujing.desk.console.figures.report import Names, make_report
from koujing.knowledge.base import load_knowledge
from koujing.settings import ROOT
from koujing.store.database import open_database
from koujing.store.figures import Figures, Scope
from koujing.store.figures_transfers import Transfers
from koujing.store.tables_figures import turn_clauses, turns

MANY, DAYS = 200_000, 61
FIRST = dt.date(2021, 8, 1)
STATUSES = {
    "settled": "determined", "repeated": "answered", "disliked": "answered", "pointed": "referred",
    "abstained": "outside_scope", "broken_off": "clarifying", "none": "handed_off",
}  # fmt: skip
WEIGHTS = (60, 3, 2, 8, 14, 10, 3)


def main() -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(Path(folder) / "koujing.db")
        knowledge = load_knowledge(ROOT / "policies")
        fill(engine, list(knowledge.matters), list(knowledge.clauses))
        figures = Figures(engine)
        transfers, names = Transfers(engine, figures), Names(knowledge)
        now = dt.datetime.combine(FIRST + dt.timedelta(days=DAYS), dt.time(9), SHANGHAI)
        two = Scope(FIRST, FIRST + dt.timedelta(days=DAYS - 1))
        one = Scope(FIRST + dt.timedelta(days=30), two.last)
        day = Scope(two.last, two.last)
        print(f"{MANY:,} replies in {DAYS} days, best of 3, seconds")
        rows = timed(lambda: read(engine))
        for name, scope in (("two months", two), ("a month", one), ("a day", day)):
            took = timed(lambda scope=scope: make_report(figures, transfers, names, scope, now))
            print(f"report of {name:<12} {took:6.2f}   ratio to reading all rows {took / rows:5.2f}")
        print(f"reading all rows        {rows:6.2f}")
        engine.dispose()


def fill(engine: Engine, matters: list[str], clauses: list[str]) -> None:
    """Replies as a busy hotline has them: few matters are asked for often, many seldom."""
    random = Random(1)
    weights = [1 / (n + 1) for n in range(len(matters))]
    begin = dt.datetime.combine(FIRST, dt.time(), SHANGHAI)
    made, cited = [], []
    for n in range(MANY):
        at = begin + dt.timedelta(seconds=n * DAYS * 86_400 / MANY)
        outcome = random.choices(list(STATUSES), WEIGHTS)[0]
        made.append(
            {
                "id": n + 1, "receipt": f"R{n}", "session_id": f"{n // 3:032}", "at": at, "day": at.date(), "hour": at.hour,
                "channel": random.choice(("web:demo", "wechat:wx1", "phone", "api")), "status": STATUSES[outcome],
                "kind": None, "region": random.choice(("huludao", "guangdong", "guangzhou", None)),
                "matter": random.choices(matters, weights)[0], "aspect": "amount", "verdict": None, "asked": random.randrange(3),
                "last": n % 3 == 2, "said": str(n % 997), "again": outcome == "repeated", "took": random.randrange(2000),
                "useful": random.choice((None, None, None, None, True)), "outcome": outcome,
            }
        )  # fmt: skip
        cited.append({"turn_id": n + 1, "clause": random.choice(clauses)})
    with engine.begin() as connection:
        for n in range(0, MANY, 5000):
            connection.execute(insert(turns), made[n : n + 5000])
            connection.execute(insert(turn_clauses), cited[n : n + 5000])


def read(engine: Engine) -> None:
    """Every row, one by one."""
    with engine.connect() as connection:
        for _ in connection.execute(select(turns)):
            pass


def timed(work: Callable[[], object]) -> float:
    """Seconds, the best of three."""
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


if __name__ == "__main__":
    main()
