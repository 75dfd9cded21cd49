"""Whom a message asks about: of the persons it names, the one that its question speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from koujing.text.facts import FactReader
from koujing.text.persons import ASKER, TOGETHER, Mention
from koujing.text.questions import QuestionFinder
from koujing.text.whose import ReadFact, of_one

__all__ = ["Subject", "Subjects"]


@dataclass(frozen=True)
class Subject:
    """The person asked about, None where nobody is named, and the facts told of that person."""

    who: str | None
    facts: tuple[ReadFact, ...]


class Subjects:
    """Finds the person asked about by the words of the fact reader and the question finder."""

    def __init__(self, facts: FactReader, questions: QuestionFinder) -> None:
        self._facts, self._questions = facts, questions

    def asked_about(self, plain: str, reads: Sequence[ReadFact], questions: Sequence[str]) -> Subject:
        """Whom the question names, else whom the message speaks of last with facts of its own.

        In the latter case the facts count that do not hold otherwise of another person.
        """
        mentions = [each for each in self._facts.mentions(plain) if each.who != TOGETHER]
        named = self._named(plain, mentions, questions)
        if named is not None:
            return Subject(named, self._facts_of(reads, named, surely=True))
        told_of = {read.whose for read in reads}
        spoken_of = [each.who for each in reversed(mentions)]
        focus = next((who for who in spoken_of if who in told_of), None)
        if focus is None:
            focus = reads[0].whose if reads else next(iter(spoken_of), None)
        return Subject(focus, self._facts_of(reads, focus or "", surely=False))

    def _facts_of(self, reads: Sequence[ReadFact], who: str, *, surely: bool) -> tuple[ReadFact, ...]:
        """The facts of one person, what the asker told of their family, and what holds for both, told of the only other."""
        own = of_one(reads, who, surely=surely)
        others = {read.whose for read in reads if read.whose != who}
        known = {read.fact for read in own}
        family = [read for read in reads if read.whose == ASKER and self._facts.of_family(read.fact, who)]
        shared = [read for read in reads if self._facts.shared(read.fact)] if len(others) == 1 else []
        return (*own, *(read for read in (*family, *shared) if read.fact not in known))

    def _named(self, plain: str, mentions: Sequence[Mention], questions: Sequence[str]) -> str | None:
        """Whom the asking clause names last, else the question that is a part of the message."""
        asked = self._facts.plain(questions[0]) if questions else plain
        at = max(plain.find(asked), 0)
        until = at + len(asked)
        start, end = self._questions.asking_clause(plain[at:until])
        for since, to in ((at + start, at + end), (at, until) if asked != plain else (0, 0)):
            if found := [each.who for each in mentions if since <= each.start < to]:
                return found[-1]
        return None
