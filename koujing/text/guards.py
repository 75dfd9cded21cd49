"""What keeps words from being a fact: negation, questions about the rule, bounds (30人以下), other years."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from koujing.text.cues import CLAUSE_END, compile_pattern
from koujing.text.figures import Folded
from koujing.text.spans import Span

__all__ = ["Guards"]

_LOOK = 12
_YES_OR_NO = re.compile(r"([一-龥])[没不]\1")  # 办没办, 在不在
_REACH = 3
# 一个月五百二, 一年多少: how much for each.
_EACH = re.compile(r"(?:一|1)(?:个月|年)")
_EACH_BEFORE = re.compile(r"[了过满够着有是]$")
_EACH_AFTER = re.compile(
    r"^(?:就|都|也|能|可以|可|大概|大约|差不多|顶多|最多|到底|是|按|该|得|要){0,2}(?:给|补贴?|发|领|开|拿|返|派|攞|挣|有|标准)?(?:我|你|他|人)?(?:是|了)?"
    r"(?:多少|几多|几(?=[块毛百千万])|[\d.]{3,}|[一二两三四五六七八九](?=[百千万]))"
)
# 满4个月那天就转正: it was reached.
_REACHED = re.compile(
    r"^(?:那天|那时|的时候|时|后)?(?:就|便|公司|单位|我们|他们){0,2}(?:转正|签|正式|留用|录用|稳定就业)"
)
# What may stand between a denial and what it denies (不是省里那个重点帮扶县).
_UNDER = "[^是但却而也都没不、]{0,8}"


class Guards:
    """The guards of the cue file: `negation`, `choice_question`, `asked_before`, `asked_before_not`, `asked_after`,
    `bound_before`, `bound_after`, `rule_after`, `supposed`, `elsewhere`, `kind_asked`,
    `left_open`, `denied_after` and `hedged`, each one expression over the words right before or after; `asking` one over
    the end of a clause, `asking_first` over its beginning, `asking_last` over its last words, `generic` one over the whole of it; `denial` the words that deny what follows them in their clause."""

    def __init__(self, data: Mapping[str, str], macros: Mapping[str, str]) -> None:
        def before(name: str) -> re.Pattern[str]:
            return compile_pattern(f"(?:{data[name]})$", macros, ("guards", name))

        def after(name: str) -> re.Pattern[str]:
            return compile_pattern(f"^(?:{data[name]})", macros, ("guards", name))

        self._negation, self._choice = before("negation"), before("choice_question")
        self._asked_before, self._granted = before("asked_before"), before("asked_before_not")
        self._asked_after = after("asked_after")
        self._supposed, self._elsewhere = before("supposed"), before("elsewhere")
        self._left_open, self._hedged = after("left_open"), before("hedged")
        self._kind_asked, self._asking = after("kind_asked"), before("asking")
        self._asking_first, self._asking_last = after("asking_first"), before("asking_last")
        self._denied_after = after("denied_after")
        self._generic = compile_pattern(data["generic"], macros, ("guards", "generic"))
        self.denial = compile_pattern(data["denial"], macros, ("guards", "denial"))
        self._denied = compile_pattern(f"(?:{data['denial']}){_UNDER}$", macros, ("guards", "denial"))
        self._bound_before, self._bound_after, self._rule_after = (
            before("bound_before"),
            after("bound_after"),
            after("rule_after"),
        )

    @staticmethod
    def clause_start(text: str, place: int) -> int:
        """Where the clause that holds a place begins."""
        return max((text.rfind(end, 0, place) for end in CLAUSE_END), default=-1) + 1

    def negated(self, text: str, clause: int, start: int, end: int) -> bool:
        """The words right before or after say no (不是低保, 没交过, 低保也没有), and do not ask (是不是低保)."""
        lead = text[max(clause, start - _LOOK) : start]
        if self._choice.search(lead):
            return False
        denied = self._negation.search(lead) or self._denied.search(lead)
        return bool(denied or self._denied_after.search(text[end : end + _LOOK]))

    def generic(self, text: str, start: int) -> bool:
        """The clause at a place speaks of a kind or of hearsay, not of anyone's case (什么叫…, 新闻里讲有个…, …和…一样吗)."""
        clause = self.clause_start(text, start)
        end = min((at for mark in CLAUSE_END if (at := text.find(mark, start)) >= 0), default=len(text))
        return bool(self._generic.search(text[clause:end]))

    def asked_about(self, text: str, clause: int, start: int, end: int) -> bool:
        """The words are asked about (什么算零就业家庭, 残疾人怎么认定, A、B和C), not said of anyone."""
        lead, tail = text[max(clause, start - _LOOK) : start], text[end : end + _LOOK]
        if self._choice.search(lead) or self._asked_after.search(tail):
            return True
        return bool(self._asked_before.search(lead)) and not self._granted.search(lead)

    def kind_asked(self, text: str, clause: int, start: int, end: int) -> bool:
        """A kind of people begins the clause that asks about it (残疾人能领吗): nobody is said to be one."""
        return not text[clause:start].strip() and bool(self._kind_asked.search(text[end : end + _LOOK]))

    def asks(self, clause: str) -> bool:
        """A clause asks whether it is so (能定成零就业家庭吗, 我家能不能认定零就业家庭)."""
        return bool(self._asking.search(clause) or self._asking_first.search(clause))

    def asks_last(self, clause: str) -> bool:
        """A clause ends by asking for something (低保家庭能不能领): all but what it begins with is asked."""
        return bool(self._asking_last.search(clause))

    def hedged(self, text: str, clause: int, start: int) -> bool:
        """The speaker is not sure (好像是低保户)."""
        return bool(self._hedged.search(text[max(clause, start - _LOOK) : start]))

    def about_others(self, text: str, clause: int, start: int) -> bool:
        """The words are about another unit, or hearsay (隔壁公司裁了20人)."""
        return bool(self._elsewhere.search(text[max(clause, start - _LOOK) : start]))

    def not_told(self, text: str, clause: int, start: int, end: int) -> bool:
        """The words are only supposed (如果失业了), or leave open whether it is so (办没办登记, 登记了没, 低保没批)."""
        if self._supposed.search(text[max(clause, start - _LOOK) : start]):
            return True
        if self._left_open.search(text[end : end + _LOOK]):
            return True
        near = _YES_OR_NO.finditer(text, max(0, start - _REACH), end + _REACH)
        return any(each.start() < start < each.end() or each.start() < end <= each.end() for each in near)

    def inexact(self, text: str, span: Span) -> bool:
        """The figure is a bound (30人以下, 不满一年), the rule's own (6%怎么算), or what a rate is for (一个月五百二)."""
        lead, tail = text[max(0, span.start - _LOOK) : span.start], text[span.end : span.end + _LOOK]
        each = _EACH.fullmatch(span.said) and not _EACH_BEFORE.search(lead) and _EACH_AFTER.match(text[span.end :])
        reached = lead.endswith("满") and _REACHED.match(tail)
        bound = (not reached and self._bound_before.search(lead)) or self._bound_after.search(tail)
        return bool(each or bound or self._rule_after.search(tail))

    @staticmethod
    def dated(wanted: str | None, folded: Folded, start: int, end: int, on: dt.date) -> bool | None:
        """Whether the words are about the wanted time; None: about another, False: they do not say.

        `wanted` is last_year, this_year, earlier or later (than this year), past (not after `on`) or a month such as 2020-12; the date is the nearest one before the end of the
        words in their clause, else in the clause before. With a `?` after it, words that say no time are taken for it.
        """
        if wanted is None:
            return True
        silence_suffices = wanted.endswith("?")
        clause = Guards.clause_start(folded.original, start)
        earlier = Guards.clause_start(folded.original, max(0, clause - 1))
        for since in (clause, earlier):
            said = [span for span in folded.figures.values() if since <= span.start < end]
            dates = [(s.low, s.high) for s in said if isinstance(s.low, dt.date) and isinstance(s.high, dt.date)]
            if dates and _is_within(wanted.rstrip("?"), *dates[-1], on):
                return True
            if dates and (since == clause or not silence_suffices):
                return None
        told = [s for s in folded.figures.values() if s.start < earlier]
        before = [(s.low, s.high) for s in told if isinstance(s.low, dt.date) and isinstance(s.high, dt.date)]
        return silence_suffices or (bool(before) and all(_is_within(wanted, *dates, on) for dates in before))


def _is_within(wanted: str, low: dt.date, high: dt.date, on: dt.date) -> bool:
    if wanted == "past":
        return high <= on
    if wanted in ("earlier", "later"):
        return high.year < on.year if wanted == "earlier" else low.year > on.year
    if wanted in ("last_year", "this_year"):
        year = on.year - (wanted == "last_year")
        return low.year == high.year == year
    return low.isoformat().startswith(wanted) and high.isoformat().startswith(wanted)
