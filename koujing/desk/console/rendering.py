"""HTML of the console from the templates beside this file."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from koujing.clock import SHANGHAI
from koujing.desk.console.headers import STATIC

__all__ = ["STATIC_FOLDER", "Renderer"]

_HERE = Path(__file__).parent
STATIC_FOLDER = _HERE / "static"
_DIGITS = 12


class Renderer:
    """Templates, with what is the same on every page. `static('console.css')` names a file with its version."""

    def __init__(self) -> None:
        self._versions: Mapping[str, str] = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS]
            for path in STATIC_FOLDER.iterdir()
            if path.is_file()
        }
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"moment": moment, "day": day}
        self._environment.globals["static"] = self.static

    def static(self, name: str) -> str:
        """The address of a static file; a name that is wrong fails."""
        return f"{STATIC}/{name}?v={self._versions[name]}"

    def render(self, template: str, given: Mapping[str, Any]) -> str:
        """A template as HTML."""
        return self._environment.get_template(template).render(**given)


def moment(at: dt.datetime | None) -> str:
    """A point in time in Shanghai: 2021-09-15 14:05."""
    return "" if at is None else f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def day(on: dt.date | None) -> str:
    """A day: 2021年9月15日."""
    return "" if on is None else f"{on.year}年{on.month}月{on.day}日"
