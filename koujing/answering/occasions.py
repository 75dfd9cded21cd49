"""How often somebody has had something, where only the matter asked about tells what of: 今年第二回了, 头一次报这个."""

from __future__ import annotations

import re

from koujing.answering.determined import stated
from koujing.answering.session import Question
from koujing.answering.turn import Turn
from koujing.knowledge.facts import Fact, FactValueError
from koujing.text.numerals import NUMERAL, parse_numeral

__all__ = ["occasions_told"]

_UNIT = "次"
_ORDINAL = re.compile(
    rf"(?:第|头)(?P<number>{NUMERAL})(?:次|回|趟)|(?P<first>首次|头[次回趟]|(?:就|才|只|仅)[^,。!?]{{0,3}}这一?[次回趟])"
)
_THIS_YEAR = re.compile("今年|本年|这一?年|年内")
_OTHER_YEAR = re.compile("去年|前年|往年|以前|从前")


def occasions_told(turn: Turn, question: Question) -> dict[str, Fact]:
    """The count that the rules of a question's matter ask for, from an ordinal of which the message does not say what it is of.

    Nothing where the rules ask for no such count or for several, or where different ordinals are said; only about so
    where the year is not said, since the rules count by the year.
    """
    knowledge, session = turn.knowledge, turn.session
    if session.region is None or question["topic"] not in knowledge.matters:
        return {}
    provision = knowledge.ruling(question["topic"], session.region)
    counts = [id for id, kind in knowledge.facts.items() if kind.unit == _UNIT]
    wanted = stated(knowledge, provision.rules.values(), counts) if provision else set()
    if len(wanted) != 1 or wanted & set(session.known.facts):
        return {}
    (fact,) = wanted
    text = turn.heard.text
    numbers = {parse_numeral(each["number"]) if each["number"] else 1 for each in _ORDINAL.finditer(text)}
    if len(numbers) != 1 or None in numbers or _OTHER_YEAR.search(text):
        return {}
    said = next(_ORDINAL.finditer(text))[0]
    try:
        value = knowledge.facts[fact].parse(int(numbers.pop() or 0))
    except FactValueError:
        return {}
    return {fact: Fact(value, said, confirmed=bool(_THIS_YEAR.search(text)))}
