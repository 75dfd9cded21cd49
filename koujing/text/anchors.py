"""What a text must contain for an expression to match it: told from the expression, so that most need not be tried."""

from __future__ import annotations

import re
import sre_constants as ops
import sre_parse
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

__all__ = ["AnchorIndex", "Anchors", "anchors_of"]

Anchors = tuple[frozenset[str], ...]
"""Of each set at least one character stands in every text that matches."""

_WIDEST = 24  # a class of more characters than this (一 to 龥) rules nothing out


def anchors_of(expression: str) -> Anchors:
    """The anchors of one expression, the rarest sets first.

    >>> [sorted(each) for each in anchors_of("裁(?:掉|了)?[三四]个?")]
    [['裁'], ['三', '四']]
    """
    parsed: Any = sre_parse.parse(expression, re.compile(expression).flags & ~re.UNICODE)
    found = dict.fromkeys(_needed(parsed))
    return tuple(sorted(found, key=len))


class AnchorIndex:
    """Which of many expressions may match a text, found by the characters of the text.

    `alternatives[i]` holds the anchors of the alternatives of expression i. Each alternative is filed under its
    anchor that the fewest others share.
    """

    def __init__(self, alternatives: Sequence[Sequence[Anchors]]) -> None:
        common = Counter(
            character for each in alternatives for anchors in each for character in frozenset[str]().union(*anchors)
        )
        self._always: set[int] = set()
        filed: dict[str, dict[tuple[int, Anchors], None]] = defaultdict(dict)
        for index, each in enumerate(alternatives):
            for anchors in each:
                if not anchors:
                    self._always.add(index)
                    continue
                first = min(anchors, key=lambda needed: sum(common[character] for character in needed))
                rest = tuple(needed for needed in anchors if needed != first)
                for character in first:
                    filed[character][index, rest] = None
        self._filed = {character: tuple(entries) for character, entries in filed.items()}

    def find(self, text: str) -> list[int]:
        """The expressions that may match, in their order."""
        characters = frozenset(text)
        found = set(self._always)
        for character in characters:
            for index, anchors in self._filed.get(character, ()):
                if index not in found:
                    for needed in anchors:
                        if characters.isdisjoint(needed):
                            break
                    else:
                        found.add(index)
        return sorted(found)


def _needed(tokens: Any) -> list[frozenset[str]]:
    needed: list[frozenset[str]] = []
    for token, argument in tokens:
        if token is ops.LITERAL:
            needed.append(frozenset(chr(argument)))
        elif token is ops.IN:
            needed.extend(_of_class(argument))
        elif token is ops.SUBPATTERN or (token in (ops.MAX_REPEAT, ops.MIN_REPEAT) and argument[0] > 0):
            needed.extend(_needed(argument[-1]))
        elif token is ops.ASSERT:
            needed.extend(_needed(argument[1]))
        elif token is ops.BRANCH:
            needed.extend(_of_branches([_needed(branch) for branch in argument[1]]))
    return needed


def _of_class(items: list[tuple[Any, Any]]) -> list[frozenset[str]]:
    characters: set[str] = set()
    for token, argument in items:
        if token is ops.LITERAL:
            characters.add(chr(argument))
        elif token is ops.RANGE and argument[1] - argument[0] < _WIDEST:
            characters.update(map(chr, range(argument[0], argument[1] + 1)))
        else:
            return []
    return [frozenset(characters)]


def _of_branches(branches: list[list[frozenset[str]]]) -> list[frozenset[str]]:
    if not all(branches):
        return []
    shared = set(branches[0]).intersection(*branches[1:])
    return [*shared, frozenset().union(*(min(branch, key=len) for branch in branches))]
