"""What is measured over many dialogues, as a table for people, and a dialogue as it went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from tests.evaluation.dialogue_judge import DialogueScore
from tests.evaluation.dialogue_run import Reply
from tests.evaluation.dialogues import DIALOGUE_KINDS
from tests.evaluation.intervals import Share, share_of
from tests.evaluation.measures import Measured
from tests.evaluation.report import table

__all__ = ["dialogue_report", "dialogue_values", "kept", "median_questions", "record", "success", "transcript"]

_HEAD = ("", "对话数", "成功", "判定与规则不符", "与应有判定相反", "一次判定问几个（中位数）")
_KEPT = ("status", "kind", "region", "matter", "aspect", "verdict", "text", "plain", "amounts", "facts", "windows")


def dialogue_report(scores: Sequence[DialogueScore]) -> str:
    """Success, verdicts and questions, by kind and together."""
    kinds = {label: [each for each in scores if each.dialogue.kind == kind] for kind, label in DIALOGUE_KINDS.items()}
    rows = [_HEAD, *(_row(label, group) for label, group in kinds.items() if group), (), _row("全部", scores)]
    direct = sum(each.direct_verdicts for each in scores)
    return "\n".join([table(rows), "", f"一个问题也没问就判定的另有 {direct} 次，不计入中位数。"])


def success(scores: Sequence[DialogueScore]) -> Share:
    """How many went well throughout."""
    return share_of(each.success for each in scores)


def median_questions(scores: Sequence[DialogueScore]) -> float | None:
    """The median of the questions that a verdict took, over verdicts that took any."""
    counts = [count for each in scores for count in each.questions]
    return float(median(counts)) if counts else None


def dialogue_values(scores: Sequence[DialogueScore]) -> dict[str, Measured]:
    """The measures of the dialogues by the names that the bars use."""
    return {
        "dialogue_success": ("对话成功率", success(scores).value),
        "wrong_verdicts": ("与规则不符的判定", sum(len(each.wrong_verdicts) for each in scores) if scores else None),
        "median_questions": ("一次判定所问的中位数", median_questions(scores)),
    }


def transcript(score: DialogueScore) -> str:
    """A dialogue as it went, with what was wrong below each turn."""
    dialogue = score.dialogue
    kind = DIALOGUE_KINDS[dialogue.kind]
    head = f"{dialogue.id}（{kind}）　{dialogue.on}　地区：{dialogue.region or '未知'}"
    return "\n".join([head, *_turns(score), "", "成功。" if score.success else f"有 {len(score.problems)} 处不对。"])


def record(score: DialogueScore) -> dict[str, Any]:
    """A dialogue with everything said in it, as JSON."""
    turns = [
        {
            "turn": number,
            "said": step.said,
            "answers": step.open_before if step.answering else None,
            "replies": [kept(reply) for reply in step.replies],
        }
        for number, played in enumerate(score.turns, 1)
        for step in played.steps
    ]
    return {"failed": [str(problem) for problem in score.problems], **score.dialogue.raw, "transcript": turns}


def kept(reply: Reply) -> dict[str, Any]:
    """What of a reply is worth reading when something was wrong."""
    return {
        **{name: reply[name] for name in _KEPT},
        "cited": [citation["clause"] for citation in reply["citations"]],
        "asks": reply["ask"] and reply["ask"]["fact"],
        **({"items": [(item["matter"], item["verdict"]) for item in reply["items"]]} if reply["items"] else {}),
        **({"changes": reply["changes"]} if reply["changes"] else {}),
    }


def _row(label: str, scores: Sequence[DialogueScore]) -> tuple[str, ...]:
    counts = [count for each in scores for count in each.questions]
    middle = f"{median(counts):g}（{len(counts)} 次）" if counts else "—"
    wrong = sum(len(each.wrong_verdicts) for each in scores)
    contrary = sum(each.contrary for each in scores)
    return (label, str(len(scores)), str(success(scores)), str(wrong), str(contrary), middle)


def _turns(score: DialogueScore) -> Iterator[str]:
    for number, played in enumerate(score.turns, 1):
        yield f"\n第 {number} 轮" + ("" if played.turn.say is not None else played.turn.words)
        for step in played.steps:
            yield f"  人：{step.said}"
            if step.error:
                yield f"  没有答复：{step.error}"
            for reply in step.replies:
                yield f"  口径〔{_marks(reply)}〕{reply['text']}"
                if reply["ask"]:
                    yield f"      问 {reply['ask']['fact']}：{reply['ask']['question']}"
        yield from (f"  ✗ {problem.text}" for problem in score.problems if problem.turn == number)


def _marks(reply: Reply) -> str:
    marks = [reply[name] for name in ("status", "verdict", "kind", "matter", "aspect", "region") if reply[name]]
    marks += [citation["clause"] for citation in reply["citations"]]
    return " ".join(marks)
