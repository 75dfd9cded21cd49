"""The commands `koujing wechat …`: the menu, the QR codes, and the simulator."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import click
import httpx

from koujing.clock import Clock
from koujing.desk.wechat.api import Api
from koujing.desk.wechat.demo import account_of, api_url_of
from koujing.desk.wechat.errors import ApiError
from koujing.desk.wechat.menu import check, online, platform_form, publish, too_wide
from koujing.desk.wechat.menu_diff import differences
from koujing.desk.wechat.opening import open_api
from koujing.desk.wechat.profile import Profile, load_profile
from koujing.desk.wechat.qr import Printed, create, fetch_image, read_list, write_list
from koujing.errors import SettingsError
from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.regions import load_regions
from koujing.settings import Settings

__all__ = ["wechat"]

T = TypeVar("T")

_LIST = "二维码.csv"
_SEEN_WHEN = "已发布。粉丝重新进入公众号时刷新，最多等 5 分钟；取消关注再关注可立即看到。"


class _Group(click.Group):
    """With the simulator's command, imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "sim"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "sim":
            command: click.Command = import_module("koujing.wechat_sim.command").sim
            return command
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Group)
def wechat() -> None:
    """公众号：菜单、二维码、本机模拟。"""


@wechat.group()
def menu() -> None:
    """wechat.yml 里的自定义菜单：查看差别、发布。"""


@menu.command()
@click.pass_context
def diff(ctx: click.Context) -> None:
    """显示线上菜单和 wechat.yml 的差别，不做改动。"""
    settings, profile = _given()

    async def show(api: Api) -> None:
        await _differing(api, profile)

    _with_api(ctx, settings, show)


@menu.command()
@click.option("--yes", is_flag=True, help="不再询问，直接发布。")
@click.pass_context
def push(ctx: click.Context, yes: bool) -> None:
    """把 wechat.yml 里的菜单发布到公众号。"""
    settings, profile = _given()

    async def put(api: Api) -> None:
        if not await _differing(api, profile):
            return
        if not yes:
            click.confirm("发布这个菜单？" if profile.menu else "去掉线上的菜单？", abort=True)
        await publish(api, profile.menu)
        click.echo(_SEEN_WHEN)

    _with_api(ctx, settings, put)


@wechat.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="存放的文件夹；默认数据文件夹下的 wechat-qr。"
)
@click.option("--again", is_flag=True, help="清单里已有的也重新生成（永久二维码一个公众号最多 10 万个）。")
@click.pass_context
def qr(ctx: click.Context, out: Path | None, again: bool) -> None:
    """为 wechat.yml 里的每个场景生成永久二维码，存下图片和清单。"""
    settings, profile = _given()
    folder = out or settings.data / "wechat-qr"
    if not profile.scenes:
        raise click.ClickException(
            f"{settings.wechat} 的 scenes 里没有场景。请写上场景值和地区，如 scenes: {{kj_xingcheng: xingcheng}}。"
        )

    async def make(api: Api) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        known = dict(read_list(folder / _LIST))
        async with httpx.AsyncClient(timeout=10, transport=_transport(ctx)) as http:
            for scene, region in profile.scenes.items():
                if scene in known and known[scene].file and not again:
                    known[scene] = Printed(known[scene].code, region, known[scene].file)
                    click.echo(f"{scene}（{region}）：已有，见清单")
                    continue
                code = known[scene].code if scene in known and not again else await create(api, scene)
                file = await fetch_image(http, code, folder) or ""
                known[scene] = Printed(code, region, file)
                # Kept one by one: a code that was made counts, even if the next one fails.
                write_list(folder / _LIST, known)
                click.echo(f"{scene}（{region}）：{folder / file if file else f'图片没有取到，可打开 {code.image}'}")
        write_list(folder / _LIST, known)
        click.echo(f"清单：{folder / _LIST}")

    _with_api(ctx, settings, make)


def _given() -> tuple[Settings, Profile]:
    settings = Settings.from_env(os.environ)
    try:
        profile = load_profile(settings.wechat, load_regions(settings.policies / "regions.yml"))
        check(profile.menu)
    except PolicyFileError as error:
        raise click.ClickException(str(error)) from error
    return settings, profile


async def _differing(api: Api, profile: Profile) -> bool:
    """Show the differences; whether there are any."""
    found = differences(await online(api), platform_form(profile.menu), profile.says)
    if found:
        click.echo(f"线上菜单 → wechat.yml，{len(found)} 处不同：")
    else:
        click.echo("线上菜单和 wechat.yml 一致。")
    for line in found:
        click.echo(f"  {line}")
    for button in too_wide(profile.menu):
        click.echo(f"  提醒：“{button.name}”在手机上显示不全（一级按钮 4 个汉字，子按钮 8 个汉字），可以缩短。")
    return bool(found)


def _with_api(ctx: click.Context, settings: Settings, use: Callable[[Api], Awaitable[T]]) -> T:
    account = account_of(settings)
    if account is None:
        raise SettingsError("KOUJING_WECHAT_APPID", "没有设置公众号。请设置 AppID、Token 等，步骤见 docs/wechat.md。")

    async def run() -> T:
        api = open_api(settings, account, Clock(), transport=_transport(ctx))
        if api is None:
            raise SettingsError(
                "KOUJING_WECHAT_SECRET", "没有 AppSecret，不能调用公众号的接口。请设置它或中控服务的地址。"
            )
        try:
            return await use(api)
        finally:
            await api.close()

    try:
        return asyncio.run(run())
    except ApiError as error:
        raise click.ClickException(f"{error}。接口地址：{api_url_of(settings, account)}") from None


def _transport(ctx: click.Context) -> httpx.AsyncBaseTransport | None:
    """A test's own."""
    return ctx.obj if isinstance(ctx.obj, httpx.AsyncBaseTransport) else None
