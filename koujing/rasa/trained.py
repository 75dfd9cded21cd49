"""What is learnt from the examples: the reading of questions, of facts told, of answers of yes or no, and of what steers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

from koujing.answering.asked import ALL_MATTERS, NO_MATTER
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import FactType
from koujing.search.acts import NONE, ActModel
from koujing.search.answers import NEITHER, NO, YES, Answered, AnswerModel
from koujing.search.told import FactModel
from koujing.search.topics import Example, QuestionModel
from koujing.text.marked import Marked

__all__ = ["ANSWER", "SCREEN", "Labelled", "Trained", "learn"]

SCREEN = "screen"
ANSWER = "answer"
"""The topic of examples that answer any question of yes or no; they teach no topic."""
_MEANINGS = {"affirm": YES, "deny": NO}
_UNSURE = {"unsure": "unknown"}
# The day from which dates in the marked sentences count: any will do, only what a figure is of is learnt.
_WRITTEN = dt.date(2021, 9, 15)
# Questions as short as answers teach what is none; of these, every so many.
_SHORT, _EVERY = 20, 5
# Of statements, so many steer nothing.
_STATED = 3


@dataclass(frozen=True)
class Labelled:
    """A training question as the model sees it (`text`), as facts are read from it (`plain`), and its labels."""

    text: str
    plain: str
    topic: str
    intent: str


@dataclass(frozen=True)
class Trained:
    """The four models; facts and answers are None where there were no marked sentences, acts where there were no wordings."""

    questions: QuestionModel
    facts: FactModel | None = None
    answers: AnswerModel | None = None
    acts: ActModel | None = None


def learn(
    knowledge: Knowledge,
    words: Callable[[str], Sequence[str]],
    labelled: Sequence[Labelled],
    marked: Sequence[Marked] = (),
    steering: Sequence[tuple[str, str]] = (),
) -> Trained:
    """Train all four; `words` cuts a text into words, `steering` are texts with their acts."""
    questions = QuestionModel([*knowledge.matters, NO_MATTER, ALL_MATTERS], [SCREEN], [NO_MATTER])
    asking = [each for each in labelled if each.topic != ANSWER]
    questions.fit([Example(each.text, each.topic, each.intent) for each in asking], words)
    acts = ActModel() if steering else None
    if acts is not None:
        acts.fit([*steering, *_steering_nothing(labelled, marked)])
    if not marked:
        return Trained(questions, acts=acts)
    facts = FactModel()
    facts.fit([each for each in marked if _states(knowledge.facts, each)], _WRITTEN)
    yes_or_no = [id for id, kind in knowledge.facts.items() if kind.type == "yes_no"]
    answers = AnswerModel(yes_or_no)
    answers.fit([*_told(knowledge.facts, marked), *_beside(yes_or_no, marked), *_general(labelled)])
    return Trained(questions, facts, answers, acts)


def _states(types: Mapping[str, FactType], sentence: Marked) -> bool:
    """Whether a sentence says by itself what it tells: statements do, and answers that name one of several options."""
    return not sentence.asked or types[sentence.asked].type == "choice"


def _told(types: Mapping[str, FactType], marked: Sequence[Marked]) -> Iterator[Answered]:
    """What marked sentences say of facts of yes or no: an answer to the one it was given to, a statement to its own."""
    for sentence in marked:
        if sentence.asked:
            if types[sentence.asked].type == "yes_no":
                said = [mark.value for mark in sentence.marks if mark.fact == sentence.asked]
                yield Answered(sentence.asked, sentence.text, (said and said[0]) or NEITHER)
            continue
        for mark in sentence.marks:
            if mark.value in (YES, NO):
                yield Answered(mark.fact, sentence.text[mark.start : mark.end], mark.value)


def _beside(facts: Sequence[str], marked: Sequence[Marked]) -> Iterator[Answered]:
    """What tells one fact answers no question about another: every statement, as an answer to some other question."""
    others = cycle(facts)
    for sentence in marked:
        told = {mark.fact for mark in sentence.marks}
        if sentence.asked or told.issuperset(facts):
            continue
        for mark in sentence.marks:
            if mark.value in (YES, NO):
                other = next(fact for fact in others if fact not in told)
                yield Answered(other, sentence.text[mark.start : mark.end], NEITHER)


def _general(labelled: Sequence[Labelled]) -> Iterator[Answered]:
    """Answers to any question, and short questions, which are none."""
    for each in labelled:
        if each.topic == ANSWER:
            yield Answered("", each.plain, _MEANINGS.get(each.intent, NEITHER))
    short = [each for each in labelled if each.topic != ANSWER and len(each.plain) <= _SHORT]
    yield from (Answered("", each.plain, NEITHER) for each in short[::_EVERY])


def _steering_nothing(labelled: Sequence[Labelled], marked: Sequence[Marked]) -> Iterator[tuple[str, str]]:
    """Answers, statements and short questions, which steer nothing; an answer that does not know passes over what was asked."""
    for each in labelled:
        if each.topic == ANSWER:
            yield each.plain, _UNSURE.get(each.intent, NONE)
    yield from ((each.text, NONE) for each in [each for each in marked if len(each.text) <= _SHORT][::_STATED])
    short = [each for each in labelled if each.topic != ANSWER and len(each.plain) <= _SHORT]
    yield from ((each.plain, NONE) for each in short[::_EVERY])
