"""Messages that tell something: the answer to what was asked back, or a further fact of the same case; corrections are beside."""

from __future__ import annotations

import re
from dataclasses import replace

from koujing.answering.correcting import case_told, corrected, pairs
from koujing.answering.following import names_listed
from koujing.answering.heard import decided_place
from koujing.answering.pending import answer_to, names_place, option_of
from koujing.answering.reply import Reply
from koujing.answering.session import Open, Question
from koujing.answering.turn import Turn
from koujing.knowledge.facts import Fact, FactType

__all__ = ["told"]

# An answer as short as this says no more than its words: 是的, 没有, 个体户.
_BARE = 4
# So likely what begins as a yes must be one.
_RATHER = 0.6
_SURELY, _MOST_SURELY = 0.95, 0.97
# With so many of its words in the question, a fact told beside is of what is asked.
_MOSTLY = 0.7
# After these a fact told by itself asks for the verdict: no fact changes what they were answered.
_GENERAL = frozenset(
    f"ask_{aspect}"
    for aspect in ("overview", "how", "materials", "where", "processing_time", "funding", "basis", "definition")
)
# A question of two things at once (领取期满、仍未就业) is answered by no single word of it.
_STILL = "仍未"
_CLAUSE = re.compile(r"[,。!?;、\s]")
# 是城里的 tells what somebody is.
_IS_SOMETHING = re.compile(
    r"(?:我们?|俺们?|咱们?|他们?|她|佢|我家|我们家|俺家|孩子|家里|本人)?(?:也|就|都)?(?:是|系)(?!这样|这么|那样|事实|没错|真的|实话|必须|有的)(?P<what>[^的嘅啊呀吧呢嘛啦了,。!、\s不]+)[的嘅]?$"
)
_NO = re.compile("[没未不无冇唔非否别]")


def told(turn: Turn) -> list[Reply] | None:
    """The replies to a message that tells, or None where it asks something of its own."""
    entry = turn.session.asking
    if names_listed(turn) and not (
        entry is not None and turn.knowledge.dialogue.yes_or_no(turn.heard.text) is not None
    ):
        return None
    if entry is not None and (entry.confirms or entry.fact in turn.heard.facts):
        return _answered(turn, entry) or corrected(turn, weakly=True) or _continued(turn)
    answered = corrected(turn) or (_answered(turn, entry) if entry else None)
    return answered or corrected(turn, weakly=True) or _continued(turn) or _moved(turn)


def _answered(turn: Turn, entry: Open) -> list[Reply] | None:
    """The open question answered by the message."""
    if entry.fact == "region":
        return _located(turn, entry)
    if entry.fact == "matter":
        return _named(turn, entry)
    told = turn.heard.facts.get(entry.fact)
    if told is not None and told.value is False and _plain_yes(turn):
        told = replace(told, value=True, confirmed=True)
    if told is not None and turn.knowledge.dialogue.asks(turn.heard.text) and _other_matter(turn, entry.question):
        return None
    kind = turn.knowledge.facts[entry.fact]
    if told is None or not told.confirmed:
        plain = _plainly(turn, kind)
        told = plain or (replace(told, confirmed=True) if told and kind.type in ("yes_no", "choice") else told)
    if told is not None:
        return turn.answered(entry, told)
    return _confirmed(turn, entry)


