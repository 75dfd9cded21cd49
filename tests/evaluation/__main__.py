"""`make eval`: asks every question, holds every dialogue, and prints what is measured. Ends with 1 where a bar is missed."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from koujing.errors import ProgramError
from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.process import quiet_environment
from koujing.settings import DEMO_KEY, ROOT
from tests.evaluation.asking import Ask, answers_at, ask_desk, ask_here
from tests.evaluation.dialogue_judge import DialogueScore, Judge
from tests.evaluation.dialogue_report import dialogue_report, dialogue_values, kept, record, transcript
from tests.evaluation.dialogue_run import play
from tests.evaluation.dialogues import DIALOGUE_KINDS, Dialogue, load_dialogues
from tests.evaluation.facts import blind_tally, fact_values
from tests.evaluation.grounds import Grounds
from tests.evaluation.measures import load_thresholds, missed, question_values
from tests.evaluation.questions import KINDS, Question, QuestionSetError, load
from tests.evaluation.report import report
from tests.evaluation.scoring import Score, score
from tests.evaluation.stack import with_own_stack
from tests.evaluation.talking import Open, talk_desk, talk_here

__all__ = ["ask_all", "hold_all", "main"]

_STEP = 50
_DIALOGUE_STEP = 20

Say = Callable[[str], None]
_ALL_KINDS = list(dict.fromkeys([*KINDS, *DIALOGUE_KINDS]))


@dataclass(frozen=True)
class _Work:
    """What is to be asked and held."""

    knowledge: Knowledge
    questions: Sequence[Question]
    dialogues: Sequence[Dialogue]

    def do(self, ask: Ask, open_: Open) -> tuple[list[Score], list[DialogueScore]]:
        scores = ask_all(self.questions, ask, Grounds(self.knowledge), _say) if self.questions else []
        held = hold_all(self.dialogues, open_, Judge(self.knowledge), _say) if self.dialogues else []
        return scores, held


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--url", envvar="KOUJING_DESK_URL", help="问哪里的服务台；那里没有服务，或没有给出，就自行启动一套。")
@click.option("--key", envvar="KOUJING_API_KEYS", default=DEMO_KEY, show_default=True, help="服务台的密钥。")
@click.option("--in-process", is_flag=True, help="不经 HTTP，在本进程内作答（开发时用，快）。")
@click.option("--only", "only", type=click.Choice(_ALL_KINDS), help="只问一种题、只走一种对话。")
@click.option(
    "--failures", type=click.Path(path_type=Path, dir_okay=False), help="把没答好的题、没走通的对话写成 JSONL。"
)
@click.option("--dialogue", "wanted", help="只走这个编号的对话，逐句列出。")
def main(
    url: str | None, key: str, in_process: bool, only: str | None, failures: Path | None, wanted: str | None
) -> None:
    """用独立题集和对话评测口径。"""
    os.environ.update(quiet_environment(os.environ))
    try:
        work = _work(only, wanted)
        scores, held = _done(work, url, key.split(",", maxsplit=1)[0], in_process)
    except (ProgramError, QuestionSetError) as error:
        _say(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    if wanted is not None:
        click.echo("\n\n".join(map(transcript, held)))
        sys.exit(0 if all(each.success for each in held) else 1)
    values = {**question_values(scores), **dialogue_values(held), **fact_values(None if only else blind_tally())}
    if scores:
        click.echo(report(scores, work.knowledge))
    if held:
        click.echo("\n" + dialogue_report(held))
    if not only:
        click.echo(f"\n从一句话里读事实（盲写的句子）F1：{100 * (values['fact_f1'][1] or 0):.1f}％")
    if failures is not None:
        _write(failures, scores, held)
    lines = missed(values, load_thresholds())
    click.echo("\n" + ("没有达标：\n" + "\n".join(f"  {line}" for line in lines) if lines else "全部达标。"))
    sys.exit(1 if lines else 0)


def ask_all(questions: Sequence[Question], ask: Ask, grounds: Grounds, say: Say) -> list[Score]:
    """Ask and score every question, telling how far it is."""
    began = time.monotonic()
    scores: list[Score] = []
    for number, question in enumerate(questions, 1):
        answer = ask(question)
        scores.append(score(question, answer.replies, grounds.of(question), answer.error))
        if number % _STEP == 0 or number == len(questions):
            bad = sum(bool(each.failures) for each in scores)
            say(f"  已问 {number}/{len(questions)} 题，{time.monotonic() - began:.0f} 秒，有差错的 {bad} 题")
    return scores


def hold_all(dialogues: Sequence[Dialogue], open_: Open, judge: Judge, say: Say) -> list[DialogueScore]:
    """Hold and judge every dialogue, telling how far it is."""
    began = time.monotonic()
    scores: list[DialogueScore] = []
    for number, dialogue in enumerate(dialogues, 1):
        scores.append(judge.judge(dialogue, play(dialogue, open_(dialogue))))
        if number % _DIALOGUE_STEP == 0 or number == len(dialogues):
            bad = sum(not each.success for each in scores)
            say(f"  已走 {number}/{len(dialogues)} 段对话，{time.monotonic() - began:.0f} 秒，有差错的 {bad} 段")
    return scores


def _work(only: str | None, wanted: str | None) -> _Work:
    """Everything, one kind of it, or one dialogue.

    Raises:
        QuestionSetError: a set has mistakes, or there is no such dialogue.
    """
    knowledge = load_knowledge(ROOT / "policies")
    dialogues = [dialogue for dialogue in load_dialogues(knowledge) if only in (None, dialogue.kind)]
    if wanted is not None:
        chosen = [dialogue for dialogue in dialogues if dialogue.id == wanted]
        if not chosen:
            raise QuestionSetError(f"没有编号为 {wanted} 的对话。")
        return _Work(knowledge, [], chosen)
    return _Work(knowledge, [question for question in load(knowledge) if only in (None, question.kind)], dialogues)


def _done(work: _Work, url: str | None, key: str, in_process: bool) -> tuple[list[Score], list[DialogueScore]]:
    amount = f"共 {len(work.questions)} 题、{len(work.dialogues)} 段对话……"
    if in_process:
        _say(f"在本进程内作答，{amount}")
        return work.do(ask_here(work.knowledge), talk_here(work.knowledge))
    if url and answers_at(url.rstrip("/")):
        _say(f"向 {url} 提问，{amount}")
        return work.do(ask_desk(url.rstrip("/"), key), talk_desk(url.rstrip("/"), key))
    _say(f"{url} 没有口径服务，自行启动一套……" if url else "自行启动一套服务……")
    return with_own_stack(
        os.environ,
        _say,
        lambda settings: work.do(ask_desk(settings.desk_url, DEMO_KEY), talk_desk(settings.desk_url, DEMO_KEY)),
    )


def _write(path: Path, scores: Sequence[Score], held: Sequence[DialogueScore]) -> None:
    failed = [each for each in scores if each.failures]
    broken = [each for each in held if not each.success]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for each in failed:
            entry = {"failed": each.failures, **each.question.raw, "replies": [kept(reply) for reply in each.replies]}
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        for dialogue in broken:
            file.write(json.dumps(record(dialogue), ensure_ascii=False) + "\n")
    click.echo(f"\n没答好的 {len(failed)} 题、没走通的 {len(broken)} 段对话已写到 {path}")


def _say(message: str) -> None:
    click.echo(message, err=True)


if __name__ == "__main__":
    main()
