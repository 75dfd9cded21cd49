"""Runs the desk: `python -m koujing.desk`. The supervisor does; so may a service manager."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from types import FrameType

import uvicorn
from prometheus_client import CollectorRegistry
from sqlalchemy.engine import Engine

from koujing.answering.refusals import refusal
from koujing.clock import Clock
from koujing.desk.alone import alone, alone_on
from koujing.desk.app import create_app
from koujing.desk.console.demo import settle_demo
from koujing.desk.console.parts import ConsoleParts, console_parts
from koujing.desk.console.sessions import Limits
from koujing.desk.conversation import Conversations
from koujing.desk.keeping.daily import Daily
from koujing.desk.keeping.opening import keeper
from koujing.desk.keeping.schedule import load_schedule
from koujing.desk.limits import Limits as RateLimits
from koujing.desk.rasa_client import RasaClient
from koujing.desk.stopping import Stopping
from koujing.desk.web.bell import Bell
from koujing.desk.web.parts import web_parts
from koujing.desk.web.view import view
from koujing.desk.web.widget import load_widget
from koujing.desk.wechat.parts import wechat_parts
from koujing.desk.wire import Bounds, bounded
from koujing.errors import ProgramError
from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.knowledge.errors import KnowledgeError
from koujing.leases import open_leases
from koujing.logs import configure
from koujing.posting import KeptOpen
from koujing.private.mask import masker
from koujing.process import keep_private
from koujing.settings import ROOT, Settings
from koujing.settled import settle
from koujing.store.clients import Clients
from koujing.store.database import open_database
from koujing.store.errors import StoreError
from koujing.store.shared import open_shared
from koujing.store.store import Store
from koujing.store.switches import Switches
from koujing.watching.release import describe

# Rasa's server closes what was not used for five.
_IDLE_SECONDS = 3.0


def main() -> None:
    """Start the desk, or say why not and end with 2."""
    keep_private()
    try:
        settings = Settings.from_env(os.environ)
        configure(settings.log, "desk")
        claimed = None if settings.redis or settings.database else alone(settings.data)
        knowledge = load_knowledge(settings.policies)
        engine = open_database(settings)
        only = alone_on(engine) if settings.database and not settings.redis else None
        clock = Clock(settings.today)
        web = web_parts(settings, knowledge.regions, engine, clock, view)
        schedule = load_schedule(settings.retention)
        masker()
        widget = load_widget(ROOT / "widget")
        store, shared = Store(engine, clock), open_shared(settings.redis, clock.now)
        wechat = wechat_parts(settings, knowledge, engine, clock, store, shared)
    except (ProgramError, KnowledgeError, StoreError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    wire = KeptOpen(_IDLE_SECONDS, settings.answer_seconds)
    registry = CollectorRegistry()
    describe(registry, "desk", knowledge=knowledge.version)
    limits = RateLimits(settings.redis)
    refuse, switches = partial(refusal, knowledge), Switches(engine, clock)
    app = create_app(
        settings,
        knowledge=knowledge,
        refuse=refuse,
        store=store,
        rasa=RasaClient(wire, settings.rasa_url, settings.actions_url),
        clock=clock,
        web=web,
        widget=widget,
        wechat=wechat,
        console=lambda conversations: _console(settings, knowledge, clock, engine, conversations, switches, limits),
        limits=limits,
        leases=open_leases(settings.redis, "session"),
        bell=Bell(settings.redis) if settings.redis else None,
        stopping=Stopping(switches.now, refuse, Clients(engine).of),
        registry=registry,
        keeping=Daily(keeper(settings, engine, schedule, clock), shared, clock),
    )
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.desk_port,
        http=bounded(Bounds.of(settings)),
        ws="none",
        access_log=False,
        server_header=False,
        # Given always: else uvicorn reads a variable of its own.
        forwarded_allow_ips=sorted(settings.trusted_proxies),
        log_config=None,
    )
    settle()
    with claimed or nullcontext(), only or nullcontext():
        _Server(config, app.state.close, app.state.drain, settings.drain_seconds).run()


def _console(
    settings: Settings,
    knowledge: Knowledge,
    clock: Clock,
    engine: Engine,
    conversations: Conversations,
    switches: Switches,
    rates: RateLimits,
) -> ConsoleParts:
    limits = Limits(
        idle=dt.timedelta(minutes=settings.console_idle_minutes), absolute=dt.timedelta(hours=settings.console_hours)
    )
    parts = console_parts(
        settings, knowledge, clock, engine, conversations, view, limits=limits, switches=switches, rates=rates
    )
    settle_demo(settings, parts.staff, parts.passwords)
    return parts


class _Server(uvicorn.Server):
    """Ends the open event streams first: uvicorn waits for every connection before it stops."""

    def __init__(
        self, config: uvicorn.Config, end_streams: Callable[[], None], drain: Callable[[], None], drain_seconds: float
    ) -> None:
        super().__init__(config)
        self._end_streams, self._drain, self._drain_seconds = end_streams, drain, drain_seconds
        self._draining = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Told to stop: say first that nobody new is to be sent here. Told twice, or from the terminal: stop at once."""
        self._drain()
        if sig != signal.SIGTERM or self._draining or not self._drain_seconds:
            super().handle_exit(sig, frame)
            return
        self._draining = True
        timer = threading.Timer(self._drain_seconds, super().handle_exit, (sig, frame))
        timer.daemon = True
        timer.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        self._end_streams()
        await super().shutdown(sockets)


if __name__ == "__main__":
    main()
