"""Gold data, one JSON object a line, read with its place, and held against what the knowledge and the contract know."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from koujing.contract import reply_schema
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import FactValueError

__all__ = [
    "BadLineError",
    "Figure",
    "QuestionSetError",
    "Vocabulary",
    "known_keys",
    "one_of",
    "read_lines",
    "read_set",
    "strings",
    "unknown",
]

_ASKED_BESIDE_FACTS = ("region", "matter", "aspect")

Entry = TypeVar("Entry")


class QuestionSetError(Exception):
    """A set has mistakes; the message lists each with file and line."""


class BadLineError(Exception):
    """One line cannot be used."""


@dataclass(frozen=True)
class Figure:
    """An amount that the answer must give."""

    value: Decimal
    unit: str


def read_set(
    paths: Iterable[Path], build: Callable[[Mapping[str, Any], Path], Entry], id_of: Callable[[Entry], str]
) -> list[Entry]:
    """Every entry of some files, by file and line; ids are unique over all of them.

    Raises:
        QuestionSetError: lists every line that cannot be used.
    """
    entries: list[Entry] = []
    mistakes: list[str] = []
    first: dict[str, str] = {}
    for path, place, line in read_lines(paths):
        try:
            try:
                data = json.loads(line)
            except ValueError as error:
                raise BadLineError(f"不是 JSON：{error}") from error
            entry = build(data, path)
            id = id_of(entry)
            if id in first:
                raise BadLineError(f"编号 {id} 已在 {first[id]} 用过")
        except BadLineError as error:
            mistakes.append(f"{place}：{error}")
            continue
        first[id] = place
        entries.append(entry)
    if mistakes:
        raise QuestionSetError("题集有误：\n" + "\n".join(mistakes))
    return entries


def read_lines(paths: Iterable[Path]) -> Iterator[tuple[Path, str, str]]:
    """The lines of some files that hold anything, each with its file and its place (`core.jsonl:12`)."""
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                yield path, f"{path.name}:{number}", line


class Vocabulary:
    """The words that gold data may use: ids of the knowledge, enumerations of the contract."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        properties = reply_schema()["properties"]
        self._statuses: Sequence[str] = properties["status"]["enum"]
        self._verdicts: Sequence[str] = [verdict for verdict in properties["verdict"]["enum"] if verdict]
        self._item_verdicts: Sequence[str] = properties["items"]["items"]["properties"]["verdict"]["enum"]
        self._units: Sequence[str] = properties["amounts"]["items"]["properties"]["unit"]["enum"]

    def status(self, value: Any) -> str:
        return one_of("状态", value, self._statuses)

    def verdict(self, value: Any) -> str:
        return one_of("判定", value, self._verdicts)

    def matter(self, value: Any) -> str:
        return one_of("事项", value, self._knowledge.matters)

    def clause(self, value: Any) -> str:
        return one_of("条款", value, self._knowledge.clauses)

    def clause_prefix(self, value: Any) -> str:
        """What the ids of some clauses begin with: a notice, a clause with those in it."""
        if not isinstance(value, str) or not any(id.startswith(value) for id in self._knowledge.clauses):
            raise unknown("条款", value, self._knowledge.clauses)
        return value

    def refusal(self, value: Any) -> str:
        """A kind of refusal, or `original`, the kind of what is quoted."""
        return one_of("类别", value, [*self._knowledge.refusals["kinds"], "original"])

    def region(self, value: Any) -> str:
        if not isinstance(value, str) or self._knowledge.regions.get(value) is None:
            raise unknown("地区", value, self._knowledge.regions.ids())
        return value

    def asked(self, value: Any) -> str:
        """What may be asked back: a fact, the region, the matter."""
        return one_of("可反问的事实", value, [*self._knowledge.facts, *_ASKED_BESIDE_FACTS])

    def facts(self, data: Any) -> Mapping[str, Any]:
        """Facts by id, every value fit for its fact."""
        if not isinstance(data, dict):
            raise BadLineError(f"facts 应为 JSON 对象：{data}")
        for id, raw in data.items():
            fact = self._knowledge.facts.get(id)
            if fact is None:
                raise unknown("事实", id, self._knowledge.facts)
            try:
                fact.parse(raw)
            except FactValueError as error:
                raise BadLineError(f"事实 {id} 的值 {raw!r} 不对：{error}") from error
        return data

    def figures(self, data: Any) -> tuple[Figure, ...]:
        return tuple(self._figure(each) for each in data or ())

    def items(self, data: Any) -> Mapping[str, tuple[str, ...]]:
        """Matters by the verdict with which a screening must list them."""
        known_keys(data, self._item_verdicts)
        return {verdict: tuple(self.matter(each) for each in strings(data, verdict)) for verdict in data}

    @staticmethod
    def date(value: Any, key: str = "on") -> dt.date:
        try:
            return dt.date.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise BadLineError(f"日期 {key} 应写成 2021-09-15 这样：{value}") from error

    def _figure(self, data: Any) -> Figure:
        known_keys(data, {"value", "unit"})
        try:
            value = Decimal(data["value"])
        except (KeyError, TypeError, InvalidOperation) as error:
            raise BadLineError(f"金额要写成 {{“value”: “30000”, “unit”: “CNY”}}：{data}") from error
        return Figure(value, one_of("单位", data.get("unit"), self._units))


def known_keys(data: Any, known: Iterable[str]) -> None:
    """Hold an object to the keys that there are."""
    if not isinstance(data, dict):
        raise BadLineError(f"应为 JSON 对象：{data}")
    for key in data:
        if key not in known:
            raise unknown("字段", key, known)


def strings(data: Mapping[str, Any], key: str) -> list[str]:
    """A list of texts; empty where the key is missing."""
    values = data.get(key) or []
    if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
        raise BadLineError(f"{key} 应为一列文字：{values}")
    return values


def one_of(what: str, value: Any, known: Any) -> str:
    """The value, which must be a known one."""
    if not isinstance(value, str) or value not in known:
        raise unknown(what, value, known)
    return value


def unknown(what: str, value: Any, known: Iterable[str]) -> BadLineError:
    """The error for a word that there is not, with the nearest that there is."""
    near = get_close_matches(str(value), list(known), n=1)
    return BadLineError(f"没有“{value}”这个{what}" + (f"，是否指 {near[0]}" if near else ""))
