"""The dialogues: `dialogues/*.jsonl`, one a line, read and held against the knowledge.

A dialogue is a person who knows some facts (`knows`: by fact, what the person says when asked for it) and turns. A turn
says a message (`say`), or answers so many of the questions that are put (`answer`: a count, or `all`, which may take
at most `most` questions).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from koujing.knowledge.base import Knowledge
from koujing.knowledge.provisions import ASPECTS
from tests.evaluation.gold import (
    BadLineError,
    Figure,
    QuestionSetError,
    Vocabulary,
    known_keys,
    one_of,
    read_set,
    strings,
)

__all__ = ["DIALOGUE_KINDS", "FOLDER", "Dialogue", "Turn", "Wanted", "load_dialogues"]

FOLDER = Path(__file__).with_name("dialogues")

DIALOGUE_KINDS: Mapping[str, str] = {
    "interview": "一步步问",
    "facts_first": "先说事实",
    "controls": "中途操作",
    "correction": "更正",
    "digression": "岔开再回来",
    "two_persons": "两个人",
    "follow_up": "追问",
    "screening": "能领什么",
    "place": "地点",
    "time": "时间",
    "approximate": "约数",
    "changes": "差多少",
    "mixed": "夹杂",
    "two_questions": "一问两事",
    "supposition": "假设",
    "matter_switch": "换事项",
    "story": "讲述抱怨",
    "operator": "坐席短句",
}

_DIALOGUE_KEYS = {"id", "kind", "region", "on", "knows", "turns"}
_TURN_KEYS = {"say", "answer", "most", "expect"}
_WANTED_KEYS = {
    "status", "kind", "matter", "aspect", "verdict", "region", "cites", "cites_not", "asks", "same_question",
    "new_question", "facts", "facts_not", "amounts", "items", "items_not", "says", "says_not", "earliest",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What must hold after a turn; what is empty or None is not asked for.

    One and the same reply must have all of `status`, `kinds`, `matters`, `aspects` (any of), `verdict`, `region`, `cites`
    (any of), `facts`, `amounts`, `items`, `earliest` and `says`. No reply of the turn may have any of `cites_not`,
    `facts_not`, `items_not` and `says_not`. `asks` (true, false, or any of these facts), `same_question` and
    `new_question` speak of the question open after the turn.
    """

    status: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    matters: frozenset[str] = frozenset()
    aspects: frozenset[str] = frozenset()
    verdict: str | None = None
    region: str | None = None
    cites: tuple[str, ...] = ()
    cites_not: tuple[str, ...] = ()
    asks: bool | frozenset[str] | None = None
    same_question: bool = False
    new_question: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    facts_not: tuple[str, ...] = ()
    amounts: tuple[Figure, ...] = ()
    items: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    items_not: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    says_not: tuple[str, ...] = ()
    earliest: str | None = None


@dataclass(frozen=True)
class Turn:
    """A message said, or `answer` questions answered (None: all that are put, at most `most`).

    `wanted` has one entry, or one for each reply that must come, in their order.
    """

    say: str | None
    answer: int | None = None
    most: int = 0
    wanted: tuple[Wanted, ...] = (Wanted(),)

    @property
    def words(self) -> str:
        """The turn in words, for people."""
        if self.say is not None:
            return self.say
        return f"（答 {self.answer} 个问题）" if self.answer else f"（答完为止，最多 {self.most} 个问题）"


@dataclass(frozen=True)
class Dialogue:
    """One person's conversation. `region` is what the channel knows; `raw` is its line."""

    id: str
    kind: str
    region: str | None
    on: dt.date
    knows: Mapping[str, str]
    turns: tuple[Turn, ...]
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


def load_dialogues(knowledge: Knowledge, folder: Path = FOLDER) -> list[Dialogue]:
    """Every dialogue of a folder, by file and line.

    Raises:
        QuestionSetError: lists every line that cannot be used.
    """
    dialogues = read_set(sorted(folder.glob("*.jsonl")), _Reader(knowledge).dialogue, lambda dialogue: dialogue.id)
    if not dialogues:
        raise QuestionSetError(f"{folder.name} 里没有对话（*.jsonl）。")
    return dialogues


