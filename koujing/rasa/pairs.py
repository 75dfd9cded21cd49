"""Questions in one message: several aspects of a matter, two matters, one matter in two places, a question beside own records."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from koujing.answering.asked import NO_MATTER
from koujing.knowledge.base import Knowledge
from koujing.text.questions import QuestionFinder

__all__ = ["QuestionPairs"]

Entry = dict[str, Any]
Named = list[dict[str, Any]]

# Longer messages are taken apart only where they end by asking for several things; what is taken apart must be read with such a share, and ask for no verdict.
_LONGEST, _SURELY, _ASPECT, _OVERVIEW = 60, 0.5, 0.35, 0.6
# Where both matters are so sure, it need not be as clear what is asked of each.
_BOTH, _OF_TWO = 0.9, 0.25
_MOST = 4
_NO_PART = frozenset({"ask_eligibility", "quote_original"})
# Of refusals these are said beside an answer.
_BESIDE = frozenset({"account_data", "signposted", "outside_scope"})
_AND, _EACH = frozenset({"", "和", "与", "跟", "同"}), re.compile("各|分别")
_NOT_WORDS = re.compile(r"[^\w]")


class QuestionPairs:
    """`ask` reads one question, `places` the places that a text names."""

    def __init__(
        self,
        knowledge: Knowledge,
        questions: QuestionFinder,
        ask: Callable[[str], Entry],
        places: Callable[[str], Named],
    ) -> None:
        self._knowledge, self._questions, self._ask, self._places = knowledge, questions, ask, places

    def of(self, message: str) -> list[Entry] | None:
        """A message as its questions, where its halves surely ask for two things, neither of which is a verdict, or where it
        ends by asking for several.

        What names no subject of its own is about the subject of the first: 失业补助金给哪些人,哪一天截止.
        """
        long = len(message) > _LONGEST
        if (several := self._several(message, least=2 if long else 3)) or long:
            return several
        for first, second in self._questions.halves(message):
            one, two = self._ask(first), self._ask(second)
            here, there = self._places(first), self._places(second)
            if here and there and _surfaces(here) != _surfaces(there) and self._the_same(one, two, second, there):
                return [{**one, "places": here}, {**one, "text": second, "places": there}]
            if two["share"] < _SURELY or self._names_none(two):
                two = {**two, "topic": one["topic"], "intent": two["intents"][0][0]}
            if self._apart(one, two, joined=not self._questions.parted(first, second)):
                return [one, two]
        return self._in_each_place(message)

    def _several(self, message: str, least: int) -> list[Entry] | None:
        """The things that a message asks of one matter at its end, one after the other (…,能返多少,要什么材料,几天到账)."""
        told, asks = self._questions.asked_last(message)
        if not least <= len(asks) <= _MOST:
            return None
        whole = self._ask(told + asks[0])
        # What is told before makes a question of any aspect look like one for a verdict: each is read by itself.
        read = [whole, *map(self._ask, asks[1:])] if not told else list(map(self._ask, asks))
        if not all(self._names_none(each) or each["topic"] == whole["topic"] for each in read):
            return None
        found = [{**each, "topic": whole["topic"], "intent": each["intents"][0][0]} for each in read]
        found[0] |= {"text": whole["text"], "context": whole["context"], "share": whole["share"]}
        surely = whole["topic"] in self._knowledge.matters and whole["share"] >= _SURELY
        apart = len({each["intent"] for each in found}) == len(found)
        return found if surely and apart and all(map(_is_part, found)) else None

    def _the_same(self, one: Entry, two: Entry, second: str, there: Named) -> bool:
        """Whether the second half asks of its place what the first asks of its own (东莞呢, 在广州又是哪天)."""
        if one["topic"] not in self._knowledge.matters or one["intent"] in _NO_PART:
            return False
        if (one["topic"], one["intent"]) == (two["topic"], two["intent"]):
            return True
        rest, words = second, self._knowledge.dialogue
        for place in there:
            rest = rest.replace(place["surface"], "")
        same_aspect = self._names_none(two) and two["intents"][0][0] == one["intent"]
        return same_aspect or words.same_again(rest) or words.likewise(second)

    def _in_each_place(self, message: str) -> list[Entry] | None:
        """One question of two places, each named where it is asked (…,深圳多少、兴城多少), once for each."""
        start, end = self._questions.asking_clause(message)
        named = self._places(message[start:end])
        if len(named) != 2 or len(_surfaces(named)) != 2:
            return None
        entry = self._ask(message)
        if entry["topic"] not in self._knowledge.matters or entry["intent"] in _NO_PART:
            return None
        clause = message[start:end]
        parts = [_NOT_WORDS.sub("", part) for part in re.split("|".join(map(re.escape, _surfaces(named))), clause)]
        # The same is asked after each of them, or of each of both (葫芦岛和广州各是多少).
        alike = bool(parts[1]) and parts[1] == parts[2]
        of_each = parts[1] in _AND and bool(_EACH.search(parts[2]))
        return [{**entry, "places": [place]} for place in named] if alike or of_each else None

    def _names_none(self, question: Mapping[str, Any]) -> bool:
        matter = self._knowledge.matters.get(question["topic"])
        return question["bare"] or question["topic"] == NO_MATTER or (matter is not None and matter.general)

    def _apart(self, one: Mapping[str, Any], two: Mapping[str, Any], *, joined: bool) -> bool:
        elsewhere = [each for each in (one, two) if self._surely_elsewhere(each)]
        inside = [each for each in (one, two) if each["topic"] in self._knowledge.matters]
        if len(elsewhere) + len(inside) < 2 or not inside:
            return False
        if elsewhere:
            return not joined and bool(inside[0]["share"] >= _SURELY)
        if one["share"] < _SURELY or any(each["intent"] in _NO_PART for each in inside):
            return False
        if one["topic"] != two["topic"]:
            least = _OF_TWO if min(one["share"], two["share"]) >= _BOTH else _ASPECT
            return all(each["intents"][0][1] >= least for each in inside)
        sure = {"ask_overview": _OVERVIEW}
        return one["intent"] != two["intent"] and all(
            each["intents"][0][1] >= sure.get(each["intent"], _ASPECT) for each in inside
        )

    def _surely_elsewhere(self, question: Mapping[str, Any]) -> bool:
        """Whether a question is surely one for others (own records, wages owed), which is said beside an answer."""
        kind = self._knowledge.refusals["kinds"].get(question["topic"])
        return kind is not None and kind["status"] in _BESIDE and question["share"] >= _SURELY


def _is_part(question: Mapping[str, Any]) -> bool:
    return question["intent"] not in _NO_PART and bool(question["intents"][0][1] >= _ASPECT)


def _surfaces(named: Named) -> list[str]:
    return sorted({place["surface"] for place in named})
