"""`make run`: starts the action server, Rasa and the desk, waits until each is healthy, and ends them together.

A service that ends by itself, or answers nothing any more, ends all: a half-alive answer desk is worse than a dead one that its keeper restarts.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx

from koujing.clock import Clock
from koujing.desk.console.demo import announcement
from koujing.desk.web.home import example
from koujing.desk.wechat.demo import DEMO, account_of
from koujing.errors import PortBusyError, ProgramError, ServiceFailedError, SettingsError
from koujing.knowledge.base import load_knowledge
from koujing.knowledge.errors import KnowledgeError
from koujing.process import Child, keep_private, quiet_environment
from koujing.settings import DEMO_KEY, ROOT, Settings
from koujing.silence import ANSWER_SECONDS, LISTEN_SECONDS, Silence
from koujing.training import MODEL, ensure_model

__all__ = ["Service", "check_ports", "run", "services", "supervise"]

_POLL_SECONDS = 0.2
_PROGRESS_SECONDS = 5
_GRACE_SECONDS = 10

Say = Callable[[str], None]


@dataclass(frozen=True)
class Service:
    """One of our servers: how it is started, where it listens, and the address that answers 200 when it is well.

    `alive` answers as long as the process does anything, whatever the others do.
    """

    name: str
    module: str
    host: str
    port: int
    variable: str
    health: str
    alive: str


def services(settings: Settings) -> tuple[Service, ...]:
    """The three, in the order of who needs whom."""
    return (
        Service(
            "actions",
            "koujing.rasa.action_server",
            settings.actions_host,
            settings.actions_port,
            "KOUJING_ACTIONS_PORT",
            f"{settings.actions_url}/health",
            f"{settings.actions_url}/health",
        ),
        Service(
            "rasa",
            "koujing.rasa.server",
            settings.rasa_host,
            settings.rasa_port,
            "KOUJING_RASA_PORT",
            f"{settings.rasa_url}/",
            f"{settings.rasa_url}/",
        ),
        Service(
            "desk",
            "koujing.desk",
            settings.host,
            settings.desk_port,
            "KOUJING_DESK_PORT",
            f"{settings.desk_url}/health",
            f"{settings.desk_url}/health/live",
        ),
    )


def run(settings: Settings, say: Say) -> None:
    """Everything, until Ctrl-C or SIGTERM.

    Raises:
        ProgramError: it cannot start, or a service ended.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    account_of(settings)  # a mistake in its settings is told before anything starts
    all_services = services(settings)
    try:
        check_ports(all_services)
        say("正在检查政策文件……")
        _check_policies(settings.policies)
        logs = settings.data / "logs"
        _settle_model(settings, logs, say)
        keep_private()
        around = quiet_environment(os.environ)
        supervise(
            all_services,
            lambda service: Child(
                service.name,
                [sys.executable, "-m", service.module],
                {**around, **settings.told(service.name).environment()},
                ROOT,
                logs / f"{service.name}.log",
            ),
            say,
            lambda: _announce(settings, logs, say),
            start_seconds=settings.start_seconds,
            silent_seconds=settings.silent_seconds,
        )
    except KeyboardInterrupt:
        say("已全部停止。")


def _settle_model(settings: Settings, logs: Path, say: Say) -> None:
    """The project's own model is trained where it is needed; another is taken as it is."""
    if settings.model == ROOT / MODEL:
        ensure_model(ROOT, logs / "train.log", say)
    elif not settings.model.is_file():
        raise SettingsError("KOUJING_MODEL", f"没有 {settings.model} 这个文件。去掉这个设置就用项目自己的模型。")


def _check_policies(policies: Path) -> None:
    """Loading checks everything, so a mistake is told before the model is trained on it."""
    try:
        load_knowledge(policies)
    except KnowledgeError as error:
        raise ProgramError(f"政策文件有误，没有启动：\n{error}") from error


