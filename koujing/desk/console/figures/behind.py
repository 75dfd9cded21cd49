"""The questions behind a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from koujing.desk.console.errors import InputError
from koujing.store.figures import Figures, Scope, Turn
from koujing.store.figures_transfers import KINDS, Transfer, Transfers
from koujing.store.tables_figures import turns

__all__ = ["WHATS", "Behind", "Found"]

WHATS: Mapping[str, str] = {
    "questions": "问题",
    "concluded": "有结论的问题",
    "resolved": "首答解决的问题",
    "unresolved": "有结论、没有首答解决的问题",
    "pointed": "答复为原文或另有文件的问题",
    "abstained": "未作结论的问题",
    "broken_off": "追问后离开",
    "useful": "评“有用”的问题",
    "useless": "评“没用”的问题",
    "transfers": "转出",
}
_A_PAGE = 100
_CONCLUDED = ("settled", "repeated", "disliked")
_WHERE: Mapping[str, Callable[[], Any]] = {
    "questions": lambda: turns.c.outcome != "none",
    "concluded": lambda: turns.c.outcome.in_(_CONCLUDED),
    "resolved": lambda: turns.c.outcome == "settled",
    "unresolved": lambda: turns.c.outcome.in_(_CONCLUDED),
    "pointed": lambda: turns.c.outcome == "pointed",
    "abstained": lambda: turns.c.outcome == "abstained",
    "broken_off": lambda: turns.c.outcome == "broken_off",
    "useful": lambda: turns.c.useful.is_(True),
    "useless": lambda: turns.c.useful.is_(False),
}


@dataclass(frozen=True)
class Found:
    """A page of them. `older` is where the next page begins; `lost` are those after which something was passed on."""

    what: str
    query: Mapping[str, str]
    turns: Sequence[Turn] = ()
    transfers: Sequence[Transfer] = ()
    lost: frozenset[int] = frozenset()
    older: int | None = None


class Behind:
    """Blocking. Only reads."""

    def __init__(self, figures: Figures, transfers: Transfers) -> None:
        self._figures, self._transfers = figures, transfers

    def read(self, scope: Scope, query: Mapping[str, str]) -> Found:
        """A page of what `query` asks for: `what`, `before`, and `status`, `kind` or `none` (a dimension without id).

        Raises:
            InputError: there is nothing of this name.
        """
        what = query.get("what", "questions")
        if what not in WHATS:
            raise InputError("what", "没有这种数字。", "请从数据页点进来。")
        given = {name: query[name] for name in ("what", "status", "kind", "none", "way") if query.get(name)}
        passed = self._transfers.of(scope)
        lost = frozenset(turn.id for turn in passed.lost)
        begin = _before(query.get("before", ""))
        if what == "transfers":
            way = query.get("way")
            mine = [one for one in passed.transfers if (way not in KINDS or way in one.kinds) and _unnamed(one, given)]
            newest = sorted(mine, key=lambda one: one.at, reverse=True)
            page = newest[begin or 0 :][:_A_PAGE]
            more = (begin or 0) + _A_PAGE
            return Found(what, given, (), page, lost, more if len(newest) > more else None)
        rows = self._rows(what, scope, given, lost, begin)
        older = rows[_A_PAGE - 1].id if len(rows) > _A_PAGE else None
        return Found(what, given, rows[:_A_PAGE], (), lost, older)

    def _rows(
        self, what: str, scope: Scope, given: Mapping[str, str], lost: frozenset[int], begin: int | None
    ) -> list[Turn]:
        where = [_WHERE[what]()]
        where += [turns.c[name] == given[name] for name in ("status", "kind") if name in given]
        if given.get("none") in ("matter", "region"):
            where.append(turns.c[given["none"]].is_(None))
        rows: list[Turn] = []
        while True:
            read = self._figures.listed(scope, *where, before=begin, most=_A_PAGE + 1)
            rows += (turn for turn in read if _counted(what, turn, lost))
            if len(rows) > _A_PAGE or len(read) <= _A_PAGE:
                return rows
            begin = read[-1].id


def _counted(what: str, turn: Turn, lost: frozenset[int]) -> bool:
    if what == "resolved":
        return turn.id not in lost
    if what == "unresolved":
        return turn.outcome != "settled" or turn.id in lost
    return True


def _unnamed(one: Transfer, given: Mapping[str, str]) -> bool:
    """Whether it belongs to no clause, matter or region where such are asked for; `none=question`: to no question at all."""
    none = given.get("none")
    if none == "question":
        return one.turn is None
    if none == "clause":
        return one.turn is not None and not one.turn.clauses
    if none in ("matter", "region"):
        return one.turn is not None and getattr(one.turn, none) is None
    return True


def _before(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
