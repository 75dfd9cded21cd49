"""Questions that name no matter of their own, and are about the one talked of: 一次给多少钱, 拖过了那个日子,窗口还接不接."""

from __future__ import annotations

from koujing.answering.asked import ALL_MATTERS, NO_MATTER
from koujing.answering.session import Question
from koujing.answering.turn import Turn

__all__ = ["OWN_ASPECT", "SURE", "unnamed"]

SURE = 0.8
"""A question read with this share as about a matter is about it, though it does not name it."""
OWN_ASPECT = 0.75
"""A question asks for an aspect of its own, and not for the one before, where it is read with such a share (数额呢)."""
# One that points back at what was said before is about that, unless it is read so surely as of another matter.
_RATHER = 0.6
# Refusals of these statuses are of a subject of their own, which words at home anywhere do not name.
_OTHER_SUBJECTS = ("outside_scope", "account_data")


def unnamed(turn: Turn, question: Question, last: Question) -> Question:
    """The question, as one that names no subject where its words are at home anywhere: it is about the last matter.

    一次给多少钱 is read as of some other subject; 都有哪些人能领 as for all that there is.
    """
    knowledge, topic = turn.knowledge, question["topic"]
    if last["topic"] not in knowledge.matters or not question.get("intents"):
        return question
    aspect = question["intents"][0][0]
    if topic == ALL_MATTERS and knowledge.dialogue.whom(question["text"]):
        return {**question, "topic": NO_MATTER, "intent": aspect}
    kind = knowledge.refusals["kinds"].get(topic)
    elsewhere = kind is not None and (kind["status"] in _OTHER_SUBJECTS or topic == "nonsense")
    other = topic in knowledge.matters and topic != last["topic"] and not knowledge.matters[topic].general
    if question.get("bare") and (elsewhere or other) and question.get("share", 1) < SURE:
        return {**question, "topic": NO_MATTER, "intent": aspect}
    if other and question.get("share", 1) < _RATHER and _leans_on(turn, question):
        return {**question, "topic": NO_MATTER, "intent": aspect}
    return question


def _leans_on(turn: Turn, question: Question) -> bool:
    """Whether a short question that names no matter points back at what was said before (拖过了那个日子,窗口还接不接)."""
    words, text = turn.knowledge.dialogue, question["text"]
    return words.short(text) and words.points_back(text) and not turn.names_matter(text)
