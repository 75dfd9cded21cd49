"""Cues (线索): the words by which a fact shows itself, written as data and compiled here.

A cue is a mapping with `terms` (literal words) or `patterns` (regular expressions in which `.` stays within a
clause and `<name>` is a figure slot or a macro), and what they mean: a fixed `value`, or `take`: the figure taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from koujing.text.anchors import Anchors, anchors_of
from koujing.text.figures import SLOTS

__all__ = ["CLAUSE_END", "Cue", "CueError", "compile_cue", "compile_pattern", "macros_of"]

CLAUSE_END = ",。!?;:\n"
"""Characters that end a clause of a normalised text."""

_TAKES = {
    "number": "number",
    "percent": "percent",
    "share": "percent",
    "money": "money",
    "duration": "duration",
    "date": "date",
    "month": "date",
    "year": "date",
}
_ALSO = {"money": ("money", "number")}
_DOT = re.compile(r"\\.|\[[^\]]*\]|\.")
_REPEATED = re.compile(r"(?<!\\)\)([*+])")
_MOST = 4
_NAME = re.compile(r"<([a-z_0-9]+)>")
_KEYS = frozenset(
    {"value", "take", "terms", "patterns", "with", "unless", "dated", "sure", "past", "plain", "mine", "sum"}
)


class CueError(ValueError):
    """A cue that cannot be used; `path` leads to it in the cue file."""

    def __init__(self, path: Sequence[str | int], message: str) -> None:
        self.path = tuple(path)
        super().__init__(message)


@dataclass(frozen=True)
class Cue:
    """One compiled cue of a fact.

    `folded` says whether `pattern` reads the folded text, `anchors` what a text needs
    for it; its last group is the figure taken, or all its groups those added up (`sum`). `plain` cues are
    never negated or questioned by the words beside them; `mine` cues name another person yet speak of the asker
    (我爸是烈士); `sure: false` marks what must be confirmed; `past` moves a date said without a year back.
    """

    fact: str
    value: bool | str | int | None
    take: str | None
    terms: tuple[str, ...]
    pattern: re.Pattern[str] | None
    anchors: tuple[Anchors, ...]
    folded: bool
    needs: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    dated: str | None
    sure: bool
    past: bool
    plain: bool
    mine: bool
    sum: bool


def macros_of(macros: Mapping[str, str]) -> dict[str, str]:
    """Macros with the macros inside them written out, in the order given."""
    known: dict[str, str] = {}
    for name, pattern in macros.items():
        known[name] = _expanded(pattern, known, None, ("macros", name))
    return known


def compile_pattern(pattern: str, macros: Mapping[str, str], path: Sequence[str | int] = ()) -> re.Pattern[str]:
    """A pattern of the cue file as a regular expression; `.` never leaves a clause."""
    try:
        return re.compile(_within_clause(_expanded(pattern, macros, None, path)))
    except re.error as error:
        raise CueError(path, f"正则表达式写错了：{error}") from error


def compile_cue(fact: str, data: Mapping[str, Any], macros: Mapping[str, str], path: Sequence[str | int] = ()) -> Cue:
    """One cue from plain data.

    Raises:
        CueError: an unknown key, an unknown macro, no words, both or neither of value and take, a bad expression.
    """
    if unknown := set(data) - _KEYS:
        raise CueError(path, f"不认识的键“{min(unknown)}”")
    if ("value" in data) == ("take" in data):
        raise CueError(path, "value 和 take 必须恰好给一个")
    take = data.get("take")
    if take is not None and take not in _TAKES:
        raise CueError((*path, "take"), f"不认识的 take“{take}”，可用：{'、'.join(_TAKES)}")
    sources = list(data.get("patterns", ()))
    if not sources and not data.get("terms"):
        raise CueError(path, "terms 和 patterns 至少给一个")
    slots = [any(f"<{kind}" in source for kind in SLOTS) for source in sources]
    if len(set(slots)) > 1 or (take is not None and not all(slots)):
        raise CueError((*path, "patterns"), "同一条线索的各个 patterns 要么都含数值位，要么都不含")
    pattern = None
    anchors: list[Anchors] = []
    if sources:
        parts = [_expanded(source, macros, take, (*path, "patterns", i)) for i, source in enumerate(sources)]
        try:
            pattern = re.compile(_within_clause("|".join(f"(?:{part})" for part in parts)))
            anchors = [anchors_of(_within_clause(part)) for part in parts]
        except re.error as error:
            raise CueError((*path, "patterns"), f"正则表达式写错了：{error}") from error
        _check_groups(data, pattern.groups, parts, path)
    return Cue(
        fact=fact,
        value=data.get("value"),
        take=take,
        terms=tuple(data.get("terms", ())),
        pattern=pattern,
        anchors=tuple(anchors),
        folded=any(slots),
        needs=compile_pattern(data["with"], macros, (*path, "with")) if "with" in data else None,
        unless=compile_pattern(data["unless"], macros, (*path, "unless")) if "unless" in data else None,
        dated=data.get("dated"),
        sure=data.get("sure", True),
        past=data.get("past", False),
        plain=data.get("plain", False),
        mine=data.get("mine", False),
        sum=data.get("sum", False),
    )


def _check_groups(data: Mapping[str, Any], groups: int, parts: Sequence[str], path: Sequence[str | int]) -> None:
    """A cue takes one figure of a match, one with `sum` two or more."""
    if data.get("sum"):
        if any(re.compile(part).groups < 2 for part in parts):
            raise CueError((*path, "patterns"), "有 sum 的线索，每个 pattern 里要相加的数值位至少写两次")
    elif data.get("take") is not None and groups != len(parts):
        raise CueError((*path, "patterns"), "每个 pattern 里要取的数值位恰好写一次，其余括号写成 (?:…)")


def _expanded(pattern: str, macros: Mapping[str, str], take: str | None, path: Sequence[str | int]) -> str:
    taken = _TAKES[take] if take else None

    def write(match: re.Match[str]) -> str:
        name = match[1]
        if name == taken:
            return "(" + _slot(name) + ")"
        if name in SLOTS:
            return _slot(name)
        if name not in macros:
            raise CueError(path, f"没有定义的宏“{name}”")
        return f"(?:{macros[name]})"

    return _NAME.sub(write, pattern)


def _slot(kind: str) -> str:
    return "[" + "".join(SLOTS[each] for each in _ALSO.get(kind, (kind,))) + "]"  # type: ignore[index]


def _bounded(pattern: str) -> str:
    """Groups repeat at most a few times, so that no message can make a pattern run long."""
    return _REPEATED.sub(lambda match: f"){{{int(match[1] == '+')},{_MOST}}}", pattern)


def _within_clause(pattern: str) -> str:
    ends = CLAUSE_END.replace("\n", "\\n")
    return _DOT.sub(lambda match: f"[^{ends}]" if match[0] == "." else match[0], _bounded(pattern))
