"""What is measured over many scores: shares and counts, and the thresholds they are held to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.evaluation.intervals import Share, share_of
from tests.evaluation.questions import FOLDER
from tests.evaluation.scoring import PartScore, Score

__all__ = [
    "PLAIN_TALK",
    "Abstention",
    "Measured",
    "Measures",
    "load_thresholds",
    "measure",
    "missed",
    "question_values",
]

PLAIN_TALK = frozenset({"situation", "complaint"})
"""The kinds of question that name no policy."""


@dataclass(frozen=True)
class Abstention:
    """Declining: of what must be declined (recall), of what must not (false refusals), and of what was (precision)."""

    recall: Share
    false_refusals: Share
    precision: Share


@dataclass(frozen=True)
class Measures:
    """All measures of some scores. Shares are over expected replies; the counts are of questions."""

    questions: int
    clause: Share
    asked_back: int
    status: Share
    verdict: Share
    verdict_given: Share
    amount: Share
    wrong_figures: int
    wrong_regions: int
    extra_replies: int
    abstention: Abstention
    details: Mapping[str, Share]


Measured = tuple[str, float | int | None]
"""A measure's label and its value; None where there was nothing to measure."""
_DETAILS = {"kind": "类别", "region": "地区", "facts": "事实", "items": "清单", "asks": "反问"}


def measure(scores: Sequence[Score]) -> Measures:
    """Measure some scores together."""
    parts = [part for score in scores for part in score.parts]
    return Measures(
        questions=len(scores),
        clause=_over(parts, lambda part: part.clause),
        asked_back=sum(part.clause is None and bool(part.expected.clauses) for part in parts),
        status=_over(parts, lambda part: part.status),
        verdict=_over(parts, lambda part: part.verdict),
        verdict_given=_over(parts, lambda part: part.verdict_given),
        amount=_over(parts, lambda part: part.amount),
        wrong_figures=sum(score.wrong_figure for score in scores),
        wrong_regions=sum(bool(score.foreign) for score in scores),
        extra_replies=sum(len(score.replies) > len(score.parts) for score in scores),
        abstention=_abstention(scores),
        details={label: share_of(getattr(part, measure) for part in parts) for measure, label in _DETAILS.items()},
    )


def _over(parts: Iterable[PartScore], outcome: Callable[[PartScore], bool | None]) -> Share:
    return share_of(outcome(part) for part in parts)


def _abstention(scores: Sequence[Score]) -> Abstention:
    outside = [score.declined for score in scores if score.question.out_of_scope]
    inside = [score.refused for score in scores if score.question.in_scope]
    return Abstention(
        recall=share_of(outside),
        false_refusals=share_of(inside),
        precision=Share(sum(outside), sum(outside) + sum(inside)),
    )


def load_thresholds(path: Path = FOLDER / "thresholds.yml") -> Mapping[str, Any]:
    """The bars: `at_least` and `at_most`, by measure."""
    thresholds: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return thresholds


def missed(found: Mapping[str, Measured], thresholds: Mapping[str, Any]) -> list[str]:
    """The bars that were not reached, in words. What was not measured is held to none."""
    unknown = {*thresholds["at_least"], *thresholds["at_most"]} - set(found)
    if unknown:
        raise KeyError(f"thresholds.yml: no such measure: {sorted(unknown)}")
    lines = []
    for name, bar in thresholds["at_least"].items():
        label, value = found[name]
        if value is not None and value < bar:
            lines.append(f"{label} {_said(value)}，应不低于 {_said(bar)}")
    for name, bar in thresholds["at_most"].items():
        label, value = found[name]
        if value is not None and value > bar:
            lines.append(f"{label} {_said(value)}，应不高于 {_said(bar)}")
    return lines


def question_values(scores: Sequence[Score]) -> dict[str, Measured]:
    """The measures of the questions by the names that the bars use."""
    whole = measure(scores)
    plain = measure([score for score in scores if score.question.kind in PLAIN_TALK])
    return {
        "clause": ("条款首中率", whole.clause.value),
        "plain_talk_clause": ("情境与投诉的条款首中率", plain.clause.value),
        "status": ("状态正确率", whole.status.value),
        "verdict": ("判定正确率", whole.verdict.value),
        "amount": ("金额正确率", whole.amount.value),
        "abstention_recall": ("范围外召回率", whole.abstention.recall.value),
        "abstention_precision": ("拒答精确率", whole.abstention.precision.value),
        "false_refusals": ("误拒率", whole.abstention.false_refusals.value),
        "wrong_figures": ("错误数字", whole.wrong_figures),
        "wrong_regions": ("错误地区", whole.wrong_regions),
    }


def _said(value: float) -> str:
    return f"{value:g}" if isinstance(value, int) or value > 1 else f"{100 * value:.1f}％"
