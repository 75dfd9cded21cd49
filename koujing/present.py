"""A reply as a person at a terminal would want to read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

__all__ = ["present"]

_STATUS = {
    "answered": "答复",
    "determined": "判定",
    "clarifying": "需要补充",
    "listed": "可能适用的事项",
    "quoted": "原文",
    "referred": "另有文件规定",
    "outside_region": "地区不在范围内",
    "outside_scope": "不在范围内",
    "account_data": "需查本人记录",
    "signposted": "请先联系",
    "smalltalk": "口径",
    "handed_off": "转人工",
    "refused": "不予答复",
    "error": "出错",
}
_VERDICT = {"eligible": "符合", "ineligible": "不符合", "need_info": "还缺信息", "referred": "另有文件规定"}
_HOLDS = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]？[/]"}
_QUALIFIER = {"exact": "", "at_most": "最高 ", "at_least": "最低 ", "estimate": "约 "}
_UNIT = {
    "CNY": "元",
    "CNY/month": "元/月",
    "CNY/day": "元/天",
    "percent": "%",
    "days": "天",
    "months": "个月",
    "times": "次",
    "people": "人",
}


def present(reply: dict[str, Any]) -> RenderableType:
    """The reply: text, verdict, reasons, amounts, question back, citations and contacts."""
    title = _STATUS[reply["status"]]
    if reply["verdict"]:
        title = f"{title} · {_VERDICT[reply['verdict']]}"
    foot = "　".join(filter(None, (reply["on"], reply["region"], reply["receipt"] and f"回执 {reply['receipt']}")))
    panel = Panel(Text(reply["text"]), title=title, title_align="left", subtitle=foot, subtitle_align="right")
    return Group(panel, *_parts(reply))


def _parts(reply: dict[str, Any]) -> Iterator[RenderableType]:
    if reply["reasons"]:
        yield _table(
            "理由", [_reason(reason, reply["facts"]) for reason in reply["reasons"]], "", "条件", "情况", "条款"
        )
    if reply["amounts"]:
        yield _table("金额", [_amount(amount) for amount in reply["amounts"]], "项目", "数额", "算法", "条款")
    if reply["items"]:
        rows = [
            (item["name"], _VERDICT[item["verdict"]], item["summary"], item["clause"] or "") for item in reply["items"]
        ]
        yield _table("事项", rows, "事项", "结果", "说明", "条款")
    if reply["ask"]:
        yield from _question(reply["ask"])
    if reply["citations"]:
        yield Text("依据", style="bold")
        for citation in reply["citations"]:
            yield Text(f"  {citation['notice']} {citation['heading']}（{citation['clause']}）")
            yield Text(f"    “{citation['quote']}”", style="dim")
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
    unknown = amount["value"] is None
    value = "—" if unknown else f"{_QUALIFIER[amount['qualifier']]}{amount['value']}{_UNIT[amount['unit']]}"
    return amount["label"], value, amount["formula"], amount["clause"] or ""


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
