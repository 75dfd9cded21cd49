"""`koujing database`: brings the tables up to date before a new version starts, and back before an old one does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from alembic.util import CommandError
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from koujing.errors import ProgramError
from koujing.postgres import shown
from koujing.settings import Settings
from koujing.store import migrating
from koujing.store.database import connect_database
from koujing.store.errors import StoreError

__all__ = ["database"]


@click.group(name="database", context_settings={"help_option_names": ["-h", "--help"]})
def database() -> None:
    """数据库的表结构：查看、升级、退回。

    \b
    用 KOUJING_DATABASE 指明的 PostgreSQL；没有设置时用数据文件夹里的 SQLite。
    desk 启动时会自己升级；退回要先停掉全部 desk。
    """


@database.command()
def current() -> None:
    """显示现在的版本和本程序要求的版本。"""
    with _opened() as engine:
        found = migrating.current(engine)
    newest = migrating.newest()
    click.echo(f"数据库：{_name(engine)}")
    click.echo(f"现在的版本：{found or '还没有建表'}；本程序要求的版本：{newest}")
    click.echo("已是最新。" if found == newest else "请运行 koujing database upgrade，或直接启动 desk。")


@database.command()
@click.argument("version", required=False, default="head")
def upgrade(version: str) -> None:
    """升级到最新版本，或升级到 VERSION（如 0012）。"""
    with _opened() as engine:
        migrating.migrate(engine, _known(version, "head"))
        click.echo(f"已升级到 {migrating.current(engine)}。")


@database.command()
@click.argument("version")
@click.option("--yes", is_flag=True, help="不再询问。退回会删掉后来的版本才有的表和数据。")
def downgrade(version: str, yes: bool) -> None:
    """退回到 VERSION（如 0012；base 为删掉全部表）。先停掉全部 desk，先备份。"""
    target = _known(version, "base")
    with _opened() as engine:
        lost = [
            f"{revision}（{what}）" for revision, what in migrating.revisions() if target == "base" or revision > target
        ]
        click.echo(f"将从 {migrating.current(engine)} 退回到 {target}，会失去这些版本的数据：{'、'.join(lost) or '无'}")
        if not yes:
            click.confirm("确定退回？", abort=True)
        migrating.downgrade(engine, target)
        click.echo(f"已退回到 {migrating.current(engine) or 'base'}。")


@contextmanager
def _opened() -> Iterator[Engine]:
    """The database of the settings as it is.

    Raises:
        ProgramError: it cannot be opened, or refuses what is done with it.
    """
    try:
        engine = connect_database(Settings.from_env(os.environ))
    except StoreError as error:
        raise ProgramError(str(error)) from error
    try:
        yield engine
    except (SQLAlchemyError, CommandError) as error:
        raise ProgramError(f"数据库 {_name(engine)} 没有改动：{error}") from error
    finally:
        engine.dispose()


def _known(version: str, word: str) -> str:
    known = [revision for revision, _ in migrating.revisions()]
    if version == word or version in known:
        return version
    raise ProgramError(f"没有版本 {version}。可用的版本：{word}、{'、'.join(known)}。")


def _name(engine: Engine) -> str:
    return str(engine.url.database) if engine.dialect.name == "sqlite" else shown(engine.url)
