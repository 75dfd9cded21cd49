"""One question and the replies to it, scored. Pure: no knowledge is loaded here, `Ground` is handed in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import permutations
from typing import Any

from tests.evaluation.figures import figures_in, figures_of_reply, figures_of_value, unsupported
from tests.evaluation.gold import Figure
from tests.evaluation.questions import ABSTAINING, Expected, Question

__all__ = ["Ground", "PartScore", "Reply", "Score", "amount_given", "clause_hit", "facts_given", "items_given", "score"]

Reply = Mapping[str, Any]

_LABELS = {
    "clause": "条款", "status": "状态", "verdict": "判定", "amount": "金额",
    "kind": "类别", "region": "地区", "facts": "事实", "items": "清单", "asks": "反问",
}  # fmt: skip
_MOST_REPLIES = 6


@dataclass(frozen=True)
class Ground:
    """What replies to a question may rest on: the regions whose notices hold there, and the figures of their files.

    `names` are phrases with figures of their own that state no policy, taken out of a text word for word: how far the
    knowledge reaches, and the law from outside the notices.
    """

    regions: frozenset[str]
    figures: frozenset[str]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartScore:
    """One expected reply against the one that came. None: not measured by this question."""

    expected: Expected
    clause: bool | None
    status: bool
    verdict: bool | None
    verdict_given: bool | None
    amount: bool | None
    abstained: bool
    kind: bool | None = None
    region: bool | None = None
    facts: bool | None = None
    items: bool | None = None
    asks: bool | None = None


@dataclass(frozen=True)
class Score:
    """A question with what its replies were worth.

    `forbidden` are its must-not words that were said, `invented` the figures that nothing proves, `foreign` the clauses
    cited from notices that do not hold there. `declined`: every reply was one that declines.
    """

    question: Question
    replies: tuple[Reply, ...]
    parts: tuple[PartScore, ...]
    forbidden: tuple[str, ...]
    invented: tuple[str, ...]
    foreign: tuple[str, ...]
    declined: bool
    error: str | None = None

    @property
    def wrong_figure(self) -> bool:
        """Whether a figure or a word was said that must not be."""
        return bool(self.forbidden or self.invented)

    @property
    def refused(self) -> bool:
        """Whether any wanted answer was declined."""
        return any(part.abstained for part in self.parts)

    @property
    def failures(self) -> list[str]:
        """What went wrong, in words; empty for a question that went well."""
        found = [
            label + (f"（第 {number} 问）" if len(self.parts) > 1 else "")
            for number, part in enumerate(self.parts, 1)
            for measure, label in _LABELS.items()
            if getattr(part, measure) is False
        ]
        if self.error:
            found.append(f"没有答复：{self.error}")
        if self.forbidden:
            found.append(f"不该说：{'、'.join(self.forbidden)}")
        if self.invented:
            found.append(f"没有出处的数字：{'、'.join(self.invented)}")
        if self.foreign:
            found.append(f"别处的条款：{'、'.join(self.foreign)}")
        if self.question.out_of_scope and not self.declined:
            found.append("该拒未拒")
        if self.question.in_scope and self.refused:
            found.append("误拒")
        return found


def _said(replies: Sequence[Reply], region: str | None) -> list[str]:
    """The texts of all replies, or of those for a region."""
    of_it = [reply for reply in replies if region is None or reply["region"] == region]
    return [text for reply in of_it for text in (reply["text"], reply["plain"]) if text]


def score(question: Question, replies: Sequence[Reply], ground: Ground, error: str | None = None) -> Score:
    """Score the replies to a question.

    A question with one expected reply is judged by the first that came; of two questions in one message each expected
    reply is held against one of those that came, in the way that fits best. Forbidden words, figures and foreign clauses
    are looked for in every reply; words that one of two places must not be told, in the replies of that place.
    """
    forbidden = tuple(
        dict.fromkeys(
            word
            for expected in question.expected
            for word in expected.must_not
            if any(
                _says(text, word) for text in _said(replies, expected.region if len(question.expected) > 1 else None)
            )
        )
    )
    asked = _figures_asked(question)
    invented: dict[str, None] = {}
    for reply in replies:
        allowed = asked | figures_of_reply(reply) | ground.figures
        for text in (reply["text"], reply["plain"] or ""):
            invented |= dict.fromkeys(unsupported(_without(text, ground.names), allowed))
    cited = [citation for reply in replies for citation in reply["citations"]]
    foreign = dict.fromkeys(citation["clause"] for citation in cited if citation["region"] not in ground.regions)
    return Score(
        question=question,
        replies=tuple(replies),
        parts=_parts(question.expected, replies),
        forbidden=forbidden,
        invented=tuple(invented),
        foreign=tuple(foreign),
        declined=bool(replies) and all(reply["status"] in ABSTAINING for reply in replies),
        error=error,
    )


def clause_hit(cited: str, acceptable: Sequence[str]) -> bool:
    """Whether a clause is an acceptable one or lies in it (a2.1.3 in a2.1)."""
    return any(cited == clause or cited.startswith(clause + ".") for clause in acceptable)


def _parts(expected: Sequence[Expected], replies: Sequence[Reply]) -> tuple[PartScore, ...]:
    if len(expected) == 1:
        return (_part(expected[0], replies[0] if replies else None),)
    # A reply may be missing for an expected one, hence the padding; more than a few replies are no answer to two questions.
    padded: list[Reply | None] = [*replies[:_MOST_REPLIES], *[None] * len(expected)]
    scored = [
        tuple(_part(each, reply) for each, reply in zip(expected, order, strict=True))
        for order in permutations(padded, len(expected))
    ]
    return max(scored, key=lambda parts: sum(map(_worth, parts)))


def _worth(part: PartScore) -> int:
    return sum(bool(getattr(part, measure)) for measure in _LABELS)


def _part(expected: Expected, reply: Reply | None) -> PartScore:
    if reply is None:
        return PartScore(
            expected,
            clause=False if expected.clauses else None,
            status=False,
            verdict=False if expected.verdict else None,
            verdict_given=False if expected.verdict else None,
            amount=False if expected.amounts else None,
            abstained=False,
            kind=False if expected.kinds else None,
            region=False if expected.region else None,
            facts=False if expected.facts else None,
            items=False if expected.items else None,
            asks=False if expected.asks else None,
        )
    asked = reply["ask"] and reply["ask"]["fact"]
    return PartScore(
        expected,
        clause=_clause(expected, reply),
        status=reply["status"] in expected.status,
        verdict=reply["verdict"] == expected.verdict if expected.verdict else None,
        verdict_given=reply["verdict"] is not None if expected.verdict else None,
        amount=all(amount_given(figure, reply) for figure in expected.amounts) if expected.amounts else None,
        abstained=reply["status"] in ABSTAINING,
        kind=reply["kind"] in expected.kinds if expected.kinds else None,
        region=reply["region"] == expected.region if expected.region else None,
        facts=facts_given(expected.facts, reply) if expected.facts else None,
        items=items_given(expected.items, reply) if expected.items else None,
        asks=asked == expected.asks if expected.asks else None,
    )


def _clause(expected: Expected, reply: Reply) -> bool | None:
    if not expected.clauses:
        return None
    if not reply["citations"]:
        # To ask back, where that is right, needs no citation.
        return None if reply["status"] == "clarifying" and "clarifying" in expected.status else False
    return clause_hit(reply["citations"][0]["clause"], expected.clauses)


def amount_given(figure: Figure, reply: Reply) -> bool:
    """Whether a figure is among the amounts of a reply."""
    return any(
        amount["unit"] == figure.unit and amount["value"] is not None and Decimal(amount["value"]) == figure.value
        for amount in reply["amounts"]
    )


def facts_given(facts: Mapping[str, Any], reply: Reply) -> bool:
    """Whether a reply knows all these facts with these values."""
    given = reply["facts"]
    return all(id in given and _same(value, _value(given[id])) for id, value in facts.items())


def items_given(items: Mapping[str, Sequence[str]], reply: Reply) -> bool:
    """Whether a reply lists all these matters with these verdicts."""
    listed = {(item["matter"], item["verdict"]) for item in reply["items"]}
    return all((matter, verdict) in listed for verdict, matters in items.items() for matter in matters)


def _value(entry: Any) -> Any:
    return entry.get("value") if isinstance(entry, Mapping) else entry


def _same(wanted: Any, given: Any) -> bool:
    """Equal as values: 6.5 is "6.5", yes is not 1, and a month is its first day."""
    if given is None or isinstance(wanted, bool) or isinstance(given, bool):
        return wanted is given
    try:
        return Decimal(str(wanted)) == Decimal(str(given))
    except InvalidOperation:
        return str(wanted) in (str(given), f"{given}-01") or str(given) == f"{wanted}-01"


def _figures_asked(question: Question) -> set[str]:
    found = figures_in(question.text) | figures_of_value(question.on)
    for value in question.facts.values():
        found |= figures_of_value(value) | figures_of_value(value, "percent")
    return found


def _without(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = text.replace(name, "")
    return text


def _says(text: str, word: str) -> bool:
    """Whether a text holds a word; one that begins with a digit is not looked for inside a longer number."""
    inside = r"(?<![\d.,])" if word[0].isdigit() else ""
    return re.search(inside + re.escape(word), text) is not None
