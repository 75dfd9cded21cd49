"""Patches for the command line: the database opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from koujing.clock import Clock
from koujing.errors import ProgramError
from koujing.settings import Settings
from koujing.store.database import open_database
from koujing.store.errors import StoreError
from koujing.store.review_patches import Patches

__all__ = ["opened"]


@contextmanager
def opened(settings: Settings) -> Iterator[Patches]:
    """The patches of a data folder, until the end of the block.

    Raises:
        ProgramError: the database cannot be opened.
    """
    try:
        engine = open_database(settings)
    except StoreError as error:
        raise ProgramError(str(error)) from error
    try:
        yield Patches(engine, Clock())
    finally:
        engine.dispose()
