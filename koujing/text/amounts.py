"""Percents (百分之六, 6个点, 6.5%, 四成) and sums of money (5万元, 3,200块)."""

from __future__ import annotations

import re
from fractions import Fraction

from koujing.text.numerals import NUMERAL, find_numbers, is_hedged, parse_numeral
from koujing.text.spans import Kind, Span

__all__ = ["find_money", "find_percents"]

_PERCENT = re.compile(
    rf"(?P<share>[一二三四五六七八九两十]|\d+)分之(?P<part>{NUMERAL})"
    rf"|百分之(?P<said>{NUMERAL}(?:点[零〇一二三四五六七八九]+)?)"
    rf"|(?P<sign>{NUMERAL})(?:%|个(?:百分)?点)"
    r"|(?P<tenths>[一二三四五六七八九两]|[1-9])成"
    r"|(?P<top>[1-9])/(?P<bottom>[2-9])(?![\d/])"
)
_TOGETHER = re.compile(r"[加在合放凑]一块|一块儿")
_MONEY_UNIT = re.compile(r"^(?:多|来)?(?:元|块钱?|圆|蚊|文鸡)")
# 18640块5, 三块五: tenths of the unit.
_TENTHS = re.compile(
    r"^块(?P<tenths>[1-9一二三四五六七八九])(?![\d.一二三四五六七八九十百千万个人名块多来几]|月|年|天)"
)


def find_percents(text: str) -> list[Span]:
    """Every percent; a fraction such as 三分之一 counts as its percent (100/3)."""
    spans = []
    for match in _PERCENT.finditer(text):
        value = _percent(match)
        if value is not None:
            rough = is_hedged(text, match.start(), match.end())
            spans.append(Span(match.start(), match.end(), "percent", value, match[0], rough))
    return spans


def _percent(match: re.Match[str]) -> Fraction | None:
    if match["share"]:
        bottom, top = parse_numeral(match["share"]), parse_numeral(match["part"])
        return 100 * top / bottom if bottom and top is not None else None
    if match["top"]:
        return 100 * Fraction(int(match["top"]), int(match["bottom"]))
    if match["tenths"]:
        tenths = parse_numeral(match["tenths"])
        return tenths * 10 if tenths is not None else None
    if match["sign"]:
        return parse_numeral(match["sign"])
    whole, _, decimals = match["said"].partition("点")
    value = parse_numeral(whole)
    if value is None or not decimals:
        return value
    digits = parse_numeral("零" + decimals)
    return None if digits is None else value + digits / 10 ** len(decimals)


def find_money(text: str) -> list[Span]:
    """Every sum said with its unit; a bare number is left to `find_numbers`."""
    spans = []
    kind: Kind = "money"
    for number in find_numbers(text):
        unit = _MONEY_UNIT.match(text[number.end : number.end + 4])
        if unit and not _TOGETHER.search(text[max(0, number.start - 1) : number.end + 2]):
            end, value = number.end + unit.end(), number.value
            tenths = _TENTHS.match(text[number.end :])
            if tenths and isinstance(value, Fraction):
                end, value = number.end + tenths.end(), value + (parse_numeral(tenths["tenths"]) or Fraction(0)) / 10
            rough = number.approximate or unit[0][0] in "多来"
            spans.append(Span(number.start, end, kind, value, text[number.start : end], rough, number.low, number.high))
    return spans
