"""A short message read as the answer to what was just asked: yes/no, a choice, a figure, a date, a place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from koujing.knowledge.facts import Fact, FactType, FactValueError
from koujing.text.amounts import find_money, find_percents
from koujing.text.dates import find_dates
from koujing.text.dialogue import DialogueWords
from koujing.text.durations import find_durations
from koujing.text.fact_values import Reading, nearest_year
from koujing.text.figures import find_figures
from koujing.text.numerals import find_numbers
from koujing.text.spans import Span

__all__ = ["answer_to", "figure_told", "names_place", "option_of", "speaks_of"]

# What may stand beside the name of a place in an answer: 我在葫芦岛这边.
_LONGEST_BESIDE_PLACE = 8
_EDGE = " 。,，.!！~、"
# The words of a unit, and the units that they may mean.
_UNITS = (
    (re.compile(r"人|个职工|个员工|口|号|位|名"), {"人"}),
    (re.compile(r"[%％]|百分|个点|成"), {"percent"}),
    (re.compile(r"元|块|万|钱|w", re.IGNORECASE), {"元"}),
    (re.compile(r"周岁|岁"), {"周岁"}),
    (re.compile(r"月|年|天|日|号|礼拜|周"), {"个月", "date", "month", "年"}),
    (re.compile(r"次|回|趟"), {"次"}),
)


def answer_to(kind: FactType, text: str, on: dt.date, words: DialogueWords) -> Fact | None:
    """The fact that a message tells as answer to what was just asked, or None where it is no plain answer.

    A figure said only approximately is a fact not confirmed, with its bounds.
    """
    text = text.strip(_EDGE)
    if not words.short(text) or words.asks(text):
        return None
    if kind.type == "yes_no":
        agreed = words.yes_or_no(text)
        return None if agreed is None else Fact(agreed)
    if kind.type == "choice":
        option = option_of([{"value": id, "label": label} for id, label in kind.options.items()], text)
        return None if option is None else Fact(option["value"])
    found = _meant(_figures(kind)(text, on)) if kind.type != "money" or speaks_of(kind, text) else []
    if len(found) != 1:
        none = words.yes_or_no(text) is False and kind.minimum == 0 and not found
        return Fact(kind.parse(0)) if none else None
    return _figure(kind, found[0])


def figure_told(kind: FactType, text: str, on: dt.date) -> Fact | None:
    """The one exact figure of a text, in words of any length, as a value of a fact; None where there are several or none."""
    spans = find_figures(text, on)
    if kind.type == "number" and kind.unit == "年":
        years = {span.value.year for span in spans if isinstance(span.value, dt.date) and span.year_said}
        return Fact(kind.parse(years.pop())) if len(years) == 1 else None
    sort = "date" if kind.type == "month" else kind.type
    found = _meant([span for span in spans if span.kind == sort and not span.approximate])
    fact = _figure(kind, found[0]) if len(found) == 1 else None
    if fact is None or kind.default is None or not isinstance(fact.value, dt.date):
        return fact
    near = nearest_year(Reading(fact.value.isoformat()), found[0], on)
    return replace(fact, value=kind.parse(near.value))


def speaks_of(kind: FactType, text: str) -> bool:
    """Whether the unit named in a text, if any, may be that of a fact: 32人 is no duration."""
    own = {kind.unit, kind.type}
    named = [units for pattern, units in _UNITS if pattern.search(text)]
    return not named or any(units & own for units in named)


def option_of(options: Sequence[Mapping[str, Any]], text: str) -> Mapping[str, Any] | None:
    """The option that a text names: by value or label, else the one whose label shares most with it; None if unclear."""
    text = text.strip(_EDGE)
    named = [option for option in options if text and text in (option["value"], option["label"])]
    if named:
        return named[0]
    shared = [(_shared(text, option["label"]), option) for option in options]
    most = max((length for length, _ in shared), default=0)
    longest = [option for length, option in shared if length and length == most]
    return longest[0] if len(longest) == 1 else None


def names_place(text: str, surfaces: Iterable[str], words: DialogueWords) -> bool:
    """Whether a message does little more than name places: the answer to where."""
    for surface in sorted(surfaces, key=len, reverse=True):
        text = text.replace(surface, "", 1)
    rest = re.sub(r"[^\w]", "", text).removesuffix("呢").removesuffix("吧")
    return len(rest) <= _LONGEST_BESIDE_PLACE and not words.asks(rest)


def _shared(text: str, label: str) -> int:
    """How much of a label a text names: all of the text, or the longest part of the label that stands in it."""
    parts = [part for part in re.split(r"[（）、/]|或", label) if part and part in text]
    return len(text) if text in label else max(map(len, parts), default=0)


def _meant(found: list[Span]) -> list[Span]:
    """One figure told twice, or told exactly beside what is only about so much: 头一回，就这一次; 四年多，四年零两个月."""
    exact = [span for span in found if not span.approximate]
    return exact[:1] if exact and len({span.value for span in exact}) == 1 else found


def _figure(kind: FactType, span: Span) -> Fact | None:
    exact = not span.approximate or (kind.type == "month" and span.precision == "month" and span.year_said)
    try:
        value = kind.parse(_plain(span.value))
        if exact:
            return Fact(value)
        if span.low is None or span.high is None:
            return Fact(value, span.said, confirmed=False)
        return Fact(value, span.said, False, kind.parse(_plain(span.low)), kind.parse(_plain(span.high)))
    except FactValueError:
        return None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


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
