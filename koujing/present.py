"""A reply as a person at a terminal would want to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from koujing.labels import STATUS, VERDICT, amount_words

__all__ = ["brief", "choices", "facts_table", "present", "sources", "turning_to"]

_COLOUR = {"eligible": "green", "ineligible": "red", "need_info": "yellow", "referred": "cyan"}
_STATUS_COLOUR = {"signposted": "magenta", "refused": "red", "error": "red"}
# Where a figure is asked for, a number typed is the figure; options are picked by letter.
_FIGURES = frozenset({"number", "percent", "money", "date", "duration"})
_LETTERS = "abcdefgh"
_HOLDS = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]？[/]"}


def present(reply: dict[str, Any]) -> RenderableType:
    """The reply: text, verdict, reasons, amounts, question back, citations and contacts."""
    panel = Panel(
        Text(reply["text"]), title=_title(reply), title_align="left", subtitle=_foot(reply), subtitle_align="right"
    )
    return Group(panel, *_parts(reply))


def brief(
    reply: dict[str, Any], keys: Mapping[str, str], *, plain: bool = False, full: bool = False
) -> Iterator[RenderableType]:
    """The reply as a turn of a conversation: reasons and sources folded to a line unless `full`.

    `keys` is what may be typed for its choices, from `choices`; empty where another reply is the one to answer.
    """
    colour = _COLOUR.get(reply["verdict"]) or _STATUS_COLOUR.get(reply["status"], "blue")
    yield Text(f"● {_title(reply)}", style=f"bold {colour}")
    words = (plain and reply["plain"]) or reply["text"]
    yield _said(reply, words, colour)
    yield from _amounts(reply)
    yield from _listed(reply, keys)
    if full:
        yield from sources(reply)
    elif folded := _folded(reply):
        yield Text(folded, style="dim")
    yield from _contacts(reply)
    yield from _offered(reply, keys, words)
    yield Text(_foot(reply), style="dim")


def sources(reply: dict[str, Any]) -> Iterator[RenderableType]:
    """The reasons condition by condition and the citations in full."""
    yield from _reasons(reply)
    yield from _citations(reply)


def facts_table(facts: Mapping[str, Any]) -> Table:
    """What has been understood of the asker: each fact with its value, as said, and whether it may decide."""
    rows = [
        (
            fact.get("label") or id,
            fact.get("words") or _plain(fact.get("value")),
            fact.get("said") or "",
            "已确认" if fact.get("confirmed", True) else "待确认",
        )
        for id, fact in facts.items()
    ]
    return _table("您说过的情况", rows, "事实", "值", "原话", "")


def turning_to(replies: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Which of the replies to a message the next one would answer: the last that asks, else the last with choices."""
    asking = [reply for reply in replies if reply["ask"]]
    offering = asking or [reply for reply in replies if choices(reply)]
    return offering[-1] if offering else None


def choices(reply: dict[str, Any]) -> dict[str, str]:
    """What may be typed for the options, listed matters or suggestions of a reply → the message that it stands for."""
    kind = reply["ask"] and reply["ask"]["type"]
    options = [option["label"] for option in reply["ask"]["options"]] if reply["ask"] else []
    if reply["items"] and kind in (None, "yes_no"):
        return {str(n): f"第{n}个" for n in range(1, len(reply["items"]) + 1)}
    if options:
        return dict(zip(_LETTERS if kind in _FIGURES else map(str, count(1)), options, strict=False))
    return {} if reply["ask"] else {str(n): text for n, text in enumerate(reply["suggestions"], 1)}


def _title(reply: dict[str, Any]) -> str:
    title = STATUS[reply["status"]]
    return f"{title} · {VERDICT[reply['verdict']]}" if reply["verdict"] else title


def _foot(reply: dict[str, Any]) -> str:
    return "　".join(filter(None, (reply["on"], reply["region"], reply["receipt"] and f"回执 {reply['receipt']}")))


def _said(reply: dict[str, Any], words: str, colour: str) -> Text:
    """The text as it is, its conclusion, question and basis set off by style alone."""
    text = Text(words)
    text.highlight_regex(r"^[^。！？]+[。！？]?", f"bold {colour}")
    text.highlight_regex(r"依据：[^：]*$", "dim")
    if reply["ask"]:
        text.highlight_words([reply["ask"]["question"]], "bold cyan")
    return text


