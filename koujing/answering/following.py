"""Questions that go on from the one before: 那要多久, 广州呢, 那我老公呢, 要是明年才申请呢, 稳岗返还展开说说."""

from __future__ import annotations

import re

from koujing.answering.asked import ALL_MATTERS, NO_MATTER
from koujing.answering.pending import figure_told, speaks_of
from koujing.answering.session import Question
from koujing.answering.supposed import besides, names_aside, suppose, supposes, unsaid
from koujing.answering.turn import Turn
from koujing.answering.unnamed import OWN_ASPECT, SURE, of_listed, spoken_of, unnamed
from koujing.knowledge.facts import Fact
from koujing.rules.amounts import facts_used

__all__ = ["followed", "names_listed"]

# A screening read with this share may be what a question that lists words of screening means.
_POSSIBLE = 0.1
# What may be otherwise for each kind that a caliber tells of.
_BY_KIND = ("ask_amount", "ask_duration", "ask_deadline")
# A matter named is meant where it is likely so.
_ALSO = 0.25
# A topic read with less than this share may be any.
_UNCLEAR = 0.3
_CLAUSE = re.compile(r"[,。!?;\s]+")
# Asked the same again with facts of a case, these give way to whether one qualifies (要什么材料 … 我没有证呢).
_OF_NO_CASE = frozenset(
    f"ask_{aspect}"
    for aspect in ("materials", "where", "how", "processing_time", "funding", "basis", "overview", "who")
)


def followed(turn: Turn, question: Question) -> Question:
    """The question with what it leaves unsaid: the matter and, where it asks just the same, what is asked of it."""
    last, words = turn.session.last, turn.knowledge.dialogue
    question = _named_over_general(turn, question)
    if _goes_into(turn, question):
        return {**question, "intent": "ask_eligibility", "own": True, "near_topics": ()}
    if last is not None and _names_only(turn, question) and not _within(turn, question, last):
        return {**question, "intent": "ask_eligibility" if last.get("decides") else last["intent"], "near_topics": ()}
    if _screens(turn, question):
        return {**question, "topic": ALL_MATTERS, "intent": "screen", "near_topics": ()}
    if last is None or last["topic"] == NO_MATTER:
        return question
    if (meant := _of_two(turn, question)) is not None:
        return meant
    if words.same_question(question["text"]) and not turn.names_matter(question["text"]):
        return _again(turn, question, last)
    if _set_right(turn, question):
        return _again(turn, question, last)
    question = unnamed(turn, question, last)
    case = _case(turn, last)
    if case is not None:
        suppose(turn, question, case)
        if amount := _amount(turn, question, case):
            return amount
    rest = _without_names(turn, question["text"])
    if rest != question["text"] and (question["topic"] == "nonsense" or words.same_again(rest)):
        return _again(turn, question, last)
    if case is not None and not names_aside(turn, question["text"]) and supposes(turn, question, case):
        return _again(turn, question, case)
    if not turn.names_matter(question["text"]) or _within(turn, question, last):
        if _likewise(turn, question, rest) or _unclear(turn, question):
            return _again(turn, question, last)
        if _what_of(turn, question, last):
            return {**question, **{key: last[key] for key in ("topic", "intent")}, "near_topics": ()}
        if case is not None and _tells_of(turn, question, case):
            return {**question, "topic": case["topic"], "intent": "ask_eligibility", "near_topics": (), "again": True}
    if question["topic"] != NO_MATTER and not _general(turn, question, last):
        return question
    if last["topic"] == ALL_MATTERS and (listed := of_listed(turn, question)):
        return listed
    if last["topic"] == ALL_MATTERS or words.same_again(rest):
        return _again(turn, question, last)
    return {**question, "topic": spoken_of(turn, question, last), "near_topics": ()}


def _named_over_general(turn: Turn, question: Question) -> Question:
    """The question, about the matter that it names where that is likely, and not about what holds for all (失业补助金截止了没)."""
    matters, named = turn.knowledge.matters, turn.named_matter(question["text"])
    general = question["topic"] in matters and matters[question["topic"]].general
    if not general or named is None or matters[named].general:
        return question
    likely = dict(question.get("topics", ())).get(named, 0) >= _ALSO
    return {**question, "topic": named, "near_topics": ()} if likely else question


def _within(turn: Turn, question: Question, last: Question) -> bool:
    """Whether what a question names is of what was just told of another matter (就业困难人员呢, after how much for whom)."""
    matter, region = turn.knowledge.matters.get(question["topic"]), turn.session.region
    if matter is None or region is None or matter.id == last["topic"] or last["intent"] not in _BY_KIND:
        return False
    told = turn.knowledge.find_caliber(last["topic"], last["intent"].removeprefix("ask_"), region)
    names = [matter.name, *matter.words]
    return told is not None and any(name in caliber.text for caliber in told[1] for name in names)


