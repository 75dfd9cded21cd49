"""`python -m soak`, or `make soak`."""

from __future__ import annotations

import asyncio
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from soak.faults import Fault, known
from soak.report import shown, write
from soak.run import Plan, Report, soak
from soak.stacks import PROFILES, running

__all__ = ["main", "planned"]


@click.command(help="在负载下制造故障，看多久恢复，最后对账：每条收下的消息都恰好答复一次，或告知发送者失败。")
@click.option("--faults", "count", default=100, show_default=True, type=click.IntRange(1), help="故障的次数")
@click.option("--seed", default=1, show_default=True, help="随机种子，决定次序和提问")
@click.option("--rate", default=4.0, show_default=True, type=click.FloatRange(0.1, 100), help="每秒多少条消息")
@click.option("--profile", default="cluster", show_default=True, type=click.Choice(sorted(PROFILES)), help="形态")
@click.option("--classes", default="", help="只做这些故障，几个用英文逗号隔开；写错会列出全部")
@click.option("--pause", default=3.0, show_default=True, help="恢复之后隔多少秒再做下一个")
@click.option("--recovery", default=180.0, show_default=True, help="等多少秒仍没恢复就算没有恢复；忙的机器上放宽")
@click.option(
    "--write", "into", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="把结果写进这份文档"
)
@click.option("--keep", is_flag=True, help="留下日志所在的临时文件夹")
def main(count: int, profile: str, classes: str, into: Path | None, keep: bool, **how: float) -> None:
    """Run, print, and end with 1 where the ledger does not balance."""
    # Ended by a keeper, it stops what it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="koujing-soak-"))
    folder.chmod(0o755)
    try:
        report = asyncio.run(_run(folder, profile, classes, count, Plan([], **how)))
    finally:
        if keep:
            click.echo(f"日志：{folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    text = shown(report, f"python -m soak {' '.join(sys.argv[1:])}".strip())
    click.echo(f"\n{text}")
    if into is not None:
        write(into, profile, text)
    sys.exit(0 if report.well else 1)


async def _run(folder: Path, profile: str, classes: str, count: int, plan: Plan) -> Report:
    click.echo(f"正在启动 {profile}……")
    async with running(profile, folder) as (stack, platform):
        faults = planned(known(stack), [each for each in classes.split(",") if each], count, plan.seed)
        click.echo(f"已就绪：{stack.url}；{count} 次故障，每秒 {plan.rate:g} 条消息")
        return await soak(stack, platform, replace(plan, faults=faults), click.echo)


def planned(there: dict[str, Fault], classes: Sequence[str], count: int, seed: int) -> list[Fault]:
    """So many faults, of every class equally often as far as that goes, in an order drawn from the seed.

    Raises:
        UsageError: there is no such class here.
    """
    for id in classes:
        if id not in there:
            raise click.UsageError(f"这里没有故障 {id}；可用：{'、'.join(there)}")
    wanted = [there[id] for id in classes] or list(there.values())
    faults = [wanted[n % len(wanted)] for n in range(count)]
    random.Random(seed).shuffle(faults)
    return faults


if __name__ == "__main__":
    main()
