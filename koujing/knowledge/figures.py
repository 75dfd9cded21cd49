"""Figures in words: numbers, dates and durations as the answers write them, and their recognition in a text."""

from __future__ import annotations

import datetime as dt
import math
import re
from fractions import Fraction

__all__ = ["date_words", "decimal_text", "months_words", "number_words", "typed_figures"]

_PLACES = 2


def decimal_text(number: Fraction, places: int = _PLACES, mode: str = "half_up") -> str:
    """A number as a plain decimal without trailing zeros, rounded to `places` by `mode` (`down` or `half_up`)."""
    shifted = abs(number) * 10**places
    units = math.floor(shifted if mode == "down" else shifted + Fraction(1, 2))
    whole, rest = divmod(units, 10**places)
    text = f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"-{text}" if number < 0 and units else text


def number_words(number: Fraction) -> str:
    """A number as people write it: at most two decimals, no trailing zeros."""
    return decimal_text(number)


def date_words(day: dt.date) -> str:
    """2021年12月31日."""
    return f"{day.year}年{day.month}月{day.day}日"


def months_words(months: Fraction) -> str:
    """A duration in months, in years where it is whole years: 1年, 15个月."""
    if months and months % 12 == 0:
        return f"{number_words(months / 12)}年"
    return f"{number_words(months)}个月"


_REFERENCE = re.compile(
    r"〔\d{4}〕\s*\d+号|\[\d{4}\]\s*\d+号|\d{4}年第?\d+号|1\s*[+＋]\s*X|附件\s*\d+|第\s*\d+\s*[项条]|a\d(?:\.\d+)*"
    r"|(?<![\d.,])(?:12345|12333|12348|12366|12393|12329|12315|96110|110|120|12356)(?![\d%％元人名万倍次个周岁年月日天]|[.,]\d)"
)
_FIGURE = re.compile(
    r"\d+(?:[.,/]\d+)*\s*[%％]?|[一二两三四五六七八九十百千万]+(?:个月|年|元|倍|次(?!性)|日|天|％|成|个工作日|人|名|周?岁|小时|分之[一二三四五六七八九十百千万]+)"
)


def typed_figures(text: str) -> list[str]:
    """Figures typed by hand in a wording: digits and numerals with a unit; document, clause and telephone numbers are none."""
    return [match.group().strip() for match in _FIGURE.finditer(_REFERENCE.sub("", text))]