class _Reader:
    """Builds dialogues from their lines."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._words = Vocabulary(knowledge)

    def dialogue(self, data: Mapping[str, Any], _path: Path) -> Dialogue:
        known_keys(data, _DIALOGUE_KEYS)
        for key in ("id", "kind", "on", "turns"):
            if not data.get(key):
                raise BadLineError(f"缺少 {key}")
        region = data.get("region")
        return Dialogue(
            id=data["id"], kind=one_of("对话类型", data["kind"], DIALOGUE_KINDS), on=self._words.date(data["on"]),
            region=None if region is None else self._words.region(region), knows=self._knows(data.get("knows") or {}),
            turns=tuple(self._numbered(number, turn) for number, turn in enumerate(data["turns"], 1)), raw=data,
        )  # fmt: skip

    def _knows(self, data: Any) -> Mapping[str, str]:
        if not isinstance(data, dict):
            raise BadLineError(f"knows 应为 JSON 对象：{data}")
        for fact, words in data.items():
            self._words.asked(fact)
            if not isinstance(words, str) or not words.strip():
                raise BadLineError(f"knows 里 {fact} 的回答应为文字：{words!r}")
        return data

    def _numbered(self, number: int, data: Any) -> Turn:
        try:
            return self._turn(data)
        except BadLineError as error:
            raise BadLineError(f"第 {number} 轮：{error}") from error

    def _turn(self, data: Any) -> Turn:
        known_keys(data, _TURN_KEYS)
        wanted, say, answer, most = (
            self._all_wanted(data.get("expect") or {}),
            *map(data.get, ("say", "answer", "most")),
        )
        if ("say" in data) == ("answer" in data):
            raise BadLineError("一轮要么写 say，要么写 answer")
        if "say" in data:
            if not isinstance(say, str) or not say.strip():
                raise BadLineError(f"say 应为文字：{say!r}")
            return Turn(say, wanted=wanted)
        if answer == "all":
            if not _count(most):
                raise BadLineError('"answer": "all" 要写 most，最多答几个问题')
            return Turn(None, None, most, wanted)
        if not _count(answer):
            raise BadLineError(f'answer 应为次数或 "all"：{answer!r}')
        return Turn(None, answer, answer, wanted)

    def _all_wanted(self, data: Any) -> tuple[Wanted, ...]:
        if isinstance(data, dict) and "replies" in data:
            known_keys(data, {"replies"})
            return tuple(self._wanted(entry) for entry in data["replies"])
        return (self._wanted(data),)

    def _wanted(self, data: Any) -> Wanted:
        known_keys(data, _WANTED_KEYS)
        words, verdict, region, earliest = self._words, *map(data.get, ("verdict", "region", "earliest"))
        return Wanted(
            status=frozenset(words.status(each) for each in strings(data, "status")),
            kinds=frozenset(words.refusal(each) for each in strings(data, "kind")),
            matters=frozenset(words.matter(each) for each in _any_of(data.get("matter"))),
            aspects=frozenset(one_of("问题方面", each, ASPECTS) for each in _any_of(data.get("aspect"))),
            verdict=None if verdict is None else words.verdict(verdict),
            region=None if region is None else words.region(region),
            cites=tuple(words.clause_prefix(each) for each in strings(data, "cites")),
            cites_not=tuple(words.clause_prefix(each) for each in strings(data, "cites_not")),
            asks=self._asks(data.get("asks")),
            same_question=_flag(data, "same_question"),
            new_question=_flag(data, "new_question"),
            facts=words.facts(data.get("facts") or {}),
            facts_not=tuple(words.asked(each) for each in strings(data, "facts_not")),
            amounts=words.figures(data.get("amounts")),
            items=words.items(data.get("items") or {}),
            items_not=tuple(words.matter(each) for each in strings(data, "items_not")),
            says=tuple(_pattern(each) for each in strings(data, "says")),
            says_not=tuple(_pattern(each) for each in strings(data, "says_not")),
            earliest=None if earliest is None else words.date(earliest, "earliest").isoformat(),
        )  # fmt: skip

    def _asks(self, value: Any) -> bool | frozenset[str] | None:
        if value is None or isinstance(value, bool):
            return value
        return frozenset(self._words.asked(each) for each in _any_of(value))


def _any_of(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _flag(data: Mapping[str, Any], key: str) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise BadLineError(f"{key} 应为 true 或 false：{value!r}")
    return value


def _pattern(said: str) -> str:
    """A text to be found, or a /regular expression/, as a regular expression."""
    if len(said) < 3 or not (said.startswith("/") and said.endswith("/")):
        return re.escape(said)
    try:
        re.compile(said[1:-1])
    except re.error as error:
        raise BadLineError(f"{said} 不是正则表达式：{error}") from error
    return said[1:-1]
