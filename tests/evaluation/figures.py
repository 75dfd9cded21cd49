"""Figures of a text made comparable, and those that a reply may say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from koujing.knowledge.base import Knowledge
from koujing.knowledge.figures import date_words, typed_figures
from koujing.knowledge.parameters import Parameter
from koujing.text.numerals import parse_numeral

__all__ = ["figures_in", "figures_of_region", "figures_of_reply", "figures_of_value", "unsupported"]

_ISO_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?(?!\d)")
# 一次性 is a word, not a count.
_NO_FIGURES = re.compile(r"一次性")
_MYRIADS = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*万")
_NUMERALS = re.compile(r"[一二两三四五六七八九十百千万]+")
_PLACES = range(1, 5)


def figures_in(text: str) -> set[str]:
    """The figures of a text, numerals and dates as digits; a percentage keeps its sign: {"60%", "2021", "12", "31"}."""
    plain = _ISO_DATE.sub(_date_in_words, _NO_FIGURES.sub("", text.replace("％", "%")))
    plain = _MYRIADS.sub(lambda match: _plain(Decimal(match[1].replace(",", "")) * 10_000), plain)
    return {_comparable(figure) for figure in typed_figures(plain)}


def figures_of_value(value: Any, unit: str | None = None) -> set[str]:
    """The ways in which a value may be said: rounded or cut to some decimals, as a percentage where it is one."""
    if value is None or isinstance(value, bool):
        return set()
    if isinstance(value, dt.date):
        return figures_in(date_words(value))
    if isinstance(value, Fraction):
        number = Decimal(value.numerator) / Decimal(value.denominator)
    else:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return figures_in(str(value))
    said = {
        _plain(number.quantize(Decimal(1).scaleb(-places), rounding=rounding))
        for places in _PLACES
        for rounding in (ROUND_HALF_UP, ROUND_DOWN)
    }
    return {f"{figure}%" for figure in said} if unit == "percent" else said


def figures_of_reply(reply: Mapping[str, Any]) -> set[str]:
    """What a reply itself proves: quotes, facts, values of its reasons, amounts, changes, windows, telephone numbers."""
    found: set[str] = set()
    for text in _proofs(reply):
        found |= figures_in(text)
    for entry in reply["facts"].values():
        found |= _of_fact(entry)
    for reason in reply["reasons"]:
        found |= figures_of_value(reason["value"]) | figures_of_value(reason["value"], "percent")
    for amount in reply["amounts"]:
        found |= figures_of_value(amount["value"], amount["unit"]) | figures_in(amount["formula"])
    for change in reply["changes"]:
        found |= figures_in(change["text"]) | figures_of_value(change["earliest"])
    return found


def figures_of_region(knowledge: Knowledge, regions: Iterable[str]) -> set[str]:
    """The parameters of the policy files of some regions, and the dates and names of what they rest on."""
    wanted = set(regions)
    found: set[str] = set()
    for provision in knowledge.provisions.values():
        if provision.region in wanted:
            for parameter in provision.parameters.values():
                found |= _of_parameter(parameter)
    for notice in knowledge.notices.values():
        if notice.region in wanted:
            found |= figures_of_value(notice.issued) | figures_of_value(notice.effective) | figures_in(notice.title)
    return found


def unsupported(text: str, allowed: set[str] | frozenset[str]) -> list[str]:
    """The figures of a text that nothing allows."""
    return sorted(figures_in(text) - allowed)


def _proofs(reply: Mapping[str, Any]) -> Iterator[str]:
    for citation in reply["citations"]:
        yield citation["quote"]
    for window in reply["windows"]:
        yield from (date for date in (window["opens"], window["closes"]) if date)
    for contact in reply["contacts"]:
        yield contact["phone"] or ""


def _of_fact(entry: Any) -> set[str]:
    if not isinstance(entry, Mapping):
        return figures_of_value(entry) | figures_of_value(entry, "percent")
    value = entry.get("value")
    said = figures_in(str(entry.get("said") or ""))
    return said | figures_of_value(value) | figures_of_value(value, "percent")


def _of_parameter(parameter: Parameter) -> set[str]:
    return (
        figures_in(parameter.words()) | figures_in(parameter.quote) | figures_of_value(parameter.value, parameter.unit)
    )


def _date_in_words(match: re.Match[str]) -> str:
    year, month, day = match.groups()
    return f"{year}年{month}月" + (f"{day}日" if day else "")


def _comparable(figure: str) -> str:
    numeral = _NUMERALS.match(figure)
    if numeral:
        number = parse_numeral(numeral.group())
        return figure if number is None else _plain(Decimal(number.numerator) / Decimal(number.denominator))
    sign = "%" if figure.endswith("%") else ""
    bare = figure.removesuffix("%").strip().replace(",", "")
    try:
        return _plain(Decimal(bare)) + sign
    except InvalidOperation:
        return bare + sign


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
