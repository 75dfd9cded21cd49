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

_SPOKEN = ("text", "plain", "closed", "no", "eligible", "ineligible", "say", "note", "title")
_BUILT_IN = {"amount"}


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
            if kind.type not in ("yes_no", "choice"):
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
            if kind.type in ("yes_no", "choice", "date", "month"):
                yield self.error(place, f"运算 {op} 用在“{kind.label}”上", "只有数字可比", "换运算")
        elif parameter is None:
            yield self.error(
                place, f"运算 {op} 没有 parameter", "数字只能来自参数", "在 parameters 里写出处，再引用它的名"
            )
        else:
            dated = isinstance(parameter.value, dt.date)
            by_date = op in ("before", "on_or_before", "after", "on_or_after", "after_day_undecided")
            if dated != by_date or dated != (kind.type == "date"):
                yield self.error(
                    place,
                    f"运算 {op}、事实“{kind.label}”和参数“{parameter.label}”类型不一致",
                    "无法比较",
                    "日期配日期运算，数字配数字运算",
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