def _set_right(turn: Turn, question: Question) -> bool:
    """Whether a question sets the place right and asks nothing of its own (我整错了，保险是在葫芦岛交的，这样够不够)."""
    words, text = turn.knowledge.dialogue, question["text"]
    return bool(turn.heard.surfaces) and words.corrected(turn.heard.text) is not None and not turn.names_matter(text)


def _of_two(turn: Turn, question: Question) -> Question | None:
    """A question about one of several things asked in one message before (后头那个能不能领两回)."""
    which, pair = turn.knowledge.dialogue.of_two(question["text"]), turn.session.pair
    if which is None or not pair or turn.names_matter(question["text"]):
        return None
    aspect = (*question.get("intents", ()), (question["intent"], 0.0))[0][0]
    return {**question, "topic": pair[which], "intent": aspect, "near_topics": ()}


def _case(turn: Turn, last: Question) -> Question | None:
    """The question whose case is being talked of: the last, or the one decided before it of the same matter and person."""
    if last.get("decides"):
        return last
    decided = turn.session.decided
    same = decided is not None and all(decided.get(key) == last.get(key) for key in ("topic", "person"))
    return decided if same else None


def names_listed(turn: Turn) -> bool:
    """Whether the message names a matter listed before, to go into it, and not within a fact told (失业补助金一回没领过)."""
    words, heard = turn.knowledge.dialogue, turn.heard
    text = besides(turn, heard.text)
    asks = words.asks(heard.text) or words.points_back(heard.text) or not heard.facts
    return any(
        _goes_into(turn, question)
        and (_named(turn, question["topic"], text) or (asks and question.get("share", 0) >= SURE))
        for question in heard.questions
    )


def _again(turn: Turn, question: Question, last: Question) -> Question:
    """The last question once more: of another person or place, or with what the message tells."""
    told = {**turn.heard.facts, **turn.heard.supposed, **unsaid(turn, question, last)}
    turn.learn(turn.sure(told))
    same = {key: last[key] for key in ("topic", "intent")}
    again = {**question, **same, "near_topics": (), "again": last.get("decides", False)}
    if last["intent"] in _OF_NO_CASE and turn.bears_on(last, told):
        return {**again, "intent": "ask_eligibility", "again": True}
    return again


def _amount(turn: Turn, question: Question, last: Question) -> Question | None:
    """A question for the amount of the case before, which all that is known of it counts for.

    What seems to ask for something else is such a question too where it tells what the amount is worked out from
    (低保标准每月450元，照这个算多少). A figure alone is of the one such fact that it fits (上四个月一共多少).
    """
    session, knowledge, types = turn.session, turn.knowledge, turn.knowledge.facts
    provision = (
        knowledge.ruling(last["topic"], session.region)
        if session.region and last["topic"] in knowledge.matters
        else None
    )
    if provision is None:
        return None
    used = set().union(*(facts_used(amount.compute) for amount in provision.all_amounts()))
    apart = question["topic"] != last["topic"] and not turn.names_matter(question["text"])
    outside = apart and bool(used & set(turn.heard.facts)) and question["intent"] != "ask_eligibility"
    same = question["topic"] in (last["topic"], NO_MATTER) and question["intent"] == "ask_amount"
    if not outside and not same:
        return None
    told: dict[str, Fact] = {}
    taken = {types[id].type for id in turn.heard.facts}
    for id in {id for id in used - set(session.known.facts) - set(turn.heard.facts) if types[id].type not in taken}:
        figure = figure_told(types[id], question["text"], turn.on) if speaks_of(types[id], question["text"]) else None
        told |= {id: figure} if figure is not None else {}
    turn.learn(told if len(told) == 1 else {})
    return {**question, "topic": last["topic"], "intent": "ask_amount", "near_topics": ()}


def _likewise(turn: Turn, question: Question, rest: str) -> bool:
    """Whether a question names another place or person and asks the same of it: 深圳也这么算吗; 我徒弟才交七个月,他呢."""
    if rest == question["text"]:
        return False
    words = turn.knowledge.dialogue
    clauses = [part for part in _CLAUSE.split(question["text"]) if part.endswith("呢")]
    asked = any(words.same_again(_without_names(turn, clause)) for clause in clauses)
    # 要是公司在广州参保呢: the place is all that is otherwise.
    told = turn.heard.facts or turn.heard.supposed or question.get("share", 1) >= SURE
    placed = bool(turn.heard.surfaces) and not told and words.supposes(question["text"])
    return asked or placed or words.likewise(question["text"])


