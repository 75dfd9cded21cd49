"""`make bench-growth`: what a message costs where there are 1, 3 and 10 times the policies, made up for other cities.

In this process, without servers: reading a message with the trained model and the policies' words, and the core's answer,
which are all that knows policies. Each size is asked the same questions in turns; the processor's time is compared.

The model is the same for all: what it learns from has its places taken out, so that examples written again for another city
are the same examples to it. That they are is counted, for each twentieth example.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from bench.speed.grown import Grown, examples, grow
from bench.speed.machine import described
from bench.speed.questions import REGION, chosen
from bench.speed.results import keep
from bench.speed.tables import machine_line, table
from koujing.answering.conversation import respond
from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.rasa.local import load_reader
from koujing.rasa.reader import MessageReader
from koujing.settings import DEMO_DATE, ROOT

TIMES = (1, 3, 10)
BAR = 1.3
_EVERY = 20


@dataclass
class _Size:
    times: int
    grown: Grown
    load_seconds: float
    knowledge: Knowledge
    reader: MessageReader
    reading: list[float] = field(default_factory=list)
    core: list[float] = field(default_factory=list)
    replies: list[Any] = field(default_factory=list)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rounds", default=5, show_default=True, help="每种规模把全部题问几遍（取最快的一遍）。")
def main(rounds: int) -> None:
    """政策 1 倍、3 倍、10 倍时，一条消息要多少处理器时间。"""
    machine = described()
    with tempfile.TemporaryDirectory(prefix="koujing-bench-") as folder:
        sizes = [_loaded(Path(folder) / str(times), times) for times in TIMES]
        texts = chosen(load_knowledge(ROOT / "policies"))
        for turn in range(rounds + 1):
            for size in sizes:
                _ask(size, texts, kept=turn > 0)
    base = _whole(sizes[0])
    rows = [
        {
            "times": size.times, "provisions": size.grown.provisions, **_learnt(size), "load_seconds": round(size.load_seconds, 2),
            "reading_cpu_ms": _per(size.reading, texts), "core_cpu_ms": _per(size.core, texts),
            "ratio": round(_whole(size) / base, 3), "same_replies": sum(map(_equal, size.replies, sizes[0].replies)),
        }
        for size in sizes
    ]  # fmt: skip
    held = rows[-1]["ratio"] <= BAR
    keep("growth", machine, {"rows": rows, "bar": BAR, "held": held, "questions": len(texts)})
    click.echo("\n".join(growth_lines(machine, rows)))
    sys.exit(0 if held else 1)


def growth_lines(machine: dict[str, Any], rows: list[dict[str, Any]]) -> list[str]:
    """The table."""
    head = (
        "政策",
        "规定数",
        "例句（抽样）",
        "模型所见",
        "装入秒",
        "读懂 CPU 毫秒",
        "判定与措辞 CPU 毫秒",
        "合计比",
        "答复相同的题",
    )
    shown = [
        (
            f"{row['times']} 倍", row["provisions"], row["examples"], row["seen"], row["load_seconds"], row["reading_cpu_ms"], row["core_cpu_ms"],
            f"×{row['ratio']}", row["same_replies"],
        )
        for row in rows
    ]  # fmt: skip
    return [machine_line(machine), "", *table(head, shown), "", f"要求：10 倍政策 ≤ ×{BAR}。"]


def _loaded(folder: Path, times: int) -> _Size:
    grown = grow(folder, times)
    began = time.process_time()
    knowledge = load_knowledge(folder)
    reader = load_reader(knowledge, policies=folder)
    return _Size(times, grown, time.process_time() - began, knowledge, reader)


def _learnt(size: _Size) -> dict[str, int]:
    """How many examples there are for all cities, and how many of them differ as the model sees them."""
    lines = examples(size.grown.cities, _EVERY)
    return {"examples": len(lines), "seen": len(set(map(size.reader.plain, lines)))}


def _ask(size: _Size, texts: tuple[str, ...], *, kept: bool) -> None:
    began = time.process_time()
    readings = [size.reader.read(text, DEMO_DATE) for text in texts]
    between = time.process_time()
    metadata = {"region": REGION, "facts": {}}
    size.replies = [respond(size.knowledge, reading, metadata, {}, DEMO_DATE)[0] for reading in readings]
    if kept:
        size.reading.append(between - began)
        size.core.append(time.process_time() - between)


def _equal(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> bool:
    """Whether two replies say the same; each carries the version of its own policies."""
    return [reply["text"] for reply in one] == [reply["text"] for reply in other]


def _whole(size: _Size) -> float:
    return min(size.reading) + min(size.core)


def _per(seconds: list[float], texts: tuple[str, ...]) -> float:
    return round(1000 * min(seconds) / len(texts), 3)


if __name__ == "__main__":
    main()
