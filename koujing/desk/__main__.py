"""Runs the desk: `python -m koujing.desk`. The supervisor does; so may a service manager."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from functools import partial

import httpx
import uvicorn

from koujing.answering.refusals import refusal
from koujing.clock import Clock
from koujing.desk.app import create_app
from koujing.desk.rasa_client import RasaClient
from koujing.desk.web.parts import web_parts
from koujing.desk.web.view import view
from koujing.desk.web.widget import load_widget
from koujing.errors import ProgramError
from koujing.knowledge.base import load_knowledge
from koujing.knowledge.errors import KnowledgeError
from koujing.settings import ROOT, Settings
from koujing.store.database import open_database
from koujing.store.errors import StoreError
from koujing.store.store import Store


def main() -> None:
    """Start the desk, or say why not and end with 2."""
    try:
        settings = Settings.from_env(os.environ)
        knowledge = load_knowledge(ROOT / "policies")
        engine = open_database(settings.data / "koujing.db")
        clock = Clock(settings.today)
        web = web_parts(settings, knowledge.regions, engine, clock, view)
        widget = load_widget(ROOT / "widget")
    except (ProgramError, KnowledgeError, StoreError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    # Rasa is on this machine: a proxy in the environment is not meant for it.
    http = httpx.AsyncClient(timeout=settings.answer_seconds, trust_env=False)
    app = create_app(
        settings,
        knowledge=knowledge,
        refuse=partial(refusal, knowledge),
        store=Store(engine, clock),
        rasa=RasaClient(http, settings.rasa_url, settings.actions_url),
        clock=clock,
        web=web,
        widget=widget,
    )
    config = uvicorn.Config(
        app, host=settings.host, port=settings.desk_port, ws="none", access_log=False, server_header=False
    )
    _Server(config, app.state.website.close).run()


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
