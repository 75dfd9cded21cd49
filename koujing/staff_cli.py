"""`koujing staff`: accounts of the console from the command line; the first administrator is made with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches

import click

from koujing.desk.console.errors import InputError
from koujing.desk.console.opening import People, opened
from koujing.desk.console.passwords import SHORTEST
from koujing.desk.console.permissions import ROLES, role_names
from koujing.desk.console.rendering import moment
from koujing.desk.errors import ApiError
from koujing.settings import Settings

__all__ = ["Group", "staff"]

_ROLE_HELP = f"角色，可多次给出：{'、 '.join(ROLES)}。"
_STDIN_HELP = "从标准输入读一行作密码，供脚本用；不要把密码写在命令里。"
_FIELD_OPTIONS = {"name": "账号", "display": "--display", "office": "--office", "roles": "--role", "password": "密码"}


class _Command(click.Command):
    """Says in Chinese what is missing or misspelt."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.MissingParameter as error:
            param = error.param
            what = param.opts[0] if isinstance(param, click.Option) else "账号"
            raise click.UsageError(f"缺少 {what}。用法见 {ctx.command_path} --help", ctx) from error
        except click.NoSuchOption as error:
            hint = f"是否指 {'、'.join(error.possibilities)}？" if error.possibilities else ""
            raise click.UsageError(f"没有 {error.option_name} 这个选项。{hint}", ctx) from error


class Group(click.Group):
    """Says in Chinese which commands there are."""

    command_class = _Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None:
            near = get_close_matches(args[0], self.commands, n=1)
            hint = f"是否指 {near[0]}？" if near else f"可用的命令：{'、'.join(self.list_commands(ctx))}。"
            raise click.UsageError(f"没有 {args[0]} 这个命令。{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(name="staff", cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def staff() -> None:
    """坐席工作台的账号：新建、列出、改角色、改密码、停用。

    \b
    第一个管理员：koujing staff add admin1 --display 值班管理员 --role administrator
    密码会提示输入，不显示；数据在 KOUJING_DATA 指的文件夹里，服务运行着也可以用。

    \b
    角色：
      operator       坐席：接听、会话、工单
      reviewer       班长（质检）：会话、工单、复核、数据
      policy_editor  政策编辑：待明确事项、复核、补丁
      administrator  管理员：人员、停用与公告、审计
      analyst        数据分析：数据
    """


@staff.command()
@click.argument("name", metavar="账号")
@click.option("--display", metavar="姓名", help="姓名或称呼，同事看到的就是它；默认与账号相同。")
@click.option("--role", "roles", metavar="角色", multiple=True, required=True, help=_ROLE_HELP)
@click.option("--office", metavar="科室", help="科室，可不写。")
@click.option("--generate", is_flag=True, help="生成一个初始密码并显示，首次登录必须改。")
@click.option("--stdin", "from_stdin", is_flag=True, help=_STDIN_HELP)
def add(
    name: str, display: str | None, roles: tuple[str, ...], office: str | None, generate: bool, from_stdin: bool
) -> None:
    """新建账号。

    账号是 2 到 32 个小写字母、数字或点、下划线、短横，以字母开头。角色的说明见 koujing staff --help
    """
    with _people() as people:
        people.check(name, display or name, roles, office)
        password = None if generate else _password(from_stdin)
        account, made = people.add(name, display or name, roles, office, password)
    click.echo(f"已新建账号 {account.name}（{account.display}，{role_names(account.roles)}）。")
    _show(made)


@staff.command("list")
def list_() -> None:
    """列出全部账号。"""
    with _people() as people:
        accounts = people.all()
    if not accounts:
        click.echo("还没有账号。新建第一个管理员：koujing staff add 账号 --role administrator")
    for one in accounts:
        state = f"已停用（{moment(one.disabled_at)}）" if one.disabled_at else "可用"
        seen = moment(one.signed_in_at) or "从未登录"
        click.echo("\t".join([one.name, one.display, role_names(one.roles), one.office or "-", state, seen]))


@staff.command()
@click.argument("name", metavar="账号")
@click.option("--role", "roles", metavar="角色", multiple=True, required=True, help=f"{_ROLE_HELP}给出的就是全部角色。")
def role(name: str, roles: tuple[str, ...]) -> None:
    """改角色：换成给出的这些，立即生效。"""
    with _people() as people:
        account = people.set_roles(name, roles)
    click.echo(f"{account.name} 的角色现在是：{role_names(account.roles)}。")


@staff.command()
@click.argument("name", metavar="账号")
@click.option("--generate", is_flag=True, help="生成一个初始密码并显示，首次登录必须改。")
@click.option("--stdin", "from_stdin", is_flag=True, help=_STDIN_HELP)
def password(name: str, generate: bool, from_stdin: bool) -> None:
    """重设密码；这个账号的登录全部失效。"""
    with _people() as people:
        people.named(name)
        made = people.reset_password(name, None if generate else _password(from_stdin))
    click.echo(f"已重设 {name} 的密码，原来的登录已失效。")
    _show(made)


@staff.command()
@click.argument("name", metavar="账号")
def disable(name: str) -> None:
    """停用账号；它的登录立即失效。"""
    with _people() as people:
        people.disable(name)
    click.echo(f"已停用 {name}。恢复：koujing staff enable {name}")


@staff.command()
@click.argument("name", metavar="账号")
def enable(name: str) -> None:
    """恢复停用的账号，密码不变。"""
    with _people() as people:
        people.enable(name)
    click.echo(f"已恢复 {name}。")


@contextmanager
def _people() -> Iterator[People]:
    settings = Settings.from_env(os.environ)
    try:
        with opened(settings) as people:
            yield people
    except InputError as error:
        where = _FIELD_OPTIONS.get(error.field, error.field)
        raise click.ClickException(f"{where}：{error.message}{error.hint}") from error
    except ApiError as error:
        raise click.ClickException(f"{error.message}{error.hint}") from error


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    text: str = click.prompt(f"密码（至少 {SHORTEST} 个字符）", hide_input=True, confirmation_prompt="再输入一次")
    return text


def _show(made: str | None) -> None:
    if made is not None:
        click.echo(f"初始密码（只显示这一次，首次登录必须改）：{made}")
