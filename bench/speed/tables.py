"""The results as Markdown tables: printed, and put into docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["NAMES", "bar_lines", "comparison_lines", "machine_line", "table"]

NAMES = {"koujing": "口径（全部进程）", "default": "默认 Rasa", "bare": "裸 Rasa"}


def machine_line(machine: Mapping[str, Any]) -> str:
    """One line that tells the machine and the date."""
    return (
        f"{machine['date']}；{machine['cores']} 核（{machine['processor']}）、{machine['memory_gib']} GiB 内存、"
        f"{machine['system']}、Python {machine['python']}；开始前系统负载 {machine['load_before']}。"
    )


def comparison_lines(machine: Mapping[str, Any], sides: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Who answers how fast, and what each takes."""
    rows = [
        (
            clients, NAMES[name], shown["answers"], shown["errors"], shown["per_second"], shown["p50_ms"],
            shown["p95_ms"], shown["p99_ms"], shown["cpu_ms"], shown["client_cpu_ms"],
        )
        for clients in sorted(next(iter(sides.values()))["clients"], key=int)
        for name in NAMES
        for shown in [sides[name]["clients"][clients]]
    ]  # fmt: skip
    head = ("客户端", "", "答复", "错误", "每秒", "p50 毫秒", "p95", "p99", "每条 CPU 毫秒", "客户端 CPU")
    taken = [
        (
            NAMES[name], sides[name]["memory_mb"], sides[name]["start_seconds"],
            *(_reckoned(sides[name]["training"], by) for by in ("seconds", "cpu_seconds")),
        )
        for name in NAMES
    ]  # fmt: skip
    return [
        machine_line(machine), "",
        *table(head, rows), "",
        *table(("", "内存 MB", "启动秒", "训练秒", "训练 CPU 秒"), taken),
    ]  # fmt: skip


def _reckoned(training: Mapping[str, Any], by: str) -> str:
    """As measured, and what the whole training would take where it was cut short."""
    whole = training.get(f"reckoned_{by}")
    return f"{training[by]}" if whole is None else f"{training[by]}（全部轮次按每轮用时推算 {whole}）"


def bar_lines(bars: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each bar with what was reached."""
    rows = []
    for bar in bars:
        sign = "≥" if bar["more_is_better"] else "≤"
        state = "达到目标" if bar["aim_reached"] else "合格" if bar["held"] else "**未达**"
        rows.append((bar["name"], f"×{bar['ratio']}", f"{sign} ×{bar['bar']}", f"{sign} ×{bar['aim']}", state))
    return table(("比值", "测得", "要求", "目标", ""), rows)


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """A Markdown table."""
    return [_row(head), _row(["---"] * len(head)), *(_row([str(cell) for cell in row]) for row in rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
