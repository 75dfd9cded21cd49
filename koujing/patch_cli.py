"""`koujing patches`: the patches made in review, listed and shown, for whoever keeps the repository."""

from __future__ import annotations

import os

import click

from koujing.desk.console.errors import GoneError
from koujing.desk.console.rendering import moment
from koujing.desk.console.reviews.opening import opened
from koujing.desk.console.reviews.told import told
from koujing.desk.console.reviews.words import load_words
from koujing.settings import Settings

__all__ = ["patches"]


@click.group(name="patches", context_settings={"help_option_names": ["-h", "--help"]})
def patches() -> None:
    """复核做成的补丁：列出，取出给 git apply。

    \b
    koujing patches list
    koujing patches show 3 > 3.patch
    git apply --check 3.patch && git apply 3.patch
    """


@patches.command("list")
@click.option("--all", "everything", is_flag=True, help="已合并和不采用的也列出。")
def list_(everything: bool) -> None:
    """列出补丁，新的在前。"""
    names = load_words().patches
    with opened(Settings.from_env(os.environ)) as store:
        found = [patch for patch in store.all() if everything or patch.state == "made"]
    if not found:
        click.echo("没有待合并的补丁。" if not everything else "还没有补丁。")
    for patch in found:
        fits = "试过，通过" if patch.fits else "试过，没有通过"
        click.echo("\t".join([str(patch.id), names[patch.state], fits, moment(patch.at), patch.role, patch.title]))


@patches.command()
@click.argument("id", metavar="编号", type=int)
def show(id: int) -> None:
    """把一个补丁原样写到标准输出。"""
    with opened(Settings.from_env(os.environ)) as store:
        try:
            with told():
                patch = store.get(id)
        except GoneError as error:
            raise click.ClickException(f"没有编号 {id} 的补丁。用 koujing patches list 看有哪些。") from error
    click.echo(patch.text, nl=False)
