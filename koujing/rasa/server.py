"""Runs Rasa on loopback or a private network: `python -m koujing.rasa.server`.

As `rasa run`, but with what the modules `fast_…`, `once`, `strict_store` and `time_limits` say.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from koujing.knowledge.base import knowledge_version
from koujing.logs import configure
from koujing.process import keep_private
from koujing.settings import ROOT, Settings
from koujing.settled import settle

__all__ = ["arguments", "main", "prepare_conversations", "settled_after"]


def arguments(settings: Settings) -> list[str]:
    """What `rasa` is called with."""
    options = {
        "--model": str(settings.model),
        "--interface": settings.rasa_host,
        "--port": str(settings.rasa_port),
        "--credentials": str(ROOT / "credentials.yml"),
        "--endpoints": str(ROOT / "endpoints.yml"),
    }
    return ["run", *(part for option in options.items() for part in option)]


def prepare_conversations(path: Path) -> None:
    """Rasa's own database, in the mode where a reader and a writer do not wait for each other; the mode stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")


def settled_after(load: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Rasa's loading of the model, behind which the process is settled."""

    async def load_and_settle(*args: Any) -> Any:
        loaded = await load(*args)
        settle()
        return loaded

    return load_and_settle


def main() -> None:
    """Start Rasa; does not return before it ends."""
    keep_private()
    settings = Settings.from_env(os.environ)
    configure(settings.log, "rasa")
    # For endpoints.yml, which names it whether it was set or not.
    os.environ["KOUJING_ACTIONS_URL"] = settings.actions_url
    if settings.database is None:
        prepare_conversations(settings.data / "conversations.db")
    # Rasa is slow to import and reads the environment while it is, so it comes after the settings. skops, with which it
    # loads classifiers, looks through every module there is: quick before TensorFlow, ten seconds after.
    import skops.io  # noqa: F401, I001, PLC0415
    import rasa.__main__  # noqa: PLC0415
    import rasa.core.run  # noqa: PLC0415
    import rasa.server  # noqa: PLC0415

    from koujing.rasa import (  # noqa: PLC0415
        fast_calls,
        fast_domain,
        fast_endpoint,
        fast_events,
        fast_graph,
        fast_logs,
        fast_rules,
        fast_trackers,
        fast_validation,
        once,
        strict_store,
        time_limits,
        watched,
        without_cors,
    )

    for quicker in (
        fast_calls,
        fast_domain,
        fast_endpoint,
        fast_events,
        fast_graph,
        fast_logs,
        fast_rules,
        fast_trackers,
        fast_validation,
    ):
        quicker.install()
    without_cors.install(rasa.server)
    once.install()
    strict_store.install()
    time_limits.install(settings.answer_seconds)
    # Behind the others: it measures what there is by now.
    watched.install(settings, settings.model, knowledge_version(settings.policies))
    rasa.core.run.load_agent_on_start = settled_after(rasa.core.run.load_agent_on_start)
    sys.argv = ["rasa", *arguments(settings)]
    rasa.__main__.main()


if __name__ == "__main__":
    main()