def _unclear(turn: Turn, question: Question) -> bool:
    """Whether it is unclear what a question is about that says only of whom or what it asks: 如果公司在广州,中小企业呢."""
    text = question["text"].rstrip("?!。")
    return question.get("share", 1) < _UNCLEAR and turn.knowledge.dialogue.short(text) and text.endswith("呢")


def _names_only(turn: Turn, question: Question) -> bool:
    """Whether a question names another matter and leaves unsaid what is asked of it: 那失业补助金呢 after a verdict."""
    words, text, matter = turn.knowledge.dialogue, question["text"], turn.knowledge.matters.get(question["topic"])
    if matter is None or not words.what_of(text):
        return False
    named = max((name for name in (matter.name, *matter.words) if name in text), key=len, default="")
    return bool(named) and words.same_again(text.replace(named, "", 1))


def _what_of(turn: Turn, question: Question, last: Question) -> bool:
    """Whether a question of another kind of the same asks just what was asked before: 那中小微的呢 after an amount."""
    same = question["topic"] in (last["topic"], NO_MATTER) and last["topic"] in turn.knowledge.matters
    same = same or _within(turn, question, last)
    words, text = turn.knowledge.dialogue, question["text"]
    aspect, share = question.get("intents", [["", 0]])[0]
    if aspect == "quote_original" or (question["topic"] == NO_MATTER and share >= OWN_ASPECT):
        return False
    return same and not last.get("decides") and words.what_of(text) and not words.supposes(text)


def _tells_of(turn: Turn, question: Question, case: Question) -> bool:
    """Whether a question read as of something else tells facts that only the case before turns on (已经过了8个工作日,超了没)."""
    told, matter = turn.heard.facts, turn.knowledge.matters.get(question["topic"])
    general = matter is not None and matter.general
    if not told or question["topic"] == case["topic"] or (question.get("share", 1) >= SURE and not general):
        return False
    aspect, share = (*question.get("intents", ()), ("", 0.0))[0]
    if question["topic"] == NO_MATTER and aspect != "ask_eligibility" and share >= OWN_ASPECT:
        return False  # 实际就裁了俩。那最晚哪天得去申请
    dated = {id for id in told if turn.knowledge.facts[id].default is not None}
    rest = set(told) - dated
    if not rest:
        return (general or question["topic"] == NO_MATTER) and turn.knowledge.dialogue.asks_for.yes_no(question["text"])
    return turn.bears_on(case, rest) and not turn.bears_on(question, rest)


def _general(turn: Turn, question: Question, last: Question) -> bool:
    """Whether a question about what holds for all matters (什么时候截止) is about the last one, being short."""
    matters = turn.knowledge.matters
    general = question["topic"] in matters and matters[question["topic"]].general
    return general and last["topic"] in matters and turn.knowledge.dialogue.short(question["text"])


def _without_names(turn: Turn, text: str) -> str:
    """A text without the places and the persons that it names."""
    persons = turn.heard.persons or filter(None, [turn.heard.person])
    for name in sorted([*turn.heard.surfaces, *persons], key=len, reverse=True):
        text = text.replace(name, "")
    return text


def _named(turn: Turn, topic: str, text: str) -> bool:
    """Whether a text names a matter by a word of its own."""
    matter = turn.knowledge.matters.get(topic)
    return matter is not None and any(word in text for word in (matter.name, *matter.words))


def _screens(turn: Turn, question: Question) -> bool:
    """Whether a question read as about one matter asks for all, and names none (盘点一下可以申报的项目)."""
    knowledge = turn.knowledge
    if question["topic"] not in (*knowledge.matters, NO_MATTER):
        return False
    clauses = [clause for clause in _CLAUSE.split(question["text"]) if knowledge.dialogue.screens(clause)]
    if not clauses or any(turn.names_matter(knowledge.dialogue.besides(clause)) for clause in clauses):
        return False
    likely = bool(dict(question.get("topics", ())).get(ALL_MATTERS, 0) >= _POSSIBLE) or any(
        turn.names_matter(clause) for clause in clauses
    )
    return likely or question["topic"] == NO_MATTER or bool(question.get("general"))


def _goes_into(turn: Turn, question: Question) -> bool:
    """Whether a question goes into a matter just listed (稳岗返还展开说说): decided by what is known."""
    last = turn.session.last
    listed = last is not None and last["topic"] == ALL_MATTERS
    shown = {each["topic"] for each in turn.session.shown}
    return listed and question["topic"] in shown and question["intent"] in ("ask_overview", "ask_eligibility")