def _listed(reply: dict[str, Any], keys: Mapping[str, str]) -> Iterator[RenderableType]:
    for n, item in enumerate(reply["items"], 1):
        mark = f"{n}." if keys.get(str(n)) == f"第{n}个" else "·"
        yield Text.assemble(f"  {mark} {item['name']}　", (VERDICT[item["verdict"]], _COLOUR[item["verdict"]]))


def _folded(reply: dict[str, Any]) -> str:
    """`理由 ✓2 ✗1 ？3　依据 葫人社发〔2021〕2号（2条）`."""
    marks = ((True, "✓"), (False, "✗"), (None, "？"))
    held = [reason["holds"] for reason in reply["reasons"]]
    reasons = " ".join(f"{mark}{held.count(holds)}" for holds, mark in marks if holds in held)
    notices = [citation["notice"] for citation in reply["citations"]]
    basis = "、".join(f"{notice}（{notices.count(notice)}条）" for notice in dict.fromkeys(notices))
    parts = (reasons and f"理由 {reasons}", basis and f"依据 {basis}", (reasons or basis) and "全文 /sources")
    return "　".join(filter(None, parts))


def _offered(reply: dict[str, Any], keys: Mapping[str, str], words: str) -> Iterator[RenderableType]:
    """The question asked back with its options, or what else could be asked."""
    ask = reply["ask"]
    if ask and (reply["items"] or ask["question"] not in words):
        yield Text(ask["question"], style="bold cyan")
    if ask:
        labels = {label: key for key, label in keys.items()}
        for option in ask["options"]:
            yield Text(f"  {labels[option['label']]}. " if option["label"] in labels else "  · ").append(
                option["label"]
            )
    elif keys and not reply["items"]:
        yield Text("还可以问", style="bold")
        yield from (Text(f"  {key}. {text}") for key, text in keys.items())


def _parts(reply: dict[str, Any]) -> Iterator[RenderableType]:
    yield from _reasons(reply)
    yield from _amounts(reply)
    if reply["items"]:
        rows = [
            (item["name"], VERDICT[item["verdict"]], item["summary"], item["clause"] or "") for item in reply["items"]
        ]
        yield _table("事项", rows, "事项", "结果", "说明", "条款")
    if reply["ask"]:
        yield from _question(reply["ask"])
    yield from _citations(reply)
    yield from _contacts(reply)


def _reasons(reply: dict[str, Any]) -> Iterator[RenderableType]:
    if reply["reasons"]:
        rows = [_reason(reason, reply["facts"]) for reason in reply["reasons"]]
        yield _table("理由", rows, "", "条件", "情况", "条款")


def _amounts(reply: dict[str, Any]) -> Iterator[RenderableType]:
    if reply["amounts"]:
        yield _table("金额", [_amount(amount) for amount in reply["amounts"]], "项目", "数额", "算法", "条款")


def _citations(reply: dict[str, Any]) -> Iterator[RenderableType]:
    if reply["citations"]:
        yield Text("依据", style="bold")
        for citation in reply["citations"]:
            yield Text(f"  {citation['notice']} {citation['heading']}（{citation['clause']}）")
            yield Text(f"    “{citation['quote']}”", style="dim")


def _contacts(reply: dict[str, Any]) -> Iterator[RenderableType]:
    if reply["contacts"]:
        yield Text("联系", style="bold")
        for contact in reply["contacts"]:
            yield Text("  " + " ".join(filter(None, (contact["name"], contact["phone"], contact["url"]))))


def _reason(reason: dict[str, Any], facts: dict[str, Any]) -> tuple[str, ...]:
    value = facts.get(reason["fact"], {}).get("words") or _plain(reason["value"])
    return _HOLDS[reason["holds"]], reason["condition"], reason["referred_to"] or value, reason["clause"] or ""


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _amount(amount: dict[str, Any]) -> tuple[str, ...]:
    return amount["label"], amount_words(amount), amount["formula"], amount["clause"] or ""


def _question(ask: dict[str, Any]) -> Iterator[RenderableType]:
    yield Text("还想请问", style="bold")
    yield Text(f"  {ask['question']}")
    for option in ask["options"]:
        yield Text(f"    · {option['label']}")


def _table(title: str, rows: Sequence[tuple[str, ...]], *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None, padding=(0, 2))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell if cell in _HOLDS.values() else Text(cell) for cell in row))
    return table
