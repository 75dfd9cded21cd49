"""Numbers as people write and say them: 28, 二十八, 3,200, 5w, 1.5万, 两千三, 俩, 半, 二十来, 三四十.

Used only inside fact reading; a text's own numerals are never rewritten (三支一扶 stays).
"""

from __future__ import annotations

import re
from fractions import Fraction

from koujing.text.spans import Span

__all__ = ["NUMERAL", "find_numbers", "is_hedged", "parse_numeral", "parse_range"]

_DIGITS = {c: i for i, row in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九")) for c in row}
_UNITS = {"十": 10, "百": 100, "千": 1000, "k": 1000, "K": 1000}
_MYRIADS = {"万": 10**4, "w": 10**4, "W": 10**4, "亿": 10**8}
_WORDS = {"俩": Fraction(2), "仨": Fraction(3), "半": Fraction(1, 2), "廿": Fraction(20), "卅": Fraction(30)}

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\d)"  # whole: no way to split a run of digits in two
_CHINESE = "[零〇一二两三四五六七八九十百千]"
_MYRIAD = "[万亿]|[wWkK](?![A-Za-z])"
NUMERAL = rf"(?:(?:{_ARABIC}|{_CHINESE})(?:{_ARABIC}|{_CHINESE}|{_MYRIAD}){{0,16}}|[俩仨廿卅])"
"""A regular expression (no groups) for one numeral, approximate words left out."""

_TOKEN = re.compile(rf"{_ARABIC}|{_CHINESE}|{_MYRIAD}")
_NUMBER = re.compile(
    rf"(?P<few>几)?(?P<core>{NUMERAL})(?:(?P<more>[多来余几](?!少))(?P<scale>[万千百])?)?|(?P<few_tens>几[十百千万])|半(?=[个年天成])|(?<=一)半"
)
_ROUGH_BEFORE = re.compile(r"(?:大概|大约|约|差不多|将近|接近|近|快|可能|估计|好像|大致)(?:是|有|共)?$")
_ROUGH_AFTER = re.compile(r"^(?:个|名|人|号|元|块|岁|年|个月|%){0,2}(?:左右|上下|来往|的样子|吧)")
_NOT_ONE = frozenset("共起直般定样些旦边切律并向概")  # 一共, 一起 …: words, no number
_TEENS = re.compile(r"^(?P<tens>[二三四五六七八九]?十)(?P<ones>[一二三四五六七八][二三四五六七八九])$")
_CONSECUTIVE = re.compile(r"^([一二三四五六七八九两])([二三四五六七八九两])([十百千万])?$")


def parse_numeral(said: str) -> Fraction | None:
    """The value of one numeral without approximate words, or None when it is not one.

    >>> parse_numeral("两千三"), parse_numeral("1.5万")
    (Fraction(2300, 1), Fraction(15000, 1))
    """
    if said in _WORDS:
        return _WORDS[said]
    tokens = _TOKEN.findall(said)
    if not tokens or "".join(tokens) != said:
        return None
    if len(tokens) > 1 and all(token in _DIGITS for token in tokens):
        return Fraction(int("".join(str(_DIGITS[token]) for token in tokens)))
    return _composed(tokens)


def _composed(parts: list[str]) -> Fraction | None:
    total = section = Fraction(0)
    pending: Fraction | None = None
    last_unit, zero_before = 1, False
    for part in parts:
        if part in _MYRIADS:
            if pending is None and not section:
                return None
            section += pending or 0
            total = (
                (total + section) * _MYRIADS[part]
                if total and _MYRIADS[part] > 10**4
                else total + section * _MYRIADS[part]
            )
            section, pending, last_unit, zero_before = Fraction(0), None, _MYRIADS[part], False
        elif part in _UNITS:
            if pending is None and (section or part != "十"):
                return None
            section += (Fraction(1) if pending is None else pending) * _UNITS[part]
            pending, last_unit, zero_before = None, _UNITS[part], False
        else:
            value = Fraction(_DIGITS[part]) if part in _DIGITS else Fraction(part.replace(",", ""))
            if pending is not None and pending != 0:
                return None
            pending, zero_before = value, zero_before or part in "零〇"
    if pending is not None:
        short = last_unit > 10 and not zero_before and 0 < pending < 10 and pending.denominator == 1
        section += pending * last_unit / 10 if short else pending
    return total + section


def parse_range(said: str) -> tuple[Fraction, Fraction] | None:
    """The two ends of 三四, 七八十, 两三千, 十七八; None when it is not such a pair."""
    if teens := _TEENS.match(said):
        tens, ends = parse_numeral(teens["tens"]), parse_range(teens["ones"])
        return (tens + ends[0], tens + ends[1]) if tens is not None and ends else None
    match = _CONSECUTIVE.match(said)
    if not match or _DIGITS[match[2]] != _DIGITS[match[1]] + 1:
        return None
    unit = {None: 1, "十": 10, "百": 100, "千": 1000, "万": 10000}[match[3]]
    return Fraction(_DIGITS[match[1]] * unit), Fraction(_DIGITS[match[2]] * unit)


def find_numbers(text: str) -> list[Span]:
    """Every number of a text, approximate ones (二十来, 十几, 三四十, 约30, 30左右) with their bounds."""
    return [span for match in _NUMBER.finditer(text) if (span := _number(text, match)) is not None]


def _number(text: str, match: re.Match[str]) -> Span | None:
    said, core, more = match[0], match["core"], match["more"]
    if match["few"] or match["few_tens"]:
        return None
    if core is None:
        return Span(match.start(), match.end(), "number", Fraction(1, 2), said)
    if core == "一" and (
        text[match.end() : match.end() + 1] in _NOT_ONE or text[match.end() : match.end() + 2] == "块儿"
    ):
        return None
    if between := parse_range(core):
        return Span(match.start(), match.end(), "number", between[0], said, True, *between)
    value = parse_numeral(core)
    if value is None:
        return None
    if more:
        room = _room(value)
        if more == "几" and not core.endswith(("十", "百", "千", "万")):
            return None
        scale = {"万": 10**4, "千": 1000, "百": 100}.get(match["scale"] or "", 1)
        low, high = value * scale, (value + room) * scale
        return Span(match.start(), match.end(), "number", low, said, True, low, high)
    return Span(match.start(), match.end(), "number", value, said, is_hedged(text, match.start(), match.end()))


def is_hedged(text: str, start: int, end: int) -> bool:
    """Whether the words beside a figure make it a rough one (大概30, 30左右)."""
    return bool(_ROUGH_BEFORE.search(text, max(0, start - 6), start) or _ROUGH_AFTER.search(text[end : end + 6]))


def _room(value: Fraction) -> Fraction:
    """How far 多, 来 or 几 may reach: up to the next step of the last unit (二十多: 9 more; 20多: 9 more)."""
    step = Fraction(1)
    while value and value % (step * 10) == 0 and step < 10**8:
        step *= 10
    return step - 1 if step > 1 else Fraction(1)