def _plainly(turn: Turn, kind: FactType) -> Fact | None:
    """The answer by its words alone; where what was learnt of answers speaks for another, that, or nothing if unsure."""
    text, words = turn.heard.text, turn.knowledge.dialogue
    if kind.beside is not None and re.search(kind.beside, text):
        return None
    if kind.type == "yes_no" and words.outright_yes_or_no(text):
        return answer_to(kind, text, turn.on, words)
    if words.supposes(text) or words.farewell(text):
        return None
    if _is_something_else(kind, text):
        # 我们是城里的，不算: it says so by itself.
        _, *rest = _CLAUSE.split(text, maxsplit=1)
        no = rest and words.outright_yes_or_no(rest[0]) and words.yes_or_no(rest[0]) is False
        return Fact(False) if no else None
    echoed = words.echoed(text, kind.question) if kind.type == "yes_no" else None
    if echoed is not None and _STILL not in kind.question and not turn.heard.denies(kind, echoed):
        return Fact(echoed)
    plain = answer_to(kind, text, turn.on, words)
    if kind.type != "yes_no":
        short = kind.type != "choice" or len(text) <= _BARE or (plain and turn.heard.leans(kind, plain.value))
        return plain if short else None if words.asks(text) else turn.heard.answer_to(kind)
    return _yes_or_no(turn, kind, plain)


def _yes_or_no(turn: Turn, kind: FactType, plain: Fact | None) -> Fact | None:
    """An answer of more than a yes or no. It is a yes only where it is learnt to be one and tells nothing else: what is
    not known never becomes a yes (我今年五十二, 还有俩月, 正在办)."""
    text, words = turn.heard.text, turn.knowledge.dialogue
    aside = any(not _linked(turn, kind, id) for id in turn.heard.facts) and not _answers_first(turn)
    if plain is not None and plain.value is False and all(fact.value is False for fact in turn.heard.facts.values()):
        aside = False  # 不是农村的: the same words deny both
    if words.asks(text) or (aside and (len(turn.heard.facts) > 1 or not words.short(text))):
        return None
    learnt = turn.heard.answer_to(kind)
    if plain is not None and not aside and turn.heard.leans(kind, plain.value):
        return plain if plain.value is False or turn.heard.yes(kind) >= _RATHER or _answers_first(turn) else None
    # As short as this it must be worded as a yes or no too (我妈是, 临时工), or most surely be one (闲着, but not 快了).
    share = max(turn.heard.answers.get(kind.id, {}).values(), default=0.0)
    surely = share >= (_SURELY if len(text) > _BARE else _MOST_SURELY) and not words.unsure(text)
    # 都没工作 tells each of them; learnt to be a yes, it is one of all.
    alike_told = kind.alike in turn.heard.facts and turn.heard.yes(kind) >= _RATHER
    unsaid = len(text) <= _BARE and plain is None and not surely and not alike_told
    # 都没工作 says yes to whether all are out of work too; a figure told beside says nothing of the kind.
    alike = surely and all(turn.knowledge.facts[id].type == "yes_no" for id in turn.heard.facts)
    return None if unsaid or (aside and not alike and learnt is not None and learnt.value is True) else learnt


def _linked(turn: Turn, kind: FactType, told: str) -> bool:
    """Whether a fact told beside an answer goes with the one asked for: the one follows from the other (领完了, 啥工作没有),
    or the question speaks of both (发的证, asked whether a certificate was got in the year)."""
    fact, other = turn.heard.facts[told], turn.knowledge.facts[told]
    follows = any(rule.fact == kind.id and rule.value == fact.value for rule in other.implied_by)
    same = len(pairs(other.label) & pairs(kind.question)) >= _MOSTLY * len(pairs(other.label))
    return follows or same or told == kind.alike or any(rule.fact == told for rule in kind.implied_by)


def _is_something_else(kind: FactType, text: str) -> bool:
    """Whether a message says what somebody is in words that the question of yes or no has none of: it is no yes (是城里的)."""
    said = _IS_SOMETHING.match(_CLAUSE.split(text, maxsplit=1)[0]) if kind.type == "yes_no" else None
    return said is not None and not set(said["what"]) & set(kind.label + kind.question)


def _plain_yes(turn: Turn) -> bool:
    """Whether a message begins with a yes and says no nowhere: 有，技能等级证书 is never a no, whatever else is read of it."""
    first, *rest = _CLAUSE.split(turn.heard.text, maxsplit=1)
    yes = len(first) <= _BARE and turn.knowledge.dialogue.yes_or_no(first) is True
    return yes and bool(rest) and not _NO.search(turn.heard.text)


