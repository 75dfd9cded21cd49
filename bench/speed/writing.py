"""Puts the latest results into a document, between the marks of its results section; nothing there is typed by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.doubled import doubled_lines
from bench.growth import growth_lines
from bench.processes import process_lines
from bench.screening import screening_lines
from bench.speed.results import kept
from bench.speed.tables import bar_lines, comparison_lines
from bench.stages import stage_lines
from bench.steady import steady_lines

__all__ = ["BEGIN", "END", "results", "write_results"]

BEGIN, END = "<!-- 结果开始 -->", "<!-- 结果结束 -->"

Lines = Callable[[dict[str, Any]], list[str]]


def write_results(document: Path) -> None:
    """Replace what stands between the marks."""
    text = document.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"{document} 里没有 {BEGIN} 和 {END} 两行，不知道写在哪里。请先加上。")
    document.write_text("\n".join([before + BEGIN, "", *results(), END + after]), encoding="utf-8")


def results() -> Iterator[str]:
    """The section, in Markdown; a benchmark that has not been run is said to be missing."""
    for name, (title, command, lines) in _SECTIONS.items():
        found = kept(name)
        yield from (f"### {title}", "", f"命令：`{command}`", "")
        yield from (lines(found) if found is not None else ["（还没有测。）"])
        yield ""


def _compared(found: dict[str, Any]) -> list[str]:
    how = found["how"]
    epochs = "按默认 Rasa 自己的轮次训练" if how["epochs"] is None else f"默认 Rasa 的分类器训练 {how['epochs']} 轮"
    told = f"轮流 {how['turns']} 轮，每段 {how['seconds']:g} 秒；{epochs}；对照的答复与口径逐字相同：{found['same_replies']} 题。"
    return [*comparison_lines(found["machine"], found["sides"]), "", told, "", *bar_lines(found["bars"])]


_SECTIONS: dict[str, tuple[str, str, Lines]] = {
    "compare": ("与默认 Rasa、裸 Rasa 相比", "make bench", _compared),
    "stages": (
        "一条消息的时间用在哪里", "make bench-stages",
        lambda found: stage_lines(found["machine"], found["rows"], found["whole"]),
    ),
    "processes": (
        "改进前后，各进程每条消息的处理器时间", ".venv/bin/python -m bench.processes --peer 旧版的检出",
        lambda found: process_lines(found["machine"], found["rows"], found["how"]),
    ),
    "growth": (
        "政策增多时", "make bench-growth", lambda found: growth_lines(found["machine"], found["rows"])
    ),
    "screening": (
        "一个人的全部事项", "make bench-screening", lambda found: screening_lines(found["machine"], found["rows"])
    ),
    "doubled": (
        "各进程两个与一个", "make bench-doubled", lambda found: doubled_lines(found["machine"], found["rows"])
    ),
    "steady": (
        "每分钟 900 问", "make bench-steady", lambda found: steady_lines(found["machine"], found)
    ),
}  # fmt: skip
