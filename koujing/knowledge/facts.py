"""Facts (事实): the types of what is known about the asker, and values parsed from plain data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any

from koujing.knowledge.changing import FactChange, build_change, change_errors
from koujing.knowledge.errors import KnowledgeError, PolicyFileError
from koujing.knowledge.figures import date_words, months_words, number_words
from koujing.knowledge.schemas import validate
from koujing.knowledge.yaml_lines import Document, read_document

__all__ = ["SHARED", "Fact", "FactType", "FactValueError", "Value", "load_facts"]

Value = bool | str | Fraction | dt.date

# A longer or finer numeral is no figure of anyone's, and would only cost time to hold exactly.
_LONGEST_NUMERAL = 40
_MOST_PLACES = 40


class FactValueError(KnowledgeError):
    """A value given for a fact does not fit its type; `fact` is the id, the message says what fits."""

    def __init__(self, fact: str, message: str) -> None:
        self.fact = fact
        super().__init__(message)


@dataclass(frozen=True)
class Derivation:
    """How a fact is computed from others: an operation of `rules.derive` and its inputs."""

    op: str
    of: tuple[str, ...]


@dataclass(frozen=True)
class Implication:
    """A fact that follows from another: when that one is `true`, `false`, `positive` or this option, this one is `value`."""

    fact: str
    when: str
    value: bool | str

    def holds_of(self, told: Fact) -> bool:
        """Whether a fact as told entails the other one; of an approximate number its lower bound may."""
        if self.when == "positive":
            least = told.value if told.confirmed else told.low
            return isinstance(least, Fraction) and least > 0
        said = str(told.value).lower() if isinstance(told.value, bool) else told.value
        return told.confirmed and said == self.when


SHARED = frozenset({"agreement", "place"})
"""What is told of these holds whoever of those concerned is spoken of."""


@dataclass(frozen=True)
class FactType:
    """One kind of fact. `type` is choice, yes_no, number, percent, money (元), date, month (YYYY-MM) or duration (months).

    An answer that `beside` matches tells something else than what was asked (我没领过, asked whether one is entitled).
    The same words may tell `alike` and answer this one (都没工作, of all; 农村户口, of a rural trainee).
    `of` tells of whom it is told: a person, a unit, an agreement (whichever of its sides is spoken of), a place, a
    family, or none.
    """

    id: str
    label: str
    type: str
    of: str = "person"
    unit: str = ""
    question: str = ""
    why: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    minimum: Fraction | None = None
    estimate: str | None = None
    stands_for: str | None = None
    confirm: str | None = None
    beside: str | None = None
    alike: str | None = None
    derived: Derivation | None = None
    implied_by: tuple[Implication, ...] = ()
    changes: FactChange | None = None

    @property
    def shared(self) -> bool:
        """Whether it holds whoever of those concerned is spoken of."""
        return self.of in SHARED

    def parse(self, raw: Any) -> Value:
        """A value of this type from plain data (JSON or YAML).

        Numbers may be numbers or numerals in strings, dates ISO strings, durations months or 1年3个月.

        Raises:
            FactValueError: the value does not fit.
        """
        if self.type == "yes_no":
            return self._yes_no(raw)
        if self.type == "choice":
            return self._choice(raw)
        if self.type == "date":
            return self._date(raw)
        if self.type == "month":
            return self._month(raw)
        if isinstance(raw, str) and len(raw) > _LONGEST_NUMERAL:
            raise self._misfit(f"{raw[:_LONGEST_NUMERAL]}…", "数字")
        number = self._duration(raw) if self.type == "duration" else self._number(raw)
        if self.minimum is not None and number < self.minimum:
            raise self._misfit(raw, f"不小于{self.minimum}的数")
        return number

    def words(self, value: Value) -> str:
        """The value as people read it, with its unit."""
        if isinstance(value, bool):
            return self.says.get("yes" if value else "no", ("是" if value else "不是") + self.label)
        if isinstance(value, str):
            return self.options.get(value, value)
        if isinstance(value, dt.date):
            return date_words(value) if self.type == "date" else f"{value.year}年{value.month}月"
        if self.type == "duration":
            return months_words(value)
        if self.type == "percent":
            return f"{number_words(value)}％"
        return f"{number_words(value)}{self.unit}"

    def _misfit(self, raw: Any, fits: str) -> FactValueError:
        return FactValueError(self.id, f"事实“{self.id}”（{self.label}）的值“{raw}”不合：应为{fits}")

    def _yes_no(self, raw: Any) -> bool:
        known = {"true": True, "false": False, "是": True, "否": False, "yes": True, "no": False}
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, str) and raw.strip().lower() in known:
            return known[raw.strip().lower()]
        raise self._misfit(raw, "true 或 false")

    def _choice(self, raw: Any) -> str:
        if isinstance(raw, str) and raw in self.options:
            return raw
        for option, label in self.options.items():
            if raw == label:
                return option
        close = get_close_matches(str(raw), list(self.options), 1)
        raise self._misfit(raw, "、".join(self.options) + (f"（是否指 {close[0]}？）" if close else ""))

    def _date(self, raw: Any) -> dt.date:
        if isinstance(raw, dt.datetime):
            return raw.date()
        if isinstance(raw, dt.date):
            return raw
        if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw):
            try:
                return dt.date.fromisoformat(raw)
            except ValueError:
                pass
        raise self._misfit(raw, "真实的日期，如 2021-12-31")

    def _month(self, raw: Any) -> dt.date:
        if isinstance(raw, dt.date):
            return raw.replace(day=1)
        if isinstance(raw, str) and (match := re.fullmatch(r"(\d{4})-(\d{2})(?:-\d{2})?", raw)):
            try:
                return dt.date(int(match[1]), int(match[2]), 1)
            except ValueError:
                pass
        raise self._misfit(raw, "年月，如 1966-10")

    def _number(self, raw: Any) -> Fraction:
        if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal | Fraction):
            raise self._misfit(raw, "数字")
        try:
            if isinstance(raw, Fraction):
                return raw
            if isinstance(raw, str) and re.fullmatch(r"\d+/[1-9]\d*", raw):
                return Fraction(raw)
            plain = str(raw).replace(",", "")
            number = Decimal(plain.rstrip("%％") if self.type == "percent" else plain)
            if not number.is_finite() or abs(number) > Decimal("1e15") or number.adjusted() < -_MOST_PLACES:
                raise self._misfit(raw, "数字")
            return Fraction(number)
        except InvalidOperation as error:
            raise self._misfit(raw, "数字") from error

    def _duration(self, raw: Any) -> Fraction:
        if isinstance(raw, str):
            match = re.fullmatch(r"(?:(\d+(?:\.\d+)?)年)?(?:(\d+(?:\.\d+)?)个?月)?", raw)
            if match and (match[1] or match[2]):
                return Fraction(match[1] or 0) * 12 + Fraction(match[2] or 0)
        return self._number(raw)


@dataclass(frozen=True)
class Fact:
    """A fact as understood: the value, the words it was said in, and whether it may decide (`confirmed`).

    A fact said only approximately (二十来个人) is not confirmed; `low` and `high` bound it where that is known.
    """

    value: Value
    said: str | None = None
    confirmed: bool = True
    low: Value | None = None
    high: Value | None = None


def load_facts(path: Path) -> tuple[dict[str, FactType], Document]:
    """Read `policies/facts.yml`.

    Raises:
        PolicyFileError: it does not fit the schema, or a fact names an unknown one.
    """
    document = read_document(path)
    validate(document, "facts")
    facts: dict[str, FactType] = {}
    for fact, entry in document.data["facts"].items():
        derived = entry.get("derived")
        facts[fact] = FactType(
            id=fact,
            **{
                **entry,
                "minimum": Fraction(str(entry["minimum"])) if "minimum" in entry else None,
                "derived": Derivation(derived["op"], tuple(derived["of"])) if derived else None,
                "implied_by": tuple(Implication(**entry) for entry in entry.get("implied_by", ())),
                "changes": build_change(entry["changes"]) if "changes" in entry else None,
            },
        )
    for fact, kind in facts.items():
        named = [
            *(kind.derived.of if kind.derived else ()),
            *(name for name in (kind.stands_for, kind.alike) if name),
            *(implication.fact for implication in kind.implied_by),
            *(name for _, name in (kind.changes.named if kind.changes else ())),
        ]
        for other in named:
            if other not in facts:
                close = get_close_matches(other, list(facts), 1)
                how = f"是否指“{close[0]}”？" if close else "先在本文件里定义它"
                raise document.error(("facts", fact), f"事实“{fact}”提到没有定义的“{other}”", "推算或代替会落空", how)
        if kind.type == "choice" and not kind.options:
            raise document.error(("facts", fact), f"选择型事实“{fact}”没有 options", "无从选择", "列出 options")
    for fact in facts:
        if fact in _derived_from(fact, facts):
            raise document.error(("facts", fact), f"事实“{fact}”由它自己推算", "永远算不出来", "改 derived 的 of")
    for error in (*_implication_errors(facts, document), *change_errors(facts, document)):
        raise error
    return facts, document


def _implication_errors(facts: Mapping[str, FactType], document: Document) -> Iterator[PolicyFileError]:
    """Of every `implied_by` whose `when` its fact never is, or whose value this one never has."""
    for fact, kind in facts.items():
        for rule in kind.implied_by:
            giving = facts[rule.fact]
            cases = {"yes_no": ("true", "false"), "choice": tuple(giving.options)}.get(giving.type, ("positive",))
            if rule.when not in cases:
                what, how = f"implied_by 的 when“{rule.when}”", f"写成其中之一：{'、'.join(cases)}"
                yield document.error(("facts", fact), f"事实“{fact}”{what}", f"“{rule.fact}”不会是这样，推不出来", how)
            try:
                kind.parse(rule.value)
            except FactValueError as error:
                yield document.error(
                    ("facts", fact), f"事实“{fact}”implied_by 的 value 不是它的值", str(error), "改 value"
                )


def _derived_from(fact: str, facts: Mapping[str, FactType]) -> set[str]:
    """Every fact that goes into a derived one, however far back."""
    found: set[str] = set()
    open_facts = [fact]
    while open_facts:
        derived = facts[open_facts.pop()].derived
        new = set(derived.of) - found if derived else set()
        found |= new
        open_facts += new
    return found
