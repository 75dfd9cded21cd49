"""The clause itself, marked as 原文 and not as a determination."""

from __future__ import annotations

import re

from koujing.answering.asked import Asked, Situation
from koujing.answering.reply import Reply, basis, blank, citations
from koujing.knowledge.base import Knowledge
from koujing.knowledge.provisions import Citation

__all__ = ["quote"]

_LONGEST = 300
_NUMBERED = re.compile(r"第?[（(]?([一二三四五六七八九十]{1,3}|\d{1,2})[）)]?[条项]")


def quote(knowledge: Knowledge, asked: Asked, situation: Situation) -> Reply:
    """The clause named by number in the question, else the main clause of the matter in the region."""
    assert situation.region is not None
    provisions = knowledge.chain(asked.topic, situation.region)
    clause = _named(knowledge, asked.text, provisions[0].clauses[0]) or provisions[0].clauses[0]
    text = knowledge.clauses[clause].text
    shown = text if len(text) <= _LONGEST else text[: text.rfind("。", 0, _LONGEST) + 1] or text[:_LONGEST]
    cite = Citation(clause, shown)
    words = knowledge.wordings["quoted"].format(quote=shown)
    return blank(
        "quoted", words + basis(knowledge, [cite]), situation.on, question=asked.text, region=situation.region,
        matter=asked.topic, citations=citations(knowledge, [cite]), kind="original",
    )  # fmt: skip


def _named(knowledge: Knowledge, text: str, near: str) -> str | None:
    """The clause of the same notice whose number the question names (第六条, （六）项, 第6项)."""
    match = _NUMBERED.search(text)
    if match is None:
        return None
    notice = knowledge.notice_of(near)
    wanted = f"{notice.id}:{_arabic(match[1])}"
    return wanted if wanted in knowledge.clauses else None


def _arabic(numeral: str) -> int:
    if numeral.isdigit():
        return int(numeral)
    digits = {char: value for value, char in enumerate("一二三四五六七八九", start=1)}
    tens, _, ones = numeral.partition("十")
    if "十" not in numeral:
        return digits[numeral]
    return (digits[tens] if tens else 1) * 10 + (digits[ones] if ones else 0)
