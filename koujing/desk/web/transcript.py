"""A conversation as a text to keep: when, who, what, on what basis, with which receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from koujing.desk.web.sites import Site

__all__ = ["DISCLAIMER", "transcript"]

DISCLAIMER = "以上答复按已收录的政策文件作出，以官方文件为准。"


def transcript(site: Site, events: Iterable[dict[str, Any]], reach: str, say: Callable[[str], str]) -> str:
    """The text, from events as a client gets them, whose views are in a script; `say` puts the rest in it."""
    blocks = [
        say(f"{site.bureau} · {site.title}"),
        *(_block(event, say) for event in events if event["type"] != "held"),
    ]
    return "\n\n".join([*blocks, say(f"{DISCLAIMER}{reach}")]) + "\n"


def _block(event: dict[str, Any], say: Callable[[str], str]) -> str:
    when = event["at"][:19].replace("T", " ")
    if event["type"] == "message":
        return f"[{when}] {say('您说')}：\n{event['text']}"
    if event["type"] == "reply":
        return "\n".join([f"[{when}] {say('助手回答')}（{_heading(event['view'])}）：", *_reply(event["view"], say)])
    if event["type"] == "operator":
        return f"[{when}] {event['name']}：\n{event['text']}"
    return f"[{when}] {event['text']}"


def _heading(view: dict[str, Any]) -> str:
    return " · ".join([view["label"], *([view["badge"]["text"]] if view["badge"] else [])])


def _reply(view: dict[str, Any], say: Callable[[str], str]) -> Iterator[str]:
    yield from view["text"]
    yield from (f"· {item['name']}（{item['verdict_text']}）" for item in view["items"])
    if view["ask"]:
        yield view["ask"]["question"]
        yield from (f"○ {option['label']}" for option in view["ask"]["options"])
    if view["basis"]:
        yield view["basis"]
    for contact in view["contacts"]:
        yield f"{say('联系')}：{contact['name']} {contact['phone'] or contact['url'] or ''}".rstrip()
    yield "，".join(
        filter(None, [f"{say('答复日期')} {view['on']}", view["region"], f"{say('回执')} {view['receipt']}"])
    )
