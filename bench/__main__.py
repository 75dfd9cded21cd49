"""`make bench`: this project beside Rasa's defaults and a bare Rasa, in one run on one machine; ends with 1 where a bar is missed."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from bench.speed.bars import Bar, bars
from bench.speed.comparing import Compared, compare, first_replies
from bench.speed.machine import described
from bench.speed.peer_files import bare_project, default_epochs, default_project
from bench.speed.peer_models import Trained, trained, trained_ours
from bench.speed.questions import chosen, write_readings
from bench.speed.results import keep
from bench.speed.tables import bar_lines, comparison_lines
from bench.speed.targets import start_ours, start_peer
from bench.speed.writing import write_results
from koujing.errors import ProgramError
from koujing.knowledge.base import load_knowledge
from koujing.process import quiet_environment
from koujing.settings import ROOT
from tests.evaluation.questions import QuestionSetError

_SAME = 10


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--seconds", default=2.0, show_default=True, help="每一段问多少秒。")
@click.option("--turns", default=12, show_default=True, help="三者轮流问多少轮。")
@click.option(
    "--epochs",
    default=1,
    show_default=True,
    help="默认 Rasa 的分类器训练多少轮；全部轮次的用时按每轮推算，答复快慢与轮次无关。",
)
@click.option("--full", is_flag=True, help="按默认 Rasa 自己的轮次训练（2 核上要几个小时，只训练一次）。")
@click.option(
    "--write",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="不测量，把各项基准最近的结果写进这份文档。",
)
@click.option(
    "--stories", is_flag=True, help="给默认 Rasa 把规则另写成故事，使 TED 和 UnexpecTED 也起作用（要另训练一次）。"
)
def main(seconds: float, turns: int, epochs: int, full: bool, stories: bool, write: Path | None) -> None:
    """口径、默认 Rasa、裸 Rasa：同一台机器、同一次运行、同样的问题和动作。"""
    if write is not None:
        write_results(write)
        return
    os.environ.update(quiet_environment(os.environ))
    try:
        found = _run(seconds, turns, None if full else epochs, stories=stories)
    except (ProgramError, QuestionSetError) as error:
        _say(str(error))
        sys.exit(2)
    sys.exit(0 if all(bar["held"] for bar in found["bars"]) else 1)


def _run(seconds: float, turns: int, epochs: int | None, *, stories: bool) -> dict[str, Any]:
    machine = described()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="koujing-bench-")))
        default, bare, readings = folder / "default", folder / "bare", folder / "readings.json"
        default_project(default, epochs, stories=stories)
        bare_project(bare)
        _say("训练（做过的不再做；默认 Rasa 很久）……")
        models = {"koujing": trained_ours(), "bare": trained(bare, "bare"), "default": trained(default, "default")}
        knowledge = load_knowledge(ROOT / "policies")
        texts = chosen(knowledge)
        write_readings(knowledge, readings)
        _say("启动……")
        targets = [
            start_ours(stack, folder / "koujing", texts),
            start_peer(stack, "default", default, models["default"].model, texts, readings),
            start_peer(stack, "bare", bare, models["bare"].model, texts, None),
        ]
        same = sum(first_replies(targets[0], n) == first_replies(targets[1], n) for n in range(_SAME))
        _say(f"对照与口径的答复逐字相同：{same}/{_SAME} 题。正在测量……")
        compared = compare(targets, turns, seconds, _say)
    return _told(
        machine, compared, models, same, {"turns": turns, "seconds": seconds, "epochs": epochs, "stories": stories}
    )


def _told(
    machine: dict[str, Any], compared: list[Compared], models: dict[str, Trained], same: int, how: dict[str, Any]
) -> dict[str, Any]:
    """Print the tables and keep the figures."""
    training = {name: model.numbers() for name, model in models.items()}
    training["default"] = models["default"].numbers(how["epochs"], default_epochs())
    sides = {each.target.name: {**each.numbers(), "training": training[each.target.name]} for each in compared}
    held: list[Bar] = bars(sides["koujing"], sides["default"], sides["bare"])
    found = {"how": how, "same_replies": f"{same}/{_SAME}", "sides": sides, "bars": [bar.numbers() for bar in held]}
    path = keep("compare", machine, found)
    click.echo("\n".join([*comparison_lines(machine, sides), "", *bar_lines(found["bars"])]))
    for each in compared:
        for error in [error for measured in each.measured.values() for error in measured.errors][:3]:
            _say(f"{each.target.name}：{error}")
    _say(f"数据：{path.relative_to(ROOT)}")
    return found


def _say(message: str) -> None:
    click.echo(message, err=True)


if __name__ == "__main__":
    main()
