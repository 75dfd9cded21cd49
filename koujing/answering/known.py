"""What is known of an asker as the rules see it: the facts told, and whatever follows from them on the day asked for."""

from __future__ import annotations

from koujing.answering.asked import Situation
from koujing.knowledge.base import Knowledge
from koujing.rules.derive import Facts
from koujing.rules.law import retirement_law

__all__ = ["known_facts"]


def known_facts(knowledge: Knowledge, situation: Situation) -> Facts:
    """The facts of a situation, given and derived; the same object serves every provision looked at for it."""
    return Facts(knowledge.facts, situation.facts, situation.on, retirement_law(knowledge.sources))
