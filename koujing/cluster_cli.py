"""`koujing cluster`: several of each process on one machine, and another release without a failed request."""

from __future__ import annotations

import os

import click

from koujing.cluster.control import ask
from koujing.cluster.errors import NotRunningError, ReleaseError
from koujing.cluster.own import addresses
from koujing.cluster.proof import check, prove
from koujing.cluster.release import Releases
from koujing.settings import Settings

__all__ = ["cluster"]


@click.group()
def cluster() -> None:
    """集群：nginx 之后几个 desk、Rasa、动作服务，共用 PostgreSQL 和 Redis。

    \b
    koujing cluster run       启动，Ctrl-C 停止
    koujing cluster status    各进程的状态
    koujing cluster update    换上项目里新的政策、模型、设置和程序，不中断服务
    koujing cluster rollback  换回上一个发布
    koujing cluster env       打印数据库和 Redis 的地址，供 koujing staff、backup 等命令用

    说明见 docs/deploy.md。
    """


@cluster.command()
@click.option("--database-only", is_flag=True, help="只启动 PostgreSQL，供恢复备份、退回表结构时用。")
def run(database_only: bool) -> None:
    """启动集群，Ctrl-C 停止；退出的进程会自动重新启动。

    没有设 KOUJING_DATABASE、KOUJING_REDIS 时，用 Debian 的 PostgreSQL、Redis 在数据文件夹里建立自己的一份。
    """
    settings = Settings.from_env(os.environ, demo=True)
    from koujing.cluster import running  # noqa: PLC0415 - the other commands do without

    if database_only:
        running.run_database(settings, _say)
    else:
        running.run(settings, _say)


@cluster.command()
def env() -> None:
    """打印集群自己的数据库和 Redis 的地址（含密码），供别的命令用：eval "$(koujing cluster env)"。"""
    settings = Settings.from_env(os.environ)
    for name, value in addresses(settings).items():
        click.echo(f"export {name}='{value}'")


@cluster.command()
def status() -> None:
    """列出各进程：进程号、端口、发布、重新启动过几次。"""
    settings = Settings.from_env(os.environ)
    _show(ask(settings.data, {"do": "status"}, _say))


@cluster.command()
def update() -> None:
    """检查、试答新的发布，再逐个替换进程；有任何差错就换回原来的，并说明原因。"""
    settings = Settings.from_env(os.environ)
    releases = Releases(settings)
    _say("正在检查政策、加载模型并试答……")
    release = releases.make(check, prove)
    if release == releases.current:
        _say(f"没有变化，仍是发布 {release.name}。")
        return
    _use(settings, releases, release.name)


@cluster.command()
@click.argument("name", metavar="[发布]", required=False)
def rollback(name: str | None) -> None:
    """换回上一个发布，或指定的一个。"""
    settings = Settings.from_env(os.environ)
    releases = Releases(settings)
    if name is None:
        if releases.previous is None:
            raise ReleaseError("没有上一个发布可换回。")
        name = releases.previous.name
    _use(settings, releases, releases.named(name).name)


def _use(settings: Settings, releases: Releases, name: str) -> None:
    _say(f"发布 {name} 通过了，正在逐个替换进程……")
    try:
        _show(ask(settings.data, {"do": "use", "release": name}, _say))
    except NotRunningError:
        releases.record(releases.named(name))
        _say(f"集群没有在运行；已记下发布 {name}，下次启动就用它。")
        return
    _say(f"更新完成，当前发布 {name}。")


def _show(state: dict[str, object]) -> None:
    click.echo(f"{state['url']}　发布 {state['release']}")
    processes = state["processes"]
    assert isinstance(processes, list)
    for one in processes:
        port = f":{one['port']}" if one["port"] else ""
        release = f"　{one['release']}" if one["release"] else ""
        running = f"进程 {one['pid']}" if one["pid"] else "未运行（正在重新启动）"
        click.echo(f"  {one['name']}{port}　{running}{release}　重启 {one['restarts']} 次")


def _say(message: str) -> None:
    click.echo(message, err=True)
