"""What stands on a follower's screen: the one renderer of tests, of the control interface and of the terminal."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from urllib.parse import parse_qs, quote, urlsplit

from rich.style import Style
from rich.text import Text

__all__ = ["FAULT", "Link", "Shown", "Via", "menu_message", "pieces"]

FAULT = "该公众号提供的服务出现故障，请稍后再试"

_ANCHOR = re.compile(r"<a\s(?P<attributes>[^<>]*)>(?P<label>(?:(?!<a\s).)*?)</a>", re.DOTALL | re.IGNORECASE)
_HREF = re.compile(r"""(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


class Via(str, Enum):
    """The way it came."""

    PASSIVE = "passive"
    PUSH = "push"
    FAULT = "fault"
    STAFF = "staff"


@dataclass(frozen=True)
class Link:
    """A link: a tap says `says` (with `menu_id`, where the platform sends one along), or opens `url`."""

    label: str
    url: str
    says: str | None = None
    menu_id: str | None = None


@dataclass(frozen=True)
class Shown:
    """One message on the screen. `number` is that of its first link; `answers` the key of the message it replies to."""

    at: dt.datetime
    via: Via
    text: str
    number: int = 1
    answers: str | None = None
    official_menu: bool = False

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The links in it."""
        return tuple(piece for piece in pieces(self.text) if isinstance(piece, Link))

    @cached_property
    def words(self) -> str:
        """What one reads: links by their labels, without the numbers."""
        return "".join(piece.label if isinstance(piece, Link) else piece for piece in pieces(self.text))

    @property
    def as_text(self) -> str:
        """As the terminal prints it, without colours."""
        return self.as_rich.plain

    @property
    def as_rich(self) -> Text:
        """As the terminal prints it: a number after each link."""
        shown, number = Text(), self.number
        for piece in pieces(self.text):
            if isinstance(piece, Link):
                opens = piece.url if piece.says is None else None
                shown.append(piece.label, Style(color="blue", underline=True, link=opens))
                shown.append(f"[{number}]", "dim cyan")
                number += 1
            else:
                shown.append(piece, "yellow" if self.via is Via.FAULT else "")
        return shown


def pieces(text: str) -> Iterator[str | Link]:
    """Texts and links, in order. What the app would not make a link of stays text, markup and all."""
    end = 0
    for match in _ANCHOR.finditer(text):
        link = _link(match["attributes"], match["label"])
        if link is None:
            continue
        if match.start() > end:
            yield text[end : match.start()]
        yield link
        end = match.end()
    if end < len(text):
        yield text[end:]


def menu_message(head: str, items: list[tuple[str, str]], tail: str) -> str:
    """The text of an official menu message, of items with id and content."""
    lines = [
        f'<a href="weixin://bizmsgmenu?msgmenucontent={quote(label)}&msgmenuid={id}">{label}</a>' for id, label in items
    ]
    return "\n".join(filter(None, [head, *lines, tail]))


def _link(attributes: str, label: str) -> Link | None:
    found = _HREF.search(attributes)
    url = (found[1] or found[2] or "").replace("&amp;", "&") if found else ""
    parts = urlsplit(url)
    if parts.scheme in {"http", "https"} and parts.netloc:
        return Link(label, url)
    if parts.scheme == "weixin" and parts.netloc == "bizmsgmenu":
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if says := given.get("msgmenucontent"):
            return Link(label, url, says, given.get("msgmenuid"))
    return None
