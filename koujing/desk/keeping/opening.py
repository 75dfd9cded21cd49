"""Retention and persons for the command line and the desk: the databases opened, the settings read."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.desk.keeping.people import People
from koujing.desk.keeping.removing import Keeper
from koujing.desk.keeping.schedule import Schedule, load_schedule
from koujing.desk.web.secret import PhoneCipher, derived, secret
from koujing.desk.web.tokens import Tokens
from koujing.errors import ProgramError
from koujing.settings import Settings
from koujing.store.audit import Audit
from koujing.store.database import open_database
from koujing.store.errors import StoreError
from koujing.store.persons import Persons
from koujing.store.tracker_rows import TrackerRows

__all__ = ["keeper", "opened_keeper", "opened_people", "who"]


def keeper(settings: Settings, engine: Engine, schedule: Schedule, clock: Clock) -> Keeper:
    """The keeper of a data folder whose database is open."""
    return Keeper(engine, _trackers(settings, engine), settings.data / "logs", schedule, clock)


@contextmanager
def opened_keeper(settings: Settings) -> Iterator[Keeper]:
    """The keeper of a data folder, until the end of the block.

    Raises:
        ProgramError: the database or the schedule cannot be used.
    """
    schedule = load_schedule(settings.retention)
    with _database(settings) as engine:
        yield keeper(settings, engine, schedule, Clock())


@contextmanager
def opened_people(settings: Settings) -> Iterator[People]:
    """The persons of a data folder, until the end of the block.

    Raises:
        ProgramError: the database or the secret cannot be used.
    """
    key = secret(settings.secret, settings.data)
    cipher = PhoneCipher(key, settings.secret_old)
    with _database(settings) as engine:
        clock = Clock()
        audit = Audit(engine, clock)
        tokens = Tokens(derived(key, "web sessions 1"))
        yield People(Persons(engine), _trackers(settings, engine), audit, clock, cipher, tokens, engine, who())


def who() -> str:
    """Who is at this machine, for the audit."""
    try:
        return f"命令行（{getpass.getuser()}）"
    except (KeyError, OSError):
        return "命令行"


@contextmanager
def _database(settings: Settings) -> Iterator[Engine]:
    try:
        engine = open_database(settings)
    except StoreError as error:
        raise ProgramError(str(error)) from error
    try:
        yield engine
    finally:
        engine.dispose()


def _trackers(settings: Settings, engine: Engine) -> TrackerRows:
    return TrackerRows(engine if settings.database else settings.data / "conversations.db")
