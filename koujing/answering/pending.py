"""A short message read as the answer to the question just asked: yes/no, a choice, a figure, a date, a place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable

from koujing.knowledge.facts import FactType, FactValueError, Value
from koujing.text.amounts import find_money, find_percents
from koujing.text.dates import find_dates
from koujing.text.durations import find_durations
from koujing.text.numerals import find_numbers
from koujing.text.spans import Span

__all__ = ["answer_to", "asks", "names_place", "yes_or_no"]

_LONGEST = 24
# What may stand beside the name of a place in an answer: 我在葫芦岛这边.
_LONGEST_BESIDE_PLACE = 8
# 不知道 is no no, and 好像是 no yes: unknown never becomes either.
_UNSURE = re.compile(r"知道|清楚|确定|记得|记不|不懂|不明白|好像|可能|大概|也许|应该|不一定|对不起|不好意思|随便|唔知")
_AGREED = re.compile(r"^(?:没错|没问题|不错)")
_NO = re.compile(r"^(?:不|没|否|冇|唔|無|非)|不是|没有|没交|没参")
_YES = re.compile(r"^(?:是|对|有|嗯|恩|好|要|能|可以|符合|参加|交|系|yes|ok)", re.IGNORECASE)
_ASKING = re.compile(r"吗|么$|呢|[?？]|什么|怎么|多少|哪|(.)不\1|有没有|是否|能否|为什么|咋|点样")


def answer_to(kind: FactType, text: str, on: dt.date) -> Value | None:
    """The value that a message gives for a fact just asked for, or None where it is no plain answer to it."""
    text = text.strip(" 。,，.!！~")
    if not text or len(text) > _LONGEST or asks(text):
        return None
    if kind.type == "yes_no":
        return yes_or_no(text)
    if kind.type == "choice":
        return _choice(kind, text)
    found = _figures(kind)(text, on)
    if len(found) != 1 or not _exact(kind, found[0]):
        return None
    value = found[0].value
    try:
        return kind.parse(value.isoformat() if isinstance(value, dt.date) else value)
    except FactValueError:
        return None


def asks(text: str) -> bool:
    """Whether a message asks something, so that it is no mere answer."""
    return bool(_ASKING.search(text))


def yes_or_no(text: str) -> bool | None:
    """What a short message says to a yes/no question; None where it says neither, or is unsure."""
    text = text.strip(" 。,，.!！~")
    if not text or len(text) > _LONGEST or asks(text) or _UNSURE.search(text):
        return None
    if _AGREED.search(text):
        return True
    return False if _NO.search(text) else True if _YES.search(text) else None


def names_place(text: str, surfaces: Iterable[str]) -> bool:
    """Whether a message does little more than name places: the answer to where."""
    for surface in sorted(surfaces, key=len, reverse=True):
        text = text.replace(surface, "", 1)
    rest = re.sub(r"[^\w]", "", text).removesuffix("呢").removesuffix("吧")
    return len(rest) <= _LONGEST_BESIDE_PLACE and not asks(rest)


def _choice(kind: FactType, text: str) -> str | None:
    named = [option for option, label in kind.options.items() if text in (option, label)]
    if named:
        return named[0]
    shared = {option: _shared(text, label) for option, label in kind.options.items()}
    longest = [option for option, length in shared.items() if length and length == max(shared.values())]
    return longest[0] if len(longest) == 1 else None


def _shared(text: str, label: str) -> int:
    """How much of a label a text names: all of the text, or the longest part of the label that stands in it."""
    parts = [part for part in re.split(r"[（）、/]|或", label) if part and part in text]
    return len(text) if text in label else max(map(len, parts), default=0)


def _exact(kind: FactType, span: Span) -> bool:
    """Whether a figure is as exact as the fact needs; a month needs no day."""
    return not span.approximate or (kind.type == "month" and span.precision == "month" and span.year_said)


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
