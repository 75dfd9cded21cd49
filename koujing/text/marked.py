"""Sentences in which the places are marked where a fact is stated: `我们公司[28个人](company_headcount)`.

The marks are those of Rasa's training data. A mark with a value (`[一直没断过](unit_insured=true)`) says what its words
mean; one without stands on a figure, which is the value. Several facts of one place are parted by semicolons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Mark", "MarkError", "Marked", "parse_marked"]

_MARK = re.compile(r"\[([^\[\]]+)\]\(([^()]*)\)")
_STRAY = re.compile(r"[\[\]]")


class MarkError(ValueError):
    """A mark that cannot be read; the message names it."""


@dataclass(frozen=True)
class Mark:
    """That `fact` is stated at a stretch of the text; `value` is as written, None where a figure there is the value."""

    start: int
    end: int
    fact: str
    value: str | None


@dataclass(frozen=True)
class Marked:
    """A text without its marks, and the marks; `asked` is the fact that it answers a question about, empty for none."""

    text: str
    marks: tuple[Mark, ...]
    asked: str = ""


def parse_marked(line: str, plain: Callable[[str], str] = str) -> Marked:
    """A line with its marks taken out; `plain` (normalisation, say) is applied to each piece of text by itself.

    Raises:
        MarkError: a bracket is left over, or a mark names no fact.
    """
    text, at, marks = "", 0, []
    for match in _MARK.finditer(line):
        text += plain(_clean(line[at : match.start()], line))
        start = len(text)
        text += plain(match[1])
        marks += [Mark(start, len(text), fact, value) for fact, value in _meant(match[2], line)]
        at = match.end()
    return Marked(text + plain(_clean(line[at:], line)), tuple(marks))


def _clean(piece: str, line: str) -> str:
    if _STRAY.search(piece):
        raise MarkError(f"方括号没有成对，或标注里还有标注：{line}")
    return piece


def _meant(inside: str, line: str) -> Iterator[tuple[str, str | None]]:
    for part in inside.split(";"):
        fact, _, value = (each.strip() for each in part.partition("="))
        if not re.fullmatch(r"[a-z0-9_]+", fact):
            raise MarkError(f"“({inside})”里没有事实的名字：{line}")
        yield fact, value or None