def check_ports(wanted: Sequence[Service]) -> None:
    """Make sure that every service can listen.

    Raises:
        PortBusyError: another program does.
    """
    for service in wanted:
        family, kind, protocol, _, address = socket.getaddrinfo(
            service.host, service.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                raise PortBusyError(service.host, service.port, service.variable) from error


def supervise(
    wanted: Sequence[Service],
    start: Callable[[Service], Child],
    say: Say,
    ready: Callable[[], None],
    *,
    start_seconds: float,
    silent_seconds: float = 0,
    listen_seconds: float = LISTEN_SECONDS,
) -> None:
    """Start the services, call `ready` once all are healthy, and watch them. All are stopped before it ends.

    Args:
        silent_seconds: so long a service may answer nothing at all; 0: for ever.

    Raises:
        ServiceFailedError: a service did not become healthy in time, ended, or fell silent.
    """
    children: list[Child] = []
    with ExitStack() as stack, httpx.Client(trust_env=False, timeout=2) as http:
        stack.callback(_stop, children, say)
        for service in wanted:
            say(f"正在启动 {service.name}（{service.host}:{service.port}）……")
            children.append(start(service))
        _wait(wanted, children, http, say, start_seconds)
        ready()
        silences = [Silence(silent_seconds) for _ in wanted]
        listened = time.monotonic()
        while True:
            _fail_if_ended(children)
            if time.monotonic() - listened >= listen_seconds:
                for service, silence in zip(wanted, silences, strict=True):
                    _fail_if_silent(http, service, silence)
                listened = time.monotonic()
            time.sleep(_POLL_SECONDS)


def _wait(wanted: Sequence[Service], children: list[Child], http: httpx.Client, say: Say, start_seconds: float) -> None:
    began = said = time.monotonic()
    waiting = list(wanted)
    while waiting:
        _fail_if_ended(children)
        for service in [service for service in waiting if _healthy(http, service.health)]:
            waiting.remove(service)
            say(f"  {service.name} 已就绪（{time.monotonic() - began:.1f} 秒）")
        if not waiting:
            return
        now = time.monotonic()
        names = "、".join(service.name for service in waiting)
        if now - began > start_seconds:
            tails = "\n".join(
                f"—— {child.name} 最后的输出 ——\n{child.tail()}" for child in children if child.name in names
            )
            raise ServiceFailedError(
                f"{start_seconds:.0f} 秒内没有就绪：{names}（可用 KOUJING_START_SECONDS 放宽）。\n{tails}"
            )
        if now - said >= _PROGRESS_SECONDS:
            said = now
            say(f"  等待 {names}，已用 {now - began:.0f} 秒……")
        time.sleep(_POLL_SECONDS)


def _healthy(http: httpx.Client, url: str) -> bool:
    try:
        return http.get(url).is_success
    except httpx.HTTPError:
        return False


def _fail_if_ended(children: list[Child]) -> None:
    for child in children:
        if child.exit_code is not None:
            raise ServiceFailedError(
                f"{child.name} 意外退出（代码 {child.exit_code}），其余服务一并停止。最后的输出：\n"
                f"{child.tail()}\n全部输出见 {child.log}"
            )


def _fail_if_silent(http: httpx.Client, service: Service, silence: Silence) -> None:
    try:
        http.get(service.alive, timeout=ANSWER_SECONDS)
        silence.heard()
    except httpx.HTTPError as error:
        if silence.missed():
            raise ServiceFailedError(
                f"{service.name} 还在运行，却 {silence.most_seconds:g} 秒没有任何应答（可用 KOUJING_SILENT_SECONDS 放宽），"
                "其余服务一并停止。"
            ) from error


def _stop(children: list[Child], say: Say) -> None:
    say("正在停止……")
    for child in reversed(children):
        child.ask_to_stop()
    for child in reversed(children):
        child.stop(_GRACE_SECONDS)


def _announce(settings: Settings, logs: Path, say: Say) -> None:
    clock = Clock(settings.today)
    name = "演示日期" if clock.fixed else "答复日期"
    key = f"演示密钥 {DEMO_KEY}，只在本机有效" if DEMO_KEY in settings.quotas else "密钥见 KOUJING_API_KEYS"
    say(
        f"\n口径已启动：{settings.desk_url}（{name} {clock.today()}；{key}）\n"
        f"内部：Rasa {settings.rasa_url}，动作服务 {settings.actions_url}\n"
        f"日志：{logs}\n{_wechat(settings)}{_console(settings)}试一试：\n{example(settings)}\nCtrl-C 停止。"
    )


def _wechat(settings: Settings) -> str:
    """How followers reach it, where they do."""
    account = account_of(settings)
    if account is None:
        return ""
    if account.appid == DEMO.appid:
        return "公众号：演示（另开终端运行 .venv/bin/koujing wechat sim，扮演微信）\n"
    return f"公众号：{account.appid}，{account.advice or '安全模式'}\n"


def _console(settings: Settings) -> str:
    """How operators get in, where there is an account that everybody knows."""
    line = announcement(settings)
    return f"{line}\n" if line else ""
