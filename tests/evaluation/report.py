"""The measures as a table for people."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence

from koujing.knowledge.base import Knowledge
from tests.evaluation.measures import PLAIN_TALK, Measures, measure
from tests.evaluation.questions import KINDS
from tests.evaluation.scoring import Score

__all__ = ["report", "table"]

_HEAD = ("", "题数", "条款首中", "状态", "判定", "金额", "错误数字", "错误地区")


def report(scores: Sequence[Score], knowledge: Knowledge) -> str:
    """Everything measured: by kind, by notice, together, and declining."""
    kinds = {label: [score for score in scores if score.question.kind == kind] for kind, label in KINDS.items()}
    notices = _by_notice(scores, knowledge)
    whole = measure(scores)
    plain = [score for score in scores if score.question.kind in PLAIN_TALK]
    rows = [
        _HEAD,
        *_rows(kinds),
        (),
        *_rows(notices),
        (),
        *_rows(
            {
                "情境＋抱怨投诉": plain,
                "前三套题": [score for score in scores if not score.question.of_talk],
                "对话的各套题": [score for score in scores if score.question.of_talk],
                "全部": scores,
            }
        ),
    ]
    first = [score for score in scores if not score.question.of_talk]
    declining = _declining(whole) if len(first) in (0, len(scores)) else _declining(whole, measure(first))
    return "\n".join(["括号里是 95％ 置信区间（Wilson）。", "", table(rows), "", *_notes(whole), "", *declining])


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns, the first row being the head; an empty row is a line. Chinese characters count double."""
    columns = max(map(len, rows))
    widths = [max(_width(row[column]) for row in rows if len(row) > column) for column in range(columns)]
    line = "─" * (sum(widths) + 2 * (columns - 1))
    lines = []
    for number, row in enumerate(rows):
        if row:
            lines.append(
                "  ".join(
                    cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)
                ).rstrip()
            )
        if number == 0 or not row:
            lines.append(line)
    return "\n".join(lines)


def _rows(groups: Mapping[str, Sequence[Score]]) -> list[tuple[str, ...]]:
    return [_row(label, measure(scores)) for label, scores in groups.items() if scores]


def _row(label: str, measures: Measures) -> tuple[str, ...]:
    return (
        label,
        str(measures.questions),
        str(measures.clause),
        str(measures.status),
        str(measures.verdict),
        str(measures.amount),
        str(measures.wrong_figures),
        str(measures.wrong_regions),
    )


def _by_notice(scores: Sequence[Score], knowledge: Knowledge) -> dict[str, list[Score]]:
    """By the notice of the first clause expected, in the order of the notices."""
    groups: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        clauses = [clause for expected in score.question.expected for clause in expected.clauses]
        if clauses:
            groups[knowledge.notice_of(clauses[0]).id].append(score)
    return {notice.short: groups[notice.id] for notice in knowledge.notices.values() if notice.id in groups}


def _notes(whole: Measures) -> list[str]:
    details = [f"{label} {share}" for label, share in whole.details.items() if share.total]
    return [
        *([f"另外要求的：{'；'.join(details)}"] if details else []),
        f"应有判定的题里给出判定的：{whole.verdict_given}",
        f"可以反问而反问、因此不计条款的：{whole.asked_back} 处；答复多于所问的：{whole.extra_replies} 题",
    ]


def _declining(whole: Measures, first: Measures | None = None) -> list[str]:
    """Declining over everything, and beside it over the first sets."""
    names = {
        "recall": "范围外召回率（该拒的拒了）",
        "precision": "拒答精确率（拒了的该拒）",
        "false_refusals": "误拒率（该答的拒了）",
    }
    return [
        f"{label}：{getattr(whole.abstention, name)}"
        + (f"；前三套题 {getattr(first.abstention, name)}" if first else "")
        for name, label in names.items()
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
