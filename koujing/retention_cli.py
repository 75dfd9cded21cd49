"""`koujing retention`: how long what is kept, and removing what is older."""

from __future__ import annotations

import os

import click

from koujing.desk.keeping.opening import opened_keeper, who
from koujing.desk.keeping.schedule import load_schedule
from koujing.settings import Settings

__all__ = ["retention"]


@click.group(name="retention", context_settings={"help_option_names": ["-h", "--help"]})
def retention() -> None:
    """各类数据保存多久，到期删除。天数在 config/retention.yml（KOUJING_RETENTION）。"""


@retention.command()
@click.option("--dry-run", is_flag=True, help="只数一数，不删。")
def run(dry_run: bool) -> None:
    """删除过了保存期限的数据；desk 每天自己运行一次，从备份恢复后要手工运行。"""
    settings = Settings.from_env(os.environ)
    with opened_keeper(settings) as keeper:
        removed = keeper.run(who(), dry=dry_run)
        for name, kept in keeper.schedule.classes.items():
            count = f"{removed[name]} 条" if name in removed else "由运维清理"
            click.echo(f"{kept.label}\t保存 {kept.days} 天\t{'可删' if dry_run else '已删'} {count}")


@retention.command("list")
def list_() -> None:
    """列出各类数据保存多久、为什么。"""
    schedule = load_schedule(Settings.from_env(os.environ).retention)
    for kept in schedule.classes.values():
        click.echo(f"{kept.label}\t{kept.days} 天（{kept.least}–{kept.most}）\t{kept.what}\t{kept.basis}")
