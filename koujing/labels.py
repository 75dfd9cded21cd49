"""The words by which every screen names statuses, verdicts, reasons, windows and units (the same at a terminal and on the web)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

__all__ = ["QUALIFIER", "REFERRED_MARK", "STATUS", "UNIT", "VERDICT", "WINDOW", "amount_words", "reason_mark"]

STATUS = {
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
VERDICT = {"eligible": "符合", "ineligible": "不符合", "need_info": "还缺信息", "referred": "另有文件规定"}
QUALIFIER = {"exact": "", "at_most": "最高 ", "at_least": "最低 ", "estimate": "约 "}
UNIT = {
    "CNY": "元",
    "CNY/month": "元/月",
    "CNY/day": "元/天",
    "percent": "%",
    "days": "天",
    "months": "个月",
    "times": "次",
    "people": "人",
}
# How a window stands, by the clock that it is of; what the window is called stands in policies/wordings.yml.
WINDOW = {
    "application": {"not_yet": "未开始", "open": "受理中", "closed": "已截止"},
    "event": {"not_yet": "未开始", "open": "期间内", "closed": "已过期间"},
    "payout": {"not_yet": "未开始", "open": "发放中", "closed": "已停发"},
    "rule": {"not_yet": "未施行", "open": "执行中", "closed": "已到期"},
}
REFERRED_MARK = "另有规定"
_MARKS = {True: "符合", False: "不符合", None: "待定"}
_NO_SPACE = frozenset({"percent"})


def reason_mark(reason: dict[str, Any]) -> str:
    """Whether a condition holds, in a word."""
    return REFERRED_MARK if reason["referred_to"] else _MARKS[reason["holds"]]


def amount_words(amount: dict[str, Any]) -> str:
    """The figure of an amount as people read it: `最高 1,234.50 元`, or a dash where a standard outside the notice is missing."""
    if amount["value"] is None:
        return "—"
    space = "" if amount["unit"] in _NO_SPACE else " "
    return f"{QUALIFIER[amount['qualifier']]}{Decimal(amount['value']):,f}{space}{UNIT[amount['unit']]}"
