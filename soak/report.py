"""A report as a person reads it, and as a section of docs/reliability.md."""

from __future__ import annotations

import datetime as dt
import os
import platform
from pathlib import Path

from soak.run import Report
from soak.timeline import table

__all__ = ["shown", "write"]

_LEDGER = ("来处", "说出", "收下", "答复一次", "其中先告知失败", "只告知失败", "无下文", "答复两次")
_RECOVERY = ("故障", "次数", "可答（秒，最短 / 中位 / 最长）", "齐全（秒）", "其间最慢的一答（秒）")
_MEMORY = ("进程", "启动次数", "末次启动 40 秒后（MB）", "结束时", "最高", "一次启动内最多增长")


def shown(report: Report, command: str) -> str:
    """In Markdown."""
    wrong = report.balance.wrong + [f"没有恢复：{one.line}" for one in report.timeline.never]
    verdict = "账平：没有丢失，没有重复。" if report.well else "账不平：\n" + "\n".join(f"- {each}" for each in wrong)
    head = (
        f"`{command}`，{dt.date.today():%Y-%m-%d}，{_machine()}；{_PROFILES[report.profile]}，"  # noqa: DTZ011 - the day here
        f"种子 {report.plan.seed}，每秒 {report.plan.rate:g} 条，{len(report.plan.faults)} 次故障，"
        f"{report.seconds / 60:.1f} 分钟，{report.said} 条消息，逐字重放回执 {report.replayed} 个。"
    )
    parts = (
        head,
        verdict,
        table(_LEDGER, report.balance.rows),
        table(_RECOVERY, report.timeline.recoveries()),
        table(_MEMORY, report.timeline.memory()),
    )
    return "\n\n".join(parts)


def write(path: Path, profile: str, text: str) -> None:
    """Put it in place of the profile's section.

    Raises:
        ValueError: the file has no such section.
    """
    begin, end = f"<!-- soak:{profile} -->", f"<!-- /soak:{profile} -->"
    page = path.read_text(encoding="utf-8")
    if begin not in page or end not in page:
        raise ValueError(f"{path} 里没有 {begin} 和 {end} 两行，不知道写在哪里。")
    before, _, rest = page.partition(begin)
    path.write_text(f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}", encoding="utf-8")


_PROFILES = {
    "embedded": "嵌入形态（各一个进程，SQLite）",
    "cluster": "集群形态（各两个进程，PostgreSQL、Redis、nginx）",
}


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{os.cpu_count()} 核 {model}，内存 {memory:.0f} GB"
