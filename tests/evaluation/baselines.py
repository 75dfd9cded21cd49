"""`make eval-baselines`: the same questions put to two baselines and to Koujing, side by side.

The baselines are told the region that a question is about, Koujing finds it by itself. The questions are the first 740:
those that came with dialogue want a screening, a verdict or a question back, which no baseline gives.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from koujing.errors import ProgramError
from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.process import quiet_environment
from koujing.settings import ROOT
from tests.evaluation.asking import ask_here
from tests.evaluation.grounds import Grounds
from tests.evaluation.intervals import Share, share_of
from tests.evaluation.measures import PLAIN_TALK
from tests.evaluation.questions import ABSTAINING, Question, QuestionSetError, load
from tests.evaluation.rasa_baseline import RasaBaseline, Training
from tests.evaluation.report import table
from tests.evaluation.scoring import clause_hit
from tests.evaluation.training_examples import TrainingExample, load_examples

__all__ = ["Outcome", "compare", "main"]

_EPOCHS = 100
_STEP = 100
_HEAD = ("", "条款首中", "其中情境＋投诉", "范围外召回率", "误拒率", "拒答精确率")

Say = Callable[[str], None]
Answerer = Callable[[Question], "Outcome"]


@dataclass(frozen=True)
class Outcome:
    """The first clause that a program names for a question, and whether it declined or asked back."""

    clause: str | None
    declined: bool
    asked_back: bool = False


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--epochs", default=_EPOCHS, show_default=True, help="DIET 训练多少轮。")
@click.option("--skip-diet", is_flag=True, help="不训练 DIET，只比 BM25。")
def main(epochs: int, skip_diet: bool) -> None:
    """同一题集：口径与 BM25、Rasa 默认流水线对照。"""
    os.environ.update(quiet_environment(os.environ))
    try:
        knowledge = load_knowledge(ROOT / "policies")
        questions = [question for question in load(knowledge) if len(question.expected) == 1 and not question.of_talk]
        rows = _rows(questions, knowledge, load_examples(), None if skip_diet else epochs)
    except (ProgramError, QuestionSetError) as error:
        _say(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    click.echo(
        f"同一批 {len(questions)} 题（不含一问两事）；括号里是 95％ 置信区间（Wilson）。对照已告知地区，口径自己识别。\n"
    )
    click.echo(table([_HEAD, *rows]))


def compare(questions: Sequence[Question], answer: Answerer, *, count_asking_back: bool = True) -> tuple[Share, ...]:
    """Clause hit@1, the same over situations and complaints, abstention recall, false refusals, abstention precision.

    Args:
        count_asking_back: whether asking back where that is right is a miss of the clause, or is left out.
    """
    hits: list[bool | None] = []
    plain: list[bool | None] = []
    outside: list[bool] = []
    inside: list[bool] = []
    for question in questions:
        outcome = answer(question)
        expected = question.expected[0]
        if expected.clauses:
            right_to_ask = outcome.asked_back and "clarifying" in expected.status and outcome.clause is None
            hit = outcome.clause is not None and clause_hit(outcome.clause, expected.clauses)
            counted = None if right_to_ask and not count_asking_back else hit
            hits.append(counted)
            if question.kind in PLAIN_TALK:
                plain.append(counted)
        if question.out_of_scope:
            outside.append(outcome.declined)
        elif question.in_scope:
            inside.append(outcome.declined)
    declined = Share(sum(outside), sum(outside) + sum(inside))
    return share_of(hits), share_of(plain), share_of(outside), share_of(inside), declined


def _rows(
    questions: Sequence[Question], knowledge: Knowledge, examples: Sequence[TrainingExample], epochs: int | None
) -> list[tuple[str, ...]]:
    if epochs is None:
        return _quick_rows(questions, knowledge, examples)
    with tempfile.TemporaryDirectory(prefix="koujing-baseline-") as folder:
        _say(f"用 {len(examples)} 句训练 DIET，{epochs} 轮，要十几分钟或更久；同时先评测另外两个……")
        with Training(examples, Path(folder), epochs) as training:
            rows = _quick_rows(questions, knowledge, examples)
            _say(table([_HEAD, *rows]))
            diet = RasaBaseline(knowledge, training.finish(_say))
        answers = _remembered("DIET", questions, _told(diet, Grounds(knowledge)))
    return [*rows, _row("Rasa 默认流水线（DIET）", compare(questions, answers))]


def _quick_rows(
    questions: Sequence[Question], knowledge: Knowledge, examples: Sequence[TrainingExample]
) -> list[tuple[str, ...]]:
    # It loads JAX, and a process with JAX's threads should not be forked for the training.
    from tests.evaluation.lexical_baseline import LexicalBaseline

    ours = _remembered("口径", questions, _koujing(knowledge))
    lexical = LexicalBaseline(knowledge, examples, _say)
    answers = _remembered("BM25", questions, _told(lexical, Grounds(knowledge)))
    return [
        _row("口径（可反问的反问不计）", compare(questions, ours, count_asking_back=False)),
        _row("口径（反问算没中）", compare(questions, ours)),
        _row("BM25（未训练）", compare(questions, answers)),
    ]


def _row(label: str, shares: Sequence[Share]) -> tuple[str, ...]:
    return (label, *map(str, shares))


def _koujing(knowledge: Knowledge) -> Answerer:
    ask = ask_here(knowledge)

    def answer(question: Question) -> Outcome:
        replies = ask(question).replies
        if not replies:
            return Outcome(None, declined=False)
        first = replies[0]
        cited = first["citations"][0]["clause"] if first["citations"] else None
        declining = all(reply["status"] in ABSTAINING for reply in replies)
        declined = declining if question.out_of_scope else first["status"] in ABSTAINING
        return Outcome(cited, declined, first["status"] == "clarifying")

    return answer


def _told(baseline: Callable[[str, str | None], str | None], grounds: Grounds) -> Answerer:
    def answer(question: Question) -> Outcome:
        clause = baseline(question.text, grounds.region(question))
        return Outcome(clause, clause is None)

    return answer


def _remembered(name: str, questions: Sequence[Question], answer: Answerer) -> Answerer:
    """The answers to all questions, each asked once, telling how far it is."""
    began = time.monotonic()
    outcomes: dict[str, Outcome] = {}
    for number, question in enumerate(questions, 1):
        outcomes[question.id] = answer(question)
        if number % _STEP == 0 or number == len(questions):
            _say(f"  {name}：已问 {number}/{len(questions)} 题，{time.monotonic() - began:.0f} 秒")
    return lambda question: outcomes[question.id]


def _say(message: str) -> None:
    click.echo(message, err=True)


if __name__ == "__main__":
    main()
