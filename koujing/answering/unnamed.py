"""Questions that name no matter of their own, and are about the one talked of: 一次给多少钱, 拖过了那个日子,窗口还接不接."""

from __future__ import annotations

from koujing.answering.asked import ALL_MATTERS, NO_MATTER
from koujing.answering.session import Question
from koujing.answering.turn import Turn

__all__ = ["OWN_ASPECT", "SURE", "of_listed", "spoken_of", "unnamed"]

SURE = 0.8
"""A question read with this share as about a matter is about it, though it does not name it."""
OWN_ASPECT = 0.75
"""A question asks for an aspect of its own, and not for the one before, where it is read with such a share (数额呢)."""
# One that points back at what was said before is about that, unless it is read so surely as of another matter.
_RATHER = 0.6
# Read with less than this, a matter is right hardly more often than not.
_HARDLY = 0.4
# Where all refusals together are no likelier, one that asks for an aspect so surely goes on with the matter talked of.
_DOUBTFUL, _ASPECT = 0.5, 0.4
# Asked in the middle of a matter that touches it, another subject must be read more surely than this to be meant.
_TOUCHED = 0.9
# A subject out of scope that is the likeliest with less than this is none; one so likely gives way where what was said is pointed at.
_UNLIKELY, _POINTED = 0.3, 0.65
# What may be asked of all matters at once.
_OF_ALL = ("ask_list", "ask_overview", "ask_eligibility", "ask_who")
# So many of a list are offered where it is not clear which is meant.
_OFFERED = 3
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
    if topic == ALL_MATTERS and (knowledge.dialogue.whom(question["text"]) or _of_one(turn, question)):
        return {**question, "topic": NO_MATTER, "intent": aspect}
    if last["topic"] in (topic, *question.get("near_topics", ())) and not turn.names_matter(question["text"]):
        question = {**question, "topic": last["topic"], "near_topics": ()}
        topic = last["topic"]
    if _goes_on(turn, question, last):
        return {**question, "topic": NO_MATTER, "intent": aspect}
    kind = knowledge.refusals["kinds"].get(topic)
    elsewhere = kind is not None and (kind["status"] in _OTHER_SUBJECTS or topic == "nonsense")
    other = topic in knowledge.matters and topic != last["topic"] and not knowledge.matters[topic].general
    if question.get("bare") and (elsewhere or other) and question.get("share", 1) < SURE:
        return {**question, "topic": NO_MATTER, "intent": aspect}
    if other and question.get("share", 1) < _RATHER and _leans_on(turn, question):
        return {**question, "topic": NO_MATTER, "intent": aspect}
    if other and question.get("share", 1) < _HARDLY and _goes_with(turn, question, last):
        return {**question, "topic": NO_MATTER, "intent": aspect}
    if other and question.get("asks_bare") and _told_of(turn, question, last):
        return {**question, "topic": NO_MATTER, "intent": aspect}
    return question


def spoken_of(turn: Turn, question: Question, last: Question) -> str:
    """The matter that an unnamed question is about: the last, or the one talked of before where only that has such an aspect.

    一个月派几多钱 after 几耐批好 is about the assistance that was talked of before, and not about how such things are handled.
    """
    decided, region, aspect = turn.session.decided, turn.session.region, question["intent"].removeprefix("ask_")
    matters, before = turn.knowledge.matters, last.get("handles") or (decided and decided["topic"])
    if before is None or region is None or last["topic"] not in matters or question["intent"] == "quote_original":
        return str(last["topic"])

    def speaks(topic: str) -> bool:
        return region is not None and turn.knowledge.find_caliber(topic, aspect, region) is not None

    handled = not matters[last["topic"]].audience and not speaks(last["topic"])
    return str(before if handled and before in matters else last["topic"])


def of_listed(turn: Turn, question: Question) -> Question | None:
    """A question for an aspect after a list (给多少钱): of the one matter that qualifies, else of one of the first listed."""
    aspect, share = (*question.get("intents", ()), ("", 0.0))[0]
    shown = [each for each in turn.session.shown if each["topic"] in turn.knowledge.matters]
    if not shown or share < _DOUBTFUL or aspect in ("ask_eligibility", "ask_overview"):
        return None
    met = [each["topic"] for each in shown if each.get("verdict") == "eligible"]
    meant = met[:1] if len(met) == 1 else [each["topic"] for each in shown[:_OFFERED]]
    return {**question, "topic": meant[0], "intent": aspect, "near_topics": meant[1:]}


def _goes_on(turn: Turn, question: Question, last: Question) -> bool:
    """Whether a question read as of a subject out of scope is of the matter talked of (能给减多少税 of the tax relief).

    Either nothing out of scope is likely, or the matter touches that subject; what is asked must be clear.
    """
    knowledge, topic = turn.knowledge, question["topic"]
    kind = knowledge.refusals["kinds"].get(topic)
    if kind is None or kind["status"] == "smalltalk" or turn.names_matter(question["text"]):
        return False
    if not knowledge.dialogue.asks(question["text"]) and question["intents"][0][1] < OWN_ASPECT:
        return False
    if topic in knowledge.matters[last["topic"]].touches:
        return bool(question.get("share", 1) < _TOUCHED)
    aspect = question["intents"][0][1]
    if question.get("share", 1) < _UNLIKELY and aspect >= OWN_ASPECT and knowledge.dialogue.short(question["text"]):
        return True
    if _leans_on(turn, question) and question.get("share", 1) < _POINTED:
        return True
    return bool(question.get("outside", 1) < _DOUBTFUL and aspect >= _ASPECT)


def _of_one(turn: Turn, question: Question) -> bool:
    """Whether a question read as for all that there is asks surely for an aspect that only a matter has (一年能享受几回)."""
    aspect, share = question["intents"][0]
    screens = turn.knowledge.dialogue.screens(question["text"])
    return bool(question.get("bare")) and aspect not in _OF_ALL and share >= OWN_ASPECT and not screens


def _told_of(turn: Turn, question: Question, last: Question) -> bool:
    """Whether a question whose asking clause names nothing tells facts of the matter before (也办了失业登记, 她算不算)."""
    told, asking = turn.heard.facts, question["text"]
    for fact in told.values():
        asking = asking.replace(fact.said or "", "")
    if turn.names_matter(asking) or not turn.bears_on(last, told):
        return False
    undated = {id for id in told if turn.knowledge.facts[id].default is None}
    if not undated:
        return bool(question.get("share", 1) < SURE)
    # 失业登记也办了，他够吗: more of it is of the matter before.
    here, there = (sum(turn.bears_on(each, [id]) for id in undated) for each in (question, last))
    return here < there


def _goes_with(turn: Turn, question: Question, last: Question) -> bool:
    """Whether a short question names no matter, and what it tells bears on the one talked of: hardly read it is of that one."""
    words, text, told = turn.knowledge.dialogue, question["text"], turn.heard.facts
    return words.short(text) and not turn.names_matter(text) and (not told or turn.bears_on(last, told))


def _leans_on(turn: Turn, question: Question) -> bool:
    """Whether a short question that names no matter points back at what was said before (拖过了那个日子,窗口还接不接)."""
    words, text = turn.knowledge.dialogue, question["text"]
    return words.short(text) and words.points_back(text) and not turn.names_matter(text)
