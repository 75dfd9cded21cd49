"""The command `koujing`."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click
import httpx

from koujing.errors import ProgramError
from koujing.settings import ROOT, Settings

__all__ = ["main", "program"]

# Commands that live with what they do; imported when called.
_ELSEWHERE = {
    **dict.fromkeys(("check", "coverage", "mutants", "variety"), "koujing.checking.commands"),
    "database": "koujing.database_cli",
    "staff": "koujing.staff_cli",
    "patches": "koujing.patch_cli",
    "receipts": "koujing.receipts_cli",
    "wechat": "koujing.wechat_cli",
    "retention": "koujing.retention_cli",
    "person": "koujing.person_cli",
    "cluster": "koujing.cluster_cli",
    **dict.fromkeys(("backup", "restore"), "koujing.backup_cli"),
}

Http = Callable[[], httpx.Client]


class _Program(click.Group):
    """A group with commands that live elsewhere beside its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _ELSEWHERE:
            command: click.Command = getattr(import_module(_ELSEWHERE[cmd_name]), cmd_name)
            return command
        return super().get_command(ctx, cmd_name)


def main() -> None:
    """The console script: errors meant for people are shown without a traceback."""
    try:
        program()
    except ProgramError as error:
        _say(str(error))
        sys.exit(2)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
def program() -> None:
    """口径 Koujing：就业政策统一答复。"""


@program.command()
def run() -> None:
    """启动全部服务（需要时先训练），Ctrl-C 停止。"""
    settings = Settings.from_env(os.environ, demo=True)
    from koujing import supervisor

    supervisor.run(settings, _say)


@program.command()
@click.option("--force", is_flag=True, help="没有变化也重新训练。")
def train(force: bool) -> None:
    """训练理解模型；输入没有变化则跳过。"""
    settings = Settings.from_env(os.environ)
    from koujing.training import ensure_model

    try:
        ensure_model(ROOT, settings.data / "logs" / "train.log", _say, force=force)
    except KeyboardInterrupt:
        sys.exit(130)


@program.command()
@click.argument("text")
@click.option("--region", help="地区 id，如 huludao、guangzhou。")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="按哪一天回答，如 2021-09-15；默认今天。")
@click.option("--fact", "facts", multiple=True, metavar="ID=值", help="已知事实，可多次给出。")
@click.option("--json", "as_json", is_flag=True, help="输出答复的 JSON。")
@click.pass_context
def ask(
    ctx: click.Context, text: str, region: str | None, on: dt.datetime | None, facts: tuple[str, ...], as_json: bool
) -> None:
    """问一个问题，显示答复、理由和依据。"""
    settings = Settings.from_env(os.environ)
    day = on.date() if on else None
    open_http: Http = ctx.obj or _http
    from koujing.client import Desk, DeskError

    body = {"text": text, "region": region, "as_of": day and day.isoformat(), "facts": _facts(facts)}
    try:
        replies = Desk(settings, open_http).ask(body)
    except DeskError as error:
        raise click.ClickException(str(error)) from error
    except httpx.ConnectError:
        _say(f"{settings.desk_url} 没有服务（可用 make run 启动），改在本进程内加载模型，需要十几秒……")
        replies = _ask_here(settings, text, region, day, _facts(facts))
    if as_json:
        click.echo(json.dumps(replies, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from koujing.present import present

    console = Console()
    for reply in replies:
        console.print(present(reply))


@program.command()
@click.option("--region", help="地区 id，如 huludao、guangzhou。")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="按哪一天回答，如 2021-09-15；默认今天。")
@click.option("--plain", is_flag=True, help="用更简单的说法。")
@click.option("--full", is_flag=True, help="理由和依据都显示全文。")
@click.option("--session", help="接着聊：上次结束时显示的会话名。")
@click.pass_context
def chat(
    ctx: click.Context, region: str | None, on: dt.datetime | None, plain: bool, full: bool, session: str | None
) -> None:
    """在终端里对话：编号选择、/why、/facts，/help 看全部命令。"""
    settings = Settings.from_env(os.environ)
    from rich.console import Console

    from koujing.chat import Chat, typed
    from koujing.client import Answers, Desk, Here

    console, piped = Console(), not sys.stdin.isatty()
    answers = Answers(Desk(settings, ctx.obj or _http), lambda: Here(settings), _say)
    talk = Chat(answers, console, region, on.date() if on else None, session, plain, full)
    talk.run(typed(colour=console.color_system is not None), echo=piped)
    ctx.exit(1 if piped and talk.unsent else 0)


@program.command()
@click.option("--host", help="口径对外的地址，如 https://kj.example.gov.cn；默认本机。")
@click.option("--site", default="demo", show_default=True, help="sites.yml 里的网站 id。")
@click.option("--region", help="默认地区 id，如 huludao；可不写。")
def widget(host: str | None, site: str, region: str | None) -> None:
    """显示嵌入网站的代码、SRI 校验值、CSP 行和体积。"""
    settings = Settings.from_env(os.environ)
    from koujing.desk.web.embed import csp_lines, pinned_tag, tag
    from koujing.desk.web.widget import load_widget

    made, at = load_widget(ROOT / "widget"), (host or settings.desk_url).rstrip("/")
    click.echo(f"嵌入（随版本自动更新）：\n{tag(at, site, region=region)}\n")
    click.echo(f"嵌入（锁定本版本，浏览器校验）：\n{pinned_tag(at, site, made, region=region)}\n")
    click.echo(f"SRI：{made.loader.integrity}\n")
    click.echo("网页若有内容安全策略（CSP），加上：\n" + "".join(f"  {line};\n" for line in csp_lines(at)))
    click.echo(f"体积：gzip 后 {made.size:,} 字节（{len(made.assets)} 个文件）")


def _ask_here(
    settings: Settings, text: str, region: str | None, on: dt.date | None, facts: dict[str, Any]
) -> list[dict[str, Any]]:
    from koujing.clock import Clock
    from koujing.process import quiet_environment

    os.environ.update(quiet_environment(os.environ))
    local: Any = import_module("koujing.rasa.local")
    replies: list[dict[str, Any]] = local.ask(text, region, on or Clock(settings.today).today(), facts)
    return replies


def _facts(pairs: tuple[str, ...]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for pair in pairs:
        id, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"“{pair}”应写成 事实id=值，如 insured_count=28。", param_hint="--fact")
        try:
            facts[id] = json.loads(value)
        except ValueError:
            facts[id] = value
    return facts


def _http() -> httpx.Client:
    return httpx.Client(trust_env=False, timeout=30)


def _say(message: str) -> None:
    click.echo(message, err=True)
