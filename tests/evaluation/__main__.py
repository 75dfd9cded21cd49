"""`make eval`: asks every question of the sets and prints what is measured. Ends with 1 where a bar is missed."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from koujing.errors import ProgramError
from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.process import quiet_environment
from koujing.settings import DEMO_KEY, ROOT
from tests.evaluation.asking import Ask, answers_at, ask_desk, ask_here
from tests.evaluation.grounds import Grounds
from tests.evaluation.measures import load_thresholds, missed
from tests.evaluation.questions import KINDS, Question, QuestionSetError, load
from tests.evaluation.report import report
from tests.evaluation.scoring import Score, score
from tests.evaluation.stack import with_own_stack

__all__ = ["ask_all", "main"]

_STEP = 50
_KEPT = ("status", "kind", "region", "matter", "aspect", "verdict", "text", "plain", "amounts", "facts", "windows")

Say = Callable[[str], None]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--url", envvar="KOUJING_DESK_URL", help="问哪里的服务台；那里没有服务，或没有给出，就自行启动一套。")
@click.option("--key", envvar="KOUJING_API_KEYS", default=DEMO_KEY, show_default=True, help="服务台的密钥。")
@click.option("--in-process", is_flag=True, help="不经 HTTP，在本进程内作答（开发时用，快）。")
@click.option("--only", "only", type=click.Choice(list(KINDS)), help="只问一种题。")
@click.option("--failures", type=click.Path(path_type=Path, dir_okay=False), help="把没答好的题和答复写成 JSONL。")
def main(url: str | None, key: str, in_process: bool, only: str | None, failures: Path | None) -> None:
    """用独立题集评测口径。"""
    os.environ.update(quiet_environment(os.environ))
    try:
        knowledge = load_knowledge(ROOT / "policies")
        questions = [question for question in load(knowledge) if only in (None, question.kind)]
        scores = _scores(questions, knowledge, url, key.split(",", maxsplit=1)[0], in_process)
    except (ProgramError, QuestionSetError) as error:
        _say(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    click.echo(report(scores, knowledge))
    if failures is not None:
        _write(failures, scores)
    lines = missed(scores, load_thresholds())
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


def _scores(
    questions: Sequence[Question], knowledge: Knowledge, url: str | None, key: str, in_process: bool
) -> list[Score]:
    grounds = Grounds(knowledge)
    if in_process:
        _say(f"在本进程内作答，共 {len(questions)} 题……")
        return ask_all(questions, ask_here(knowledge), grounds, _say)
    if url and answers_at(url.rstrip("/")):
        _say(f"向 {url} 提问，共 {len(questions)} 题……")
        return ask_all(questions, ask_desk(url.rstrip("/"), key), grounds, _say)
    _say(f"{url} 没有口径服务，自行启动一套……" if url else "自行启动一套服务……")
    return with_own_stack(
        os.environ, _say, lambda settings: ask_all(questions, ask_desk(settings.desk_url, DEMO_KEY), grounds, _say)
    )


def _write(path: Path, scores: Sequence[Score]) -> None:
    failed = [each for each in scores if each.failures]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for each in failed:
            entry = {"failed": each.failures, **each.question.raw, "replies": [_kept(reply) for reply in each.replies]}
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    click.echo(f"\n没答好的 {len(failed)} 题已写到 {path}")


def _kept(reply: Any) -> dict[str, Any]:
    return {
        **{name: reply[name] for name in _KEPT},
        "cited": [citation["clause"] for citation in reply["citations"]],
        "asks": reply["ask"] and reply["ask"]["fact"],
    }


def _say(message: str) -> None:
    click.echo(message, err=True)


if __name__ == "__main__":
    main()
