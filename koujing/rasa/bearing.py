"""What is asked makes the facts that it turns on likelier to be told, and others less: who asks about 零就业家庭 tells of the family."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from koujing.answering.determined import stated
from koujing.knowledge.base import Knowledge
from koujing.search.told import ToldFact
from koujing.search.topics import tidy
from koujing.text.learnt import Told

__all__ = ["Bearing"]

# A question read with less than this share may be about anything.
_CLEAR = 0.5
# By so much the logarithm of the odds rises or falls; measured on sentences that nothing was learnt from.
_LIKELIER, _UNLIKELIER = 0.7, 0.8
_CERTAIN = 1e-4
# What is less likely than this is lifted only where nothing else speaks: no other value of it with such a part of its share,
# and no other fact of the same words so surely.
_DOUBTFUL, _RIVAL, _SURELY = 0.4, 0.4, 0.8


class Bearing:
    """The facts that the rules of each matter turn on, in any region."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._facts: dict[str, set[str]] = defaultdict(set)
        for provision in knowledge.provisions.values():
            self._facts[provision.matter] |= stated(knowledge, provision.rules.values(), knowledge.facts)

    def weighed(self, told: Iterable[Told], questions: Sequence[Mapping[str, Any]]) -> list[Told]:
        """What was found stated, each with its share in the light of the questions, as read; unchanged where none is clear."""
        asked = [self._facts.get(question["topic"], set()) for question in questions if question["share"] >= _CLEAR]
        bearing = set().union(*asked)
        if not bearing:
            return list(told)
        told = list(told)
        return [each if each.fact in bearing and _stays(each, told) else _moved(each, bearing) for each in told]


def _stays(told: Told, others: Iterable[Told]) -> bool:
    """Whether what seems to be told stays as doubtful as it is: a no, or where other words or values speak against it."""
    if told.value is None or told.share >= _DOUBTFUL:
        return False
    beside = [each for each in others if each is not told and each.start < told.end and told.start < each.end]
    rival = any(each.fact == told.fact and each.share >= told.share * _RIVAL for each in beside)
    return told.value == "false" or rival or any(each.value and each.share >= _SURELY for each in beside)


def _moved(told: Told, bearing: Collection[str]) -> Told:
    share = min(max(told.share, _CERTAIN), 1 - _CERTAIN)
    odds = math.log(share / (1 - share)) + (_LIKELIER if told.fact in bearing else -_UNLIKELIER)
    return ToldFact(told.fact, told.value, told.start, told.end, tidy(1 / (1 + math.exp(-odds))))
