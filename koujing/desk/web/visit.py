"""A visitor's session as a request finds it."""

from __future__ import annotations

from dataclasses import dataclass

from koujing.desk.web.sites import Site

__all__ = ["Visit"]


@dataclass(frozen=True)
class Visit:
    """A session that is alive, and the page's site."""

    site: Site
    session_id: str
    region: str | None
