"""How much, asked of a case that qualifies: beside the rule, what the amount still turns on is asked for, one fact at a time."""

from __future__ import annotations

from collections.abc import Sequence

from koujing.answering.ask import ask_fact
from koujing.answering.asked import Situation
from koujing.answering.known import known_facts
from koujing.answering.reply import Reply
from koujing.knowledge.base import Knowledge
from koujing.knowledge.provisions import Provision, Rule
from koujing.rules.determine import determine

__all__ = ["with_question"]


def with_question(
    knowledge: Knowledge, reply: Reply, provision: Provision, rules: Sequence[Rule], situation: Situation
) -> Reply:
    """The reply on an amount, and where the case qualifies, the question for the first fact that the amount lacks.

    What the asker does not know is not asked for again.
    """
    result = determine(provision, rules, known_facts(knowledge, situation))
    wanted = [fact for fact in result.wanted if fact not in situation.unknown]
    if result.verdict != "eligible" or not wanted:
        return reply
    ask = ask_fact(knowledge, wanted[0])
    question = str(knowledge.wordings["ask_for_amount"]).format(question=ask["question"])
    plain = reply["plain"] and reply["plain"] + question
    return {**reply, "text": reply["text"] + question, "plain": plain, "ask": ask}
