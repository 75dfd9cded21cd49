"""The question sets: `*.jsonl` beside this file, one question a line, read and held against the knowledge.

`core`, `edges` and `plain_talk` are the first 740 questions; the sets named `talk_…` came with dialogue and ask for
more of a reply: its kind, region, facts, items, and what it asks back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from koujing.knowledge.base import Knowledge
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

__all__ = [
    "ABSTAINING",
    "FOLDER",
    "KINDS",
    "OUT_OF_SCOPE",
    "TALK_KINDS",
    "Expected",
    "Figure",
    "Question",
    "QuestionSetError",
    "load",
]

FOLDER = Path(__file__).parent
# Sets beside these that are no questions: what the fact reader must find in a text.
_OTHER_SETS = frozenset({"facts.jsonl", "facts_blind.jsonl"})
_TALK_SETS = "talk_"

TALK_KINDS: Mapping[str, str] = {
    "place": "地点",
    "time": "时间",
    "screening": "能领什么",
    "quote": "要原文",
    "clarify": "该反问",
    "stop": "该停",
    "many_facts": "多个事实",
    "typo": "错别字",
    "speech": "语音转写",
    "cantonese": "粤语繁体",
    "keywords": "只有关键词",
    "mixed": "夹杂英文表情",
    "story": "长篇叙述",
}
"""The kinds of question that came with dialogue."""
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
    **TALK_KINDS,
}
OUT_OF_SCOPE = frozenset({"oos_near", "oos_far", "account", "signpost"})
ABSTAINING = frozenset(
    {"outside_scope", "account_data", "signposted", "smalltalk", "refused", "handed_off", "outside_region"}
)

_QUESTION_KEYS = {"id", "kind", "text", "region", "on", "facts", "expect"}
_EXPECT_KEYS = {"status", "clauses", "matter", "verdict", "amounts", "must_not", "kinds", "region", "facts", "items", "asks"}  # fmt: skip


@dataclass(frozen=True)
class Expected:
    """What one reply must be. `status`, `clauses` and `kinds` list all that are acceptable; empty: not measured.

    `facts` must be among those of the reply, `items` are matters by the verdict with which they must be listed, `asks`
    is what must be asked back.
    """

    status: frozenset[str]
    clauses: tuple[str, ...] = ()
    matter: str | None = None
    verdict: str | None = None
    amounts: tuple[Figure, ...] = ()
    must_not: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()
    region: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    items: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asks: str | None = None


@dataclass(frozen=True)
class Question:
    """One message with the replies it must get: one, or two in `two_questions`. `raw` is its line, `source` its file."""

    id: str
    kind: str
    text: str
    region: str | None
    on: dt.date
    expected: tuple[Expected, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    source: str = ""

    @property
    def out_of_scope(self) -> bool:
        """Whether it must be declined: by its kind, and of those to stop at where nothing else is acceptable."""
        stops = self.kind == "stop" and all(expected.status <= ABSTAINING for expected in self.expected)
        return self.kind in OUT_OF_SCOPE or stops

    @property
    def in_scope(self) -> bool:
        """Whether it must not be declined; some are neither, such as a matter that the region's notices do not treat."""
        return not self.out_of_scope and all(expected.status.isdisjoint(ABSTAINING) for expected in self.expected)

    @property
    def of_talk(self) -> bool:
        """Whether it is of the sets that came with dialogue."""
        return self.source.startswith(_TALK_SETS)


def load(knowledge: Knowledge, folder: Path = FOLDER) -> list[Question]:
    """Every question of a folder, by file and line.

    Raises:
        QuestionSetError: lists every line that cannot be used.
    """
    paths = sorted(path for path in folder.glob("*.jsonl") if path.name not in _OTHER_SETS)
    questions = read_set(paths, _Reader(knowledge).question, lambda question: question.id)
    if not questions:
        raise QuestionSetError(f"{folder.name} 里没有题目（*.jsonl）。")
    return questions


class _Reader:
    """Builds questions from their lines."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._words = Vocabulary(knowledge)

    def question(self, data: Mapping[str, Any], path: Path) -> Question:
        known_keys(data, _QUESTION_KEYS)
        for key in ("id", "kind", "text", "on", "expect"):
            if not data.get(key):
                raise BadLineError(f"缺少 {key}")
        region = data.get("region")
        question = Question(
            id=data["id"], kind=one_of("题型", data["kind"], KINDS), text=data["text"],
            region=None if region is None else self._words.region(region), on=self._words.date(data["on"]),
            expected=self._replies(data["expect"]), facts=self._words.facts(data.get("facts") or {}), raw=data, source=path.stem,
        )  # fmt: skip
        if question.kind not in TALK_KINDS and (question.kind == "two_questions") != (len(question.expected) > 1):
            raise BadLineError("两个问题的题型写 two_questions，并在 expect.replies 里写两个答复")
        return question

    def _replies(self, data: Any) -> tuple[Expected, ...]:
        if isinstance(data, dict) and "replies" in data:
            known_keys(data, {"replies"})
            return tuple(self._expected(entry) for entry in data["replies"])
        return (self._expected(data),)

    def _expected(self, data: Any) -> Expected:
        known_keys(data, _EXPECT_KEYS)
        words, status, clauses = self._words, strings(data, "status"), strings(data, "clauses")
        if not status:
            raise BadLineError("expect 缺少 status")
        matter, verdict, region, asks = (data.get(key) for key in ("matter", "verdict", "region", "asks"))
        return Expected(
            status=frozenset(words.status(each) for each in status),
            clauses=tuple(words.clause(each) for each in clauses),
            matter=None if matter is None else words.matter(matter),
            verdict=None if verdict is None else words.verdict(verdict),
            amounts=words.figures(data.get("amounts")),
            must_not=tuple(strings(data, "must_not")),
            kinds=frozenset(words.refusal(each) for each in strings(data, "kinds")),
            region=None if region is None else words.region(region),
            facts=words.facts(data.get("facts") or {}),
            items=words.items(data.get("items") or {}),
            asks=None if asks is None else words.asked(asks),
        )
