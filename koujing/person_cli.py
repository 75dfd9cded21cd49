"""`koujing person`: all that is kept of one person, given or removed on request; and the telephone numbers' key."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from koujing.desk.keeping.opening import opened_people
from koujing.desk.keeping.people import WAYS
from koujing.settings import Settings

__all__ = ["person"]

_HELP = {
    "wechat": "公众号关注者的 openid。",
    "web": "网站对话的凭证（浏览器里的 koujing_chat）或编号。",
    "session": "对话编号（会话页地址的末段），或接口、来电所用的会话名。",
    "phone": "留下的电话号码（回电、工单）。",
    "ticket": "工单编号（2026-000123）或查询码。",
}


@click.group(name="person", context_settings={"help_option_names": ["-h", "--help"]})
def person() -> None:
    """本人要求查阅、复制或删除个人信息：按渠道上的标识找，每次都记审计。"""


def _one_way(command: Callable[..., Any]) -> Callable[..., Any]:
    for way in reversed(WAYS):
        command = click.option(f"--{way}", metavar="标识", help=_HELP[way])(command)
    return command


@person.command()
@_one_way
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="写到哪个文件（JSON）；不能是已有的。",
)
def export(output: Path, **given: str | None) -> None:
    """导出一个人的全部数据。"""
    way, value = _chosen(given)
    with opened_people(Settings.from_env(os.environ)) as people:
        found = people.find(way, value)
        if not found:
            raise click.ClickException("没有找到这个人的数据。")
        try:
            # Only who runs this may read it.
            handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise click.ClickException(f"{output} 写不下：{error.strerror}。请换一个还没有的文件名。") from error
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(people.export(way, found), file, ensure_ascii=False, indent=2, default=str)
            file.write("\n")
    click.echo(f"已导出到 {output}。用后请删除这个文件。")


@person.command()
@_one_way
@click.option("--yes", is_flag=True, help="不再确认。")
def delete(yes: bool, **given: str | None) -> None:
    """删除一个人的全部数据；不能恢复。"""
    way, value = _chosen(given)
    with opened_people(Settings.from_env(os.environ)) as people:
        found = people.find(way, value)
        if not found:
            raise click.ClickException("没有找到这个人的数据。")
        if not yes:
            for name, count in people.count(found).items():
                click.echo(f"{name}\t{count} 条")
            click.confirm("全部删除，不能恢复；没有办结的工单也会删除。确定吗？", abort=True)
        for name, count in people.delete(way, found).items():
            click.echo(f"已删 {name}\t{count} 条")
    click.echo("备份里的要等备份到期；从备份恢复后请再运行一次。")


@person.command()
def rekey() -> None:
    """换密钥后，用新密钥（KOUJING_SECRET）重新加密留下的电话；原来的密钥填 KOUJING_SECRET_OLD。"""
    with opened_people(Settings.from_env(os.environ)) as people:
        count = people.rekey()
    click.echo(f"重新加密了 {count} 个号码。现在可以去掉 KOUJING_SECRET_OLD。")


def _chosen(given: dict[str, str | None]) -> tuple[str, str]:
    ways = [(way, value) for way, value in given.items() if value]
    if len(ways) != 1:
        raise click.UsageError(f"请给出一个标识：{'、'.join(f'--{way}' for way in WAYS)} 之一。")
    return ways[0]
