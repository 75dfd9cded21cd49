"""Questions of which it is not clear what they are about: asked back rather than guessed (补贴怎么领)."""

from __future__ import annotations

from koujing.answering.asked import NO_MATTER
from koujing.answering.session import Question
from koujing.answering.turn import Turn

__all__ = ["as_far_as_clear"]

# Read with less than this, the best matter is right half of the time where another is nearly as likely.
_DOUBTFUL, _NEARLY = 0.4, 0.6
# Of a message as short as this that names nothing, so much must be clear.
_VAGUE, _FEW_WORDS = 0.5, 12
_MOST = 3
# So likely other subjects together must be for a question that names none and has words of its own.
_OUTSIDE = 0.3


def as_far_as_clear(turn: Turn, question: Question) -> Question:
    """The question; where it names no matter and was hardly read, about none, or about one of the few likely ones."""
    matters, topic = turn.knowledge.matters, question["topic"]
    share = question.get("share", 1.0)
    if turn.session.last is None and turn.session.asking is None:
        question = _elsewhere_or_nowhere(turn, question)
        topic = question["topic"]
    if (named := _own_case(turn, question)) is not None:
        return named
    if topic not in matters or share >= _VAGUE or turn.session.asking is not None:
        return question
    if question["intent"] == "quote_original" or turn.names_matter(question["text"]):
        return question
    near = [
        name
        for name, likely in question.get("topics", ())
        if name in matters and name != topic and likely >= _NEARLY * share and not matters[name].general
    ]
    if share < _DOUBTFUL and near and not matters[topic].general:
        return {**question, "near_topics": near[: _MOST - 1]}
    if len(question["text"]) <= _FEW_WORDS and not turn.heard.facts:
        return {**question, "topic": NO_MATTER}
    return question


def _own_case(turn: Turn, question: Question) -> Question | None:
    """A question read as of one's own records that names a matter and asks whether one qualifies (帮我看下技能提升补贴我符不符合)."""
    kind, text = turn.knowledge.refusals["kinds"].get(question["topic"]), question["text"]
    if kind is None or kind["status"] != "account_data" or not turn.knowledge.dialogue.asks_for.qualifies(text):
        return None
    named = turn.named_matter(text)
    return None if named is None else {**question, "topic": named, "intent": "ask_eligibility"}


def _elsewhere_or_nowhere(turn: Turn, question: Question) -> Question:
    """A first question: what names no matter in words of its own is of another subject; what has none, of no subject.

    酸菜咋腌才不烂 is not asked which matter it means, and 申请条件 is not sent to another bureau.
    """
    kinds, topic = turn.knowledge.refusals["kinds"], question["topic"]
    if "bare" not in question or not question["intents"]:
        return question
    if topic == NO_MATTER and not question["bare"] and question["elsewhere"] and question["outside"] > _OUTSIDE:
        return {**question, "topic": question["elsewhere"]}
    elsewhere = topic in kinds and kinds[topic]["status"] == "outside_scope"
    if elsewhere and question["bare"] and question["share"] < _VAGUE:
        return {**question, "topic": NO_MATTER, "intent": question["intents"][0][0]}
    return question
