"""Runs the desk: `python -m koujing.desk`. The supervisor does; so may a service manager."""

from __future__ import annotations

import datetime as dt
import os
import socket
import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial

import httpx
import uvicorn
from sqlalchemy.engine import Engine

from koujing.answering.refusals import refusal
from koujing.clock import Clock
from koujing.desk.alone import alone, alone_on
from koujing.desk.app import create_app
from koujing.desk.console.demo import settle_demo
from koujing.desk.console.parts import ConsoleParts, console_parts
from koujing.desk.console.sessions import Limits
from koujing.desk.conversation import Conversations
from koujing.desk.limits import Limits as RateLimits
from koujing.desk.rasa_client import RasaClient
from koujing.desk.stopping import Stopping
from koujing.desk.web.bell import Bell
from koujing.desk.web.parts import web_parts
from koujing.desk.web.view import view
from koujing.desk.web.widget import load_widget
from koujing.desk.wechat.parts import wechat_parts
from koujing.errors import ProgramError
from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.knowledge.errors import KnowledgeError
from koujing.leases import open_leases
from koujing.settings import ROOT, Settings
from koujing.settled import settle
from koujing.store.clients import Clients
from koujing.store.database import open_database
from koujing.store.errors import StoreError
from koujing.store.shared import open_shared
from koujing.store.store import Store
from koujing.store.switches import Switches

# Every question under way holds a connection to Rasa, which works through them as it can.
_LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=100)


def main() -> None:
    """Start the desk, or say why not and end with 2."""
    try:
        settings = Settings.from_env(os.environ)
        claimed = None if settings.redis or settings.database else alone(settings.data)
        knowledge = load_knowledge(settings.policies)
        engine = open_database(settings)
        only = alone_on(engine) if settings.database and not settings.redis else None
        clock = Clock(settings.today)
        web = web_parts(settings, knowledge.regions, engine, clock, view)
        widget = load_widget(ROOT / "widget")
        store, shared = Store(engine, clock), open_shared(settings.redis, clock.now)
        wechat = wechat_parts(settings, knowledge, engine, clock, store, shared)
    except (ProgramError, KnowledgeError, StoreError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    # Rasa is on this machine: a proxy in the environment is not meant for it.
    http = httpx.AsyncClient(timeout=settings.answer_seconds, limits=_LIMITS, trust_env=False)
    limits = RateLimits(settings.redis)
    refuse, switches = partial(refusal, knowledge), Switches(engine, clock)
    app = create_app(
        settings,
        knowledge=knowledge,
        refuse=refuse,
        store=store,
        rasa=RasaClient(http, settings.rasa_url, settings.actions_url),
        clock=clock,
        web=web,
        widget=widget,
        wechat=wechat,
        console=lambda conversations: _console(settings, knowledge, clock, engine, conversations, switches, limits),
        limits=limits,
        leases=open_leases(settings.redis, "session"),
        bell=Bell(settings.redis) if settings.redis else None,
        stopping=Stopping(switches.now, refuse, Clients(engine).of),
    )
    config = uvicorn.Config(
        app, host=settings.host, port=settings.desk_port, ws="none", access_log=False, server_header=False
    )
    settle()
    with claimed or nullcontext(), only or nullcontext():
        _Server(config, app.state.close).run()


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

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        self._end_streams()
        await super().shutdown(sockets)


if __name__ == "__main__":
    main()
