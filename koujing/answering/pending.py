"""A short message read as the answer to the question just asked: yes/no, a choice, a figure, a date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from koujing.knowledge.facts import FactType, FactValueError, Value
from koujing.text.amounts import find_money, find_percents
from koujing.text.dates import find_dates
from koujing.text.durations import find_durations
from koujing.text.numerals import find_numbers
from koujing.text.spans import Span

__all__ = ["answer_to"]

_LONGEST = 24
_NO = re.compile(r"^(?:不|没|否|冇|唔|無|非)|不是|没有|没交|没参")
_YES = re.compile(r"^(?:是|对|有|嗯|恩|好|要|能|可以|符合|参加|交|系|yes|ok)", re.IGNORECASE)
_ASKING = re.compile(r"[吗呢?？]|什么|怎么|多少|哪|能不能|为什么|咋|点样")


def answer_to(kind: FactType, text: str, on: dt.date) -> Value | None:
    """The value that a message gives for a fact just asked for, or None where it is no plain answer to it."""
    text = text.strip(" 。,，.!！~")
    if not text or len(text) > _LONGEST or _ASKING.search(text):
        return None
    if kind.type == "yes_no":
        return False if _NO.search(text) else True if _YES.search(text) else None
    if kind.type == "choice":
        return _choice(kind, text)
    found = _figures(kind)(text, on)
    if len(found) != 1 or found[0].approximate:
        return None
    value = found[0].value
    try:
        return kind.parse(value.isoformat() if isinstance(value, dt.date) else value)
    except FactValueError:
        return None


def _choice(kind: FactType, text: str) -> str | None:
    matches = [
        option for option, label in kind.options.items()
        if text in label or any(part and part in text for part in re.split(r"[（）、/]|或", label))
    ]  # fmt: skip
    return matches[0] if len(matches) == 1 else None


def _figures(kind: FactType) -> Callable[[str, dt.date], list[Span]]:
    if kind.type in ("date", "month"):
        return find_dates
    if kind.type == "duration":
        return lambda text, _: find_durations(text) or find_numbers(text)
    if kind.type == "percent":
        return lambda text, _: find_percents(text) or find_numbers(text)
    if kind.type == "money":
        return lambda text, _: find_money(text) or find_numbers(text)
    return lambda text, _: find_numbers(text)
