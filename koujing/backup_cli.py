"""`koujing backup` and `koujing restore`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from koujing.backup import Told, back_up
from koujing.backup import restore as put_back
from koujing.clock import Clock
from koujing.settings import Settings

__all__ = ["backup", "restore"]

_FILE = click.argument("file", metavar="文件", type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@_FILE
@click.option("--with-secret", is_flag=True, help="连同数据文件夹里的密钥。有了它就能解开备份里的号码，请分开保管。")
def backup(file: Path, with_secret: bool) -> None:
    """把全部数据备份成一个文件，服务不用停。

    SQLite 用在线备份，PostgreSQL（KOUJING_DATABASE）用 pg_dump。默认不含密钥 KOUJING_SECRET。
    """
    told = back_up(Settings.from_env(os.environ), file, Clock().now(), with_secret=with_secret)
    click.echo(f"已备份到 {file}（{file.stat().st_size:,} 字节，只有属主可读）。")
    _show(told)


@click.command()
@_FILE
@click.option(
    "--force", is_flag=True, help="库里已有数据时也恢复：SQLite 的旧文件改名保留，PostgreSQL 的旧数据被替换。"
)
def restore(file: Path, force: bool) -> None:
    """从备份恢复。先停掉全部服务；先核对校验和与表结构版本，再动数据库。"""
    told = put_back(Settings.from_env(os.environ), file, force=force)
    click.echo(f"已从 {file} 恢复。")
    _show(told)
    click.echo("启动服务时会把表结构升级到本程序的版本。")


def _show(told: Told) -> None:
    click.echo(f"  数据库：{told.engine}，表结构版本 {told.revision}，备份时间 {told.made_at}")
    click.echo(f"  行数：{'、'.join(f'{name} {count}' for name, count in told.rows.items()) or '空'}")
    click.echo(f"  密钥：{'在备份里，请另行妥善保管' if told.secret else '不在备份里；没有它解不开已存的号码'}")
