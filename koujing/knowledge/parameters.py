"""Parameters (参数): one figure, date or ratio of a provision, with clause and exact quote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from koujing.knowledge.figures import date_words, months_words, number_words

__all__ = ["Parameter", "build"]

_UNITS = {
    "people": "人", "CNY": "元", "CNY/month": "元", "times": "次", "days": "日", "working_days": "个工作日",
    "multiple": "倍", "ratio": "", "age": "周岁", "years": "年",
}  # fmt: skip


@dataclass(frozen=True)
class Parameter:
    """A figure in force from `since` until `until` (null: open). Durations (`years`, `months`) are held in months."""

    id: str
    label: str
    value: Fraction | dt.date
    unit: str
    say: str | None
    since: dt.date | None
    until: dt.date | None
    clause: str
    quote: str

    def words(self) -> str:
        """The figure as the answers write it, with its unit."""
        if self.say is not None:
            return self.say
        if isinstance(self.value, dt.date):
            return date_words(self.value)
        if self.unit in ("months", "years"):
            return months_words(self.value)
        if self.unit == "percent":
            return f"{number_words(self.value)}％"
        if self.unit == "ratio":
            return str(self.value)
        return f"{number_words(self.value)}{_UNITS[self.unit]}"

    def in_force(self, on: dt.date) -> bool:
        """Whether the figure holds on a day, both ends included."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


def build(id: str, data: Mapping[str, Any]) -> Parameter:
    """A parameter from its validated YAML.

    Raises:
        ValueError: the value does not fit the unit.
    """
    raw, unit = data["value"], data["unit"]
    if (unit == "date") != isinstance(raw, dt.date):
        raise ValueError("日期参数的 unit 写 date，值写 2021-12-31 这样的日期；其他单位的值写数字")
    value: Fraction | dt.date = raw if isinstance(raw, dt.date) else Fraction(str(raw))
    if unit == "years" and isinstance(value, Fraction):
        value *= 12
    return Parameter(
        id, data["label"], value, unit, data.get("say"), data.get("from"), data.get("until"),
        data["clause"], data["quote"],
    )  # fmt: skip