def _answers_first(turn: Turn) -> bool:
    """Whether a message that tells other facts begins with an answer of its own: 有，28个人 (but not 对了，交过失业保险)."""
    first = _CLAUSE.split(turn.heard.text, maxsplit=1)[0]
    words = turn.knowledge.dialogue
    return first != "对了" and words.outright_yes_or_no(first) and words.yes_or_no(first) is not None


def _confirmed(turn: Turn, entry: Open) -> list[Reply] | None:
    """是: what was said stands for the fact asked for. 不是: it does not, and is asked about no more."""
    agreed = turn.knowledge.dialogue.yes_or_no(turn.heard.text)
    if entry.confirms is None or agreed is None:
        return None
    said = turn.session.known.facts[entry.confirms]
    if agreed:
        return turn.answered(entry, Fact(said.value))
    turn.learn({entry.confirms: replace(said, confirmed=False)})
    return [turn.say(entry.question, own=True, first=entry.fact)]


def _located(turn: Turn, entry: Open) -> list[Reply] | None:
    words, text = turn.knowledge.dialogue, turn.heard.text
    if turn.heard.places:
        place = decided_place(turn.knowledge, entry.question["topic"], turn.heard)
        told = place.region is not None and (names_place(text, turn.heard.surfaces, words) or not words.asks(text))
        return [turn.settled(place.region).say(entry.question, own=True)] if told and place.region else None
    if len(entry.options) == 1 and words.yes_or_no(text):
        return turn.chosen(entry.options[0])
    return None


def _named(turn: Turn, entry: Open) -> list[Reply] | None:
    """The matter meant: one of those offered, else the one that the message is about."""
    option = option_of(entry.options, turn.heard.text) if turn.knowledge.dialogue.short(turn.heard.text) else None
    if option is not None:
        return turn.chosen(option)
    question = turn.heard.questions[0] if turn.heard.questions else None
    if (
        question is None
        or question["topic"] not in turn.knowledge.matters
        or turn.knowledge.dialogue.asks(turn.heard.text)
    ):
        return None
    turn.learn(turn.heard.facts)
    turn.session.open.pop()
    return [turn.say({**entry.question, "topic": question["topic"], "near_topics": ()}, own=True)]


def _moved(turn: Turn) -> list[Reply] | None:
    """Another place told in place of the one before (我记岔了，是在兴城交的): what was asked last is answered for it."""
    session, here, last = turn.session, turn.heard.place.region, turn.session.last
    if last is None or session.asking is not None or here is None or not turn.heard.places:
        return None
    elsewhere = last.get("place") not in (None, here) and last["topic"] in turn.knowledge.matters
    words, text = turn.knowledge.dialogue, turn.heard.text
    if not elsewhere or words.asks(text) or words.corrected(text) is None:
        return None
    return [turn.settled(here).say(last, own=True)]


def _other_matter(turn: Turn, question: Question) -> bool:
    return bool(turn.heard.topics & set(turn.knowledge.matters)) and question["topic"] not in turn.heard.topics


def _continued(turn: Turn) -> list[Reply] | None:
    """Facts that bear on the case at hand, told without a question of their own."""
    question, words = case_told(turn), turn.knowledge.dialogue
    if question is None or not turn.heard.facts or words.asks(turn.heard.text):
        return None
    if turn.session.asking is None and words.supposes(turn.heard.text):
        return None
    if not turn.bears_on(question, turn.heard.facts):
        return None
    known = turn.session.known.facts
    if turn.session.asking is not None and all(
        id in known and known[id].value == fact.value for id, fact in turn.heard.facts.items()
    ):
        return None  # told again, it answers what is asked no more than it did
    turn.learn(turn.heard.facts)
    if turn.session.asking is None and question["intent"] in _GENERAL:
        question = {**question, "intent": "ask_eligibility"}
    return [turn.say(question, own=True)]
