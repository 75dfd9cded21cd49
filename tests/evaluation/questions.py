"""The question sets: `*.jsonl` beside this file, one question a line, read and held against the knowledge."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from koujing.contract import reply_schema
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import FactValueError

__all__ = [
    "ABSTAINING",
    "FOLDER",
    "KINDS",
    "OUT_OF_SCOPE",
    "Expected",
    "Figure",
    "Question",
    "QuestionSetError",
    "load",
]

FOLDER = Path(__file__).parent
# Sets beside these that are no questions: what the fact reader must find in a text.
_OTHER_SETS = frozenset({"facts.jsonl"})

KINDS: Mapping[str, str] = {
    "direct": "直接提问",
    "situation": "情境",
    "complaint": "抱怨投诉",
    "trap_region": "地区陷阱",
    "trap_date": "日期陷阱",
    "boundary": "边界",
    "verdict": "判定",
    "amount": "金额",
    "two_questions": "一问两事",
    "other_region": "未收录地区",
    "oos_near": "近范围外",
    "oos_far": "远范围外",
    "account": "个人数据",
    "signpost": "指路求助",
}
OUT_OF_SCOPE = frozenset({"oos_near", "oos_far", "account", "signpost"})
ABSTAINING = frozenset(
    {"outside_scope", "account_data", "signposted", "smalltalk", "refused", "handed_off", "outside_region"}
)

_QUESTION_KEYS = {"id", "kind", "text", "region", "on", "facts", "expect"}
_EXPECT_KEYS = {"status", "clauses", "matter", "verdict", "amounts", "must_not"}


class QuestionSetError(Exception):
    """A question set has mistakes; the message lists each with file and line."""


class _BadQuestionError(Exception):
    """One line cannot be used."""


@dataclass(frozen=True)
class Figure:
    """An amount that the answer must give."""

    value: Decimal
    unit: str


@dataclass(frozen=True)
class Expected:
    """What one reply must be. `status` and `clauses` list all that are acceptable; no clauses: none is measured."""

    status: frozenset[str]
    clauses: tuple[str, ...] = ()
    matter: str | None = None
    verdict: str | None = None
    amounts: tuple[Figure, ...] = ()
    must_not: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One message with the replies it must get: one, or two in `two_questions`. `raw` is its line."""

    id: str
    kind: str
    text: str
    region: str | None
    on: dt.date
    expected: tuple[Expected, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def out_of_scope(self) -> bool:
        """Whether it must be declined."""
        return self.kind in OUT_OF_SCOPE

    @property
    def in_scope(self) -> bool:
        """Whether it must not be declined; some are neither, such as a matter that the region's notices do not treat."""
        return not self.out_of_scope and all(expected.status.isdisjoint(ABSTAINING) for expected in self.expected)


def load(knowledge: Knowledge, folder: Path = FOLDER) -> list[Question]:
    """Every question of a folder, by file and line.

    Raises:
        QuestionSetError: lists every line that cannot be used.
    """
    reader = _Reader(knowledge)
    questions: list[Question] = []
    mistakes: list[str] = []
    first: dict[str, str] = {}
    for place, line in _lines(folder):
        try:
            question = reader.question(line)
            if question.id in first:
                raise _BadQuestionError(f"编号 {question.id} 已在 {first[question.id]} 用过")
        except _BadQuestionError as error:
            mistakes.append(f"{place}：{error}")
            continue
        first[question.id] = place
        questions.append(question)
    if mistakes:
        raise QuestionSetError("题集有误：\n" + "\n".join(mistakes))
    if not questions:
        raise QuestionSetError(f"{folder.name} 里没有题目（*.jsonl）。")
    return questions


def _lines(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(path for path in folder.glob("*.jsonl") if path.name not in _OTHER_SETS):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                yield f"{path.name}:{number}", line


class _Reader:
    """Builds questions from their lines, with the words that the knowledge and the contract know."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        properties = reply_schema()["properties"]
        self._statuses: Sequence[str] = properties["status"]["enum"]
        self._verdicts: Sequence[str] = [verdict for verdict in properties["verdict"]["enum"] if verdict]
        self._units: Sequence[str] = properties["amounts"]["items"]["properties"]["unit"]["enum"]

    def question(self, line: str) -> Question:
        try:
            data = json.loads(line)
        except ValueError as error:
            raise _BadQuestionError(f"不是 JSON：{error}") from error
        _known_keys(data, _QUESTION_KEYS)
        for key in ("id", "kind", "text", "on", "expect"):
            if not data.get(key):
                raise _BadQuestionError(f"缺少 {key}")
        region = data.get("region")
        if region is not None and self._knowledge.regions.get(region) is None:
            raise _unknown("地区", region, self._knowledge.regions.ids())
        question = Question(
            id=data["id"], kind=_one_of("题型", data["kind"], KINDS), text=data["text"], region=region,
            on=_date(data["on"]), expected=self._replies(data["expect"]), facts=self._facts(data.get("facts") or {}), raw=data,
        )  # fmt: skip
        if (question.kind == "two_questions") != (len(question.expected) > 1):
            raise _BadQuestionError("两个问题的题型写 two_questions，并在 expect.replies 里写两个答复")
        return question

    def _replies(self, data: Any) -> tuple[Expected, ...]:
        if isinstance(data, dict) and "replies" in data:
            _known_keys(data, {"replies"})
            return tuple(self._expected(entry) for entry in data["replies"])
        return (self._expected(data),)

    def _expected(self, data: Any) -> Expected:
        _known_keys(data, _EXPECT_KEYS)
        status, clauses = _strings(data, "status"), _strings(data, "clauses")
        if not status:
            raise _BadQuestionError("expect 缺少 status")
        matter, verdict = data.get("matter"), data.get("verdict")
        if matter is not None:
            _one_of("事项", matter, self._knowledge.matters)
        if verdict is not None:
            _one_of("判定", verdict, self._verdicts)
        return Expected(
            status=frozenset(_one_of("状态", each, self._statuses) for each in status),
            clauses=tuple(_one_of("条款", each, self._knowledge.clauses) for each in clauses),
            matter=matter,
            verdict=verdict,
            amounts=tuple(self._figure(each) for each in data.get("amounts") or ()),
            must_not=tuple(_strings(data, "must_not")),
        )

    def _figure(self, data: Any) -> Figure:
        _known_keys(data, {"value", "unit"})
        try:
            value = Decimal(data["value"])
        except (KeyError, TypeError, InvalidOperation) as error:
            raise _BadQuestionError(f"金额要写成 {{“value”: “30000”, “unit”: “CNY”}}：{data}") from error
        return Figure(value, _one_of("单位", data.get("unit"), self._units))

    def _facts(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        for id, raw in data.items():
            fact = self._knowledge.facts.get(id)
            if fact is None:
                raise _unknown("事实", id, self._knowledge.facts)
            try:
                fact.parse(raw)
            except FactValueError as error:
                raise _BadQuestionError(f"事实 {id} 的值 {raw!r} 不对：{error}") from error
        return data


def _known_keys(data: Any, known: set[str]) -> None:
    if not isinstance(data, dict):
        raise _BadQuestionError(f"应为 JSON 对象：{data}")
    for key in data:
        if key not in known:
            raise _unknown("字段", key, known)


def _strings(data: Mapping[str, Any], key: str) -> list[str]:
    values = data.get(key) or []
    if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
        raise _BadQuestionError(f"{key} 应为一列文字：{values}")
    return values


def _one_of(what: str, value: Any, known: Any) -> str:
    if not isinstance(value, str) or value not in known:
        raise _unknown(what, value, known)
    return value


def _unknown(what: str, value: Any, known: Any) -> _BadQuestionError:
    near = get_close_matches(str(value), list(known), n=1)
    return _BadQuestionError(f"没有“{value}”这个{what}" + (f"，是否指 {near[0]}" if near else ""))


def _date(value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _BadQuestionError(f"日期 on 应写成 2021-09-15 这样：{value}") from error
