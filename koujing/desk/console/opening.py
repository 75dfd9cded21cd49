"""Accounts for the command line: the database opened, and accounts by their names."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from koujing.clock import Clock
from koujing.desk.console import people as rules
from koujing.desk.console.passwords import Passwords
from koujing.errors import ProgramError
from koujing.settings import Settings
from koujing.store.audit import Audit
from koujing.store.database import open_database
from koujing.store.errors import StoreError
from koujing.store.staff import Account, StaffStore

__all__ = ["People", "opened", "user"]


class People:
    """As `koujing.desk.console.people.People`, by name and in the name of the command line."""

    def __init__(self, people: rules.People, by: rules.By) -> None:
        self._people, self._by = people, by

    def check(self, name: str, display: str, roles: Iterable[str], office: str | None) -> None:
        """Tell what is wrong before a password is asked for."""
        self._people.check(name, display, roles, office)

    def add(
        self, name: str, display: str, roles: Iterable[str], office: str | None, password: str | None
    ) -> tuple[Account, str | None]:
        """A new account, and the password where one was made."""
        return self._people.add(name, display, roles, office, password, self._by)

    def all(self) -> list[Account]:
        """Every account."""
        return self._people.all()

    def named(self, name: str) -> Account:
        """The account of this name."""
        return self._people.named(name)

    def set_roles(self, name: str, roles: Iterable[str]) -> Account:
        """Other roles."""
        account = self.named(name)
        return self._people.change(account.id, self._by, display=account.display, roles=roles, office=account.office)

    def reset_password(self, name: str, password: str | None) -> str | None:
        """Another password, and it where one was made."""
        return self._people.reset_password(self.named(name).id, self._by, password)

    def disable(self, name: str) -> None:
        """Nobody can use it any more."""
        self._people.disable(self.named(name).id, self._by)

    def enable(self, name: str) -> None:
        """It can be used again."""
        self._people.enable(self.named(name).id, self._by)


@contextmanager
def opened(settings: Settings, passwords: Passwords | None = None) -> Iterator[People]:
    """The accounts of a data folder, until the end of the block.

    Raises:
        ProgramError: the database cannot be opened.
    """
    try:
        engine = open_database(settings)
    except StoreError as error:
        raise ProgramError(str(error)) from error
    try:
        clock = Clock()
        people = rules.People(StaffStore(engine, clock), Audit(engine, clock), passwords or Passwords())
        yield People(people, rules.By(None, f"命令行（{user()}）"))
    finally:
        engine.dispose()


def user() -> str:
    """Who is at this machine, where it tells."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"
