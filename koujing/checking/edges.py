"""Edges worded: where a rule draws a line, some wording must say which side the line itself is on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from koujing.knowledge.base import Knowledge
from koujing.knowledge.conditions import Leaf, leaves
from koujing.knowledge.provisions import Provision

__all__ = ["unworded_edges"]

_INCLUDES = re.compile(
    r"不高于|不超过|不多于|至多|最多|(?<![不未])满|含|以上|以下|以内|届满|不低于|不少于|至少|起|当日|前|截至|之后|达到|为止|内"
)
_EXCLUDES = re.compile(r"不足|不满|(?<!不)(?:低于|少于|超过|高于|多于)|以外|之前|早于|晚于|未满")
_SIDES = {
    "at_most": _INCLUDES, "at_least": _INCLUDES, "on_or_before": _INCLUDES, "on_or_after": _INCLUDES,
    "less_than": _EXCLUDES, "more_than": _EXCLUDES, "before": _EXCLUDES, "after": _EXCLUDES,
    "after_day_undecided": _INCLUDES,
}  # fmt: skip


def unworded_edges(provision: Provision, knowledge: Knowledge) -> Iterator[str]:
    """Conditions with a figure whose own text does not say by its words whether the figure itself counts."""
    for rule in provision.rules.values():
        for leaf in leaves(rule.when):
            if isinstance(leaf, Leaf) and leaf.parameter is not None and not _SIDES[leaf.op].search(leaf.text):
                label = knowledge.facts[leaf.fact].label
                yield f"{provision.id}#{rule.id}：条件 {leaf.id}（{label}）的 text 没有说清边界算不算：{leaf.text}"
