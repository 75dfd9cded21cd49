"""What one policy file says held against the others: clauses, quotes, parameters, facts, operators, typed figures.

Every mistake is a `PolicyFileError` with file, line, reason and mending, yielded so that all can be shown at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.facts import FactType, FactValueError
from koujing.knowledge.figures import typed_figures
from koujing.knowledge.notices import Clause
from koujing.knowledge.provisions import ASPECTS, Provision
from koujing.knowledge.quotes import contains_quote
from koujing.knowledge.templates import bare, placeholders
from koujing.knowledge.yaml_lines import Document, KeyPath

__all__ = ["reference_errors"]

_SPOKEN = ("text", "plain", "closed", "no", "eligible", "ineligible", "say", "note", "title", "formula", "outside")
_BUILT_IN = {"amount"}
_NUMERIC = ("number", "percent", "money", "duration")


class _Reader:
    def __init__(
        self, provision: Provision, document: Document, clauses: Mapping[str, Clause], facts: Mapping[str, FactType]
    ) -> None:
        self.provision, self.document, self.clauses, self.facts = provision, document, clauses, facts

    def error(self, place: KeyPath, what: str, why: str, how: str) -> PolicyFileError:
        return self.document.error(place, what, why, how)

    def walk(self, node: Any, place: KeyPath) -> Iterator[PolicyFileError]:
        """Every check over the raw tree below a place."""
        if isinstance(node, dict):
            yield from self._mapping(node, place)
            for key, value in node.items():
                if place == () and key == "cases":
                    continue
                yield from self.walk(value, (*place, key))
        elif isinstance(node, list):
            for index, item in enumerate(node):
                yield from self.walk(item, (*place, index))
        elif isinstance(node, str):
            yield from self._string(node, place)

    def _mapping(self, node: Mapping[str, Any], place: KeyPath) -> Iterator[PolicyFileError]:
        clause = node.get("clause")
        if isinstance(clause, str):
            yield from self._clause(clause, (*place, "clause"))
            quote = node.get("quote")
            if (
                isinstance(quote, str)
                and clause in self.clauses
                and not contains_quote(self.clauses[clause].text, quote)
            ):
                near = self._nearest(quote)
                how = f"照抄条款原文；该句在 {near}" if near else "照抄条款原文（繁简、全半角、空白不计）"
                yield self.error((*place, "quote"), f"引文“{quote}”不在 {clause} 里", "引文必须是原话", how)
        if "op" in node and "fact" in node:
            yield from self._leaf(node, place)
        if "compute" in node:
            yield from self._compute(node["compute"], (*place, "compute"))
        if place[:1] == ("windows",) and len(place) == 2:
            yield from self._clock(node, place)
        for key in ("fact",):
            if key in node and isinstance(node[key], str):
                yield from self._fact(node[key], (*place, key))
        if "window" in node and node["window"] not in self.provision.windows:
            yield self._unknown((*place, "window"), "期限", str(node["window"]), list(self.provision.windows))
        for key in ("opens", "closes", "parameter", "percent"):
            if isinstance(node.get(key), str):
                yield from self._parameter(node[key], (*place, key), date=key in ("opens", "closes"))

    def _nearest(self, quote: str) -> str | None:
        return next((id for id, clause in self.clauses.items() if contains_quote(clause.text, quote)), None)

    def _unknown(self, place: KeyPath, kind: str, name: str, known: Sequence[str]) -> PolicyFileError:
        close = get_close_matches(name, known, 1)
        how = f"是否指“{close[0]}”？" if close else f"可用的有：{'、'.join(known) or '（无）'}"
        return self.error(place, f"{kind}“{name}”不存在", "引用落空", how)

    def _clause(self, clause: str, place: KeyPath) -> Iterator[PolicyFileError]:
        if clause not in self.clauses:
            yield self._unknown(place, "条款", clause, list(self.clauses))

    def _fact(self, fact: str, place: KeyPath) -> Iterator[PolicyFileError]:
        if fact not in self.facts:
            yield self._unknown(place, "事实", fact, list(self.facts))

    def _parameter(self, name: str, place: KeyPath, *, date: bool = False) -> Iterator[PolicyFileError]:
        parameter = self.provision.parameters.get(name)
        if parameter is None:
            yield self._unknown(place, "参数", name, list(self.provision.parameters))
        elif date and not isinstance(parameter.value, dt.date):
            yield self.error(place, f"参数“{name}”不是日期", "期限的起止必须是日期", "换成 unit: date 的参数")

    def _leaf(self, node: Mapping[str, Any], place: KeyPath) -> Iterator[PolicyFileError]:
        kind = self.facts.get(node["fact"])
        if kind is None:
            return
        op, parameter = node["op"], self.provision.parameters.get(node.get("parameter", ""))
        if op in ("is", "is_not", "in", "not_in"):
            if "value" not in node:
                yield self.error(place, f"运算 {op} 没有 value", "没有可比的值", "写上 value: true 或选项")
                return
            if "parameter" in node:
                yield self.error(place, f"运算 {op} 又有 value 又有 parameter", "只会用其中一个", "删去 parameter")
                return
            if (op in ("in", "not_in")) != isinstance(node["value"], list):
                yield self.error(
                    (*place, "value"),
                    f"运算 {op} 的 value 不合",
                    "is、is_not 比一个值，in、not_in 比一列选项",
                    "改运算，或改成 [a, b] 这样的一列",
                )
                return
            if kind.type != "choice" and (kind.type != "yes_no" or op in ("in", "not_in")):
                yield self.error(
                    place,
                    f"运算 {op} 用在“{kind.label}”上",
                    "数字和日期要用参数比较",
                    "改用 at_most、on_or_before 等和 parameter",
                )
                return
            values = node["value"] if isinstance(node["value"], list) else [node["value"]]
            for value in values:
                try:
                    kind.parse(value)
                except FactValueError as error:
                    yield self.error((*place, "value"), f"条件的值“{value}”不合", str(error), "改成该事实的选项")
        elif op in ("positive", "zero"):
            if kind.type not in _NUMERIC:
                yield self.error(place, f"运算 {op} 用在“{kind.label}”上", "只有数字可比", "换运算")
        elif parameter is None:
            if "parameter" in node:  # said where the parameter is looked up
                return
            yield self.error(
                place, f"运算 {op} 没有 parameter", "数字只能来自参数", "在 parameters 里写出处，再引用它的名"
            )
        elif "value" in node:
            yield self.error(place, f"运算 {op} 又有 value 又有 parameter", "只会用 parameter", "删去 value")
        else:
            dated = isinstance(parameter.value, dt.date)
            by_date = op in ("before", "on_or_before", "after", "on_or_after", "after_day_undecided")
            if dated != by_date or kind.type not in (("date",) if dated else _NUMERIC):
                yield self.error(
                    place,
                    f"运算 {op}、事实“{kind.label}”和参数“{parameter.label}”类型不一致",
                    "无法比较",
                    "日期配日期运算，数字配数字运算",
                )

    def _compute(self, node: Mapping[str, Any], place: KeyPath) -> Iterator[PolicyFileError]:
        """An amount is computed from numbers only; names that do not exist are reported elsewhere."""
        ((kind, operand),) = node.items()
        if kind == "product":
            for index, part in enumerate(operand):
                yield from self._compute(part, (*place, kind, index))
        elif kind == "fact":
            fact = self.facts.get(operand)
            if fact is not None and fact.type not in _NUMERIC:
                yield self.error(
                    (*place, kind), f"数额用了不是数字的事实“{fact.label}”", "算不出数额", "换成数字型的事实"
                )
        elif (parameter := self.provision.parameters.get(operand)) is not None:
            if isinstance(parameter.value, dt.date):
                yield self.error((*place, kind), f"数额用了日期参数“{operand}”", "算不出数额", "换成数字参数")
            elif kind == "percent" and parameter.unit != "percent":
                yield self.error(
                    (*place, kind), f"参数“{operand}”的单位不是 percent", "会被除以一百", "改写 parameter，或换参数"
                )

    def _clock(self, node: Mapping[str, Any], place: KeyPath) -> Iterator[PolicyFileError]:
        """A window compares a date; only the asked day and the application have one of their own."""
        fact = self.facts.get(node.get("fact", ""))
        if fact is not None and fact.type != "date":
            yield self.error((*place, "fact"), f"期限的事实“{fact.label}”不是日期", "无法比较", "换成日期型的事实")
        if node["of"] == "event" and "fact" not in node:
            yield self.error(
                place, "of: event 的期限没有 fact", "不知道比哪一天", "写上事件的日期，如 fact: unemployment_date"
            )

    def _string(self, text: str, place: KeyPath) -> Iterator[PolicyFileError]:
        for sort, name in placeholders(text):
            if sort == "fact":
                yield from self._fact(name, place)
            elif name not in _BUILT_IN:
                yield from self._parameter(name, place)
        spoken = (place[-1] in _SPOKEN and place[0] != "parameters") or "points" in place
        if spoken and "cites" not in place and (figures := typed_figures(bare(text))):
            yield self.error(
                place, f"手写的数字“{'、'.join(figures)}”", "口径里的数字只能来自参数，改政策时才不会漏改", "写进 parameters（带条款和原文），这里用 {参数名}"
            )  # fmt: skip


def reference_errors(
    provision: Provision,
    document: Document,
    clauses: Mapping[str, Clause],
    facts: Mapping[str, FactType],
    *,
    supplement: bool,
) -> Iterator[PolicyFileError]:
    """All mistakes of one provision file.

    Args:
        supplement: the provision adds to one of a higher region, so it need not account for every aspect.
    """
    reader = _Reader(provision, document, clauses, facts)
    for index, clause in enumerate(provision.clauses):
        yield from reader._clause(clause, ("clauses", index))
    yield from reader.walk(document.data, ())
    for index, referral in enumerate(provision.referred):
        for rule in referral.rules:
            if rule not in provision.rules:
                yield reader._unknown(("referred", index), "规则", rule, list(provision.rules))
    for name in {**provision.rules, **provision.windows}:
        if not name.replace("_", "").isalnum():
            yield document.error(("rules", name), f"名字“{name}”不合", "只用小写字母、数字、下划线", "改名")
    for index, case in enumerate(provision.cases):
        for fact, raw in case.facts.items():
            place = ("cases", index)
            if fact not in facts:
                yield reader._unknown(place, "事实", fact, list(facts))
                continue
            try:
                facts[fact].parse(raw)
            except FactValueError as error:
                yield document.error(place, f"例子“{case.name}”的事实不合", str(error), "改值")
        if case.rule is not None and case.rule not in provision.rules:
            yield reader._unknown(("cases", index), "规则", case.rule, list(provision.rules))
    both = sorted(set(provision.calibers) & set(provision.silent))
    if both:
        yield document.error(("silent", both[0]), f"方面“{both[0]}”既有口径又列为沉默", "互相矛盾", "只留一处")
    missing = [aspect for aspect in ASPECTS if aspect not in provision.calibers and aspect not in provision.silent]
    if missing and not supplement:
        yield document.error(
            ("calibers",),
            f"方面“{'、'.join(missing)}”没有交代",
            "每个方面要么有口径，要么如实说没有规定",
            "写口径，或列入 silent",
        )
    for aspect, calibers in provision.calibers.items():
        for caliber in calibers:
            for window in caliber.windows:
                if window not in provision.windows:
                    yield reader._unknown(("calibers", aspect, "windows"), "期限", window, list(provision.windows))
    for name, parameter in provision.parameters.items():
        if isinstance(parameter.value, Fraction) and parameter.value < 0:
            yield document.error(("parameters", name), f"参数“{name}”为负", "政策数字没有负数", "改正")
