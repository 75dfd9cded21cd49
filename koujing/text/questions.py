"""The asking sentence of a message: stories of several hundred characters hold one question, sometimes two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from koujing.text.terms import TrieTerms

__all__ = ["Asked", "QuestionFinder"]

_SENTENCE = re.compile(r"[^。!?;\n]*[。!?;\n]+|[^。!?;\n]+$")
_CLAUSE = re.compile(r"[^,]*,+|[^,]+$")
_ANY_CLAUSE = re.compile(r"[^,。!?;\n]*[,。!?;\n]+|[^,。!?;\n]+$")
# What numbers the things asked (1.…吗 2.…吗; a circled figure is a mere figure once normalised).
_NUMBERED = re.compile(r"(?:^|(?<=[:;,。!? ]))[(]?[1-4一二三四][).、](?!\d)|(?<=[:;])[1-4](?=[一-龥]{4})")
_SHORT = 60
_LONG_SENTENCE = 90
_NEW_SUBJECT = 2
# So many signs of its own make a situation told.
_SITUATION = 3


@dataclass(frozen=True)
class Asked:
    """What a message asks (one or two questions, in order) and the rest of it."""

    questions: tuple[str, ...]
    context: str


@dataclass(frozen=True)
class _Sentence:
    index: int
    text: str
    score: int


class QuestionFinder:
    """Finds asking sentences by the expressions of `policies/question_words.yml`: `asks`, `yes_no`, `leads`,
    `errands` (帮我查查), `complaints`, `hollow` (words that carry no subject of their own), `courtesy` and `joins` (另外, 还有).

    `topics` maps the names of matters to matter ids; two questions are told apart only when each names a matter the
    other does not, or when a word of `joins` opens the second and it has a subject of its own.
    """

    def __init__(self, words: Mapping[str, str], topics: Mapping[str, str] | None = None) -> None:
        self._asks, self._yes_no, self._leads, self._complaints, self._hollow, self._courtesy = (
            re.compile(words[name]) for name in ("asks", "yes_no", "leads", "complaints", "hollow", "courtesy")
        )
        self._joins, self._join = re.compile("^" + words["joins"]), re.compile(r"(?<=[^,。!?;\s])\s*" + words["joins"])
        self._errand = re.compile(words["errands"])
        self._topics = topics or {}
        self._topic_words = TrieTerms(self._topics)

    def split(self, text: str) -> Asked:
        """The question or the two questions of a normalised message; a short message is itself.

        Never empty: a message that asks nothing is returned whole, or, when long, by its last sentence.
        """
        text = _NUMBERED.sub("。", text)
        sentences = [part.strip() for part in _SENTENCE.findall(text) if part.strip(" 。!?;\n")]
        if not sentences:
            return Asked((text,), "")
        if len(text) <= _SHORT:
            pair = self._two_of(text)
            return Asked(pair or (text,), "")
        sentences = [s for s in sentences if not self._courtesy.match(s)] or sentences
        scored = [_Sentence(i, s, self._score(s) + (i == len(sentences) - 1)) for i, s in enumerate(sentences)]
        best = max(scored, key=lambda s: (s.score, s.index))
        if best.score < 2:
            best = scored[-1]
        chosen = [best]
        second = max(
            (s for s in scored if s is not best and s.score >= 3), key=lambda s: (s.score, s.index), default=None
        )
        if second is not None and self._distinct(second.text, best.text):
            chosen = sorted([best, second], key=lambda s: s.index)
        questions = tuple(self._focused(each.text) for each in chosen)
        if len(questions) == 1 and (pair := self._two_of(questions[0])):
            questions = pair
        return Asked(questions, self._rest(text, questions))

    def asking_sentences(self, text: str) -> list[str]:
        """Just the questions."""
        return list(self.split(text).questions)

    def halves(self, text: str) -> Iterator[tuple[str, str]]:
        """Where a text may part into two questions: between two clauses that ask, each with what stands before it."""
        parted = self._join.sub(r",\g<0>", _NUMBERED.sub("。", text))
        clauses = [c.strip() for part in _SENTENCE.findall(parted) for c in _CLAUSE.findall(part) if c.strip(" ,。!?;")]
        asking = [i for i, clause in enumerate(clauses) if self._asking(clause) or self._errand.search(clause)]
        for cut in asking[:-1]:
            yield "".join(clauses[: cut + 1]).strip(" ,"), "".join(clauses[cut + 1 :]).strip(" ,")

    def parted(self, first: str, second: str) -> bool:
        """Whether one half ends as a sentence, or the other begins as a further question, so that neither is a mere clause."""
        return first.endswith(("。", "!", "?", ";")) or bool(self._joins.search(second))

    def asking_clause(self, text: str) -> tuple[int, int]:
        """Where the last clause stands that asks; the last of all where none does."""
        clauses = [each for each in _ANY_CLAUSE.finditer(text) if each[0].strip(" ,。!?;\n")]
        asking = [each for each in clauses if self._asking(each[0])] or clauses
        return asking[-1].span() if asking else (0, len(text))

    def tells(self, text: str) -> bool:
        """Whether a text says more than a courtesy or that something is to be asked (您好, 我想问一下), or the name of what."""
        rest = self._leads.sub("", text)
        return len(self._subject(rest)) >= _SITUATION and not self._courtesy.match(text) and rest not in self._topics

    def asked_last(self, text: str) -> tuple[str, list[str]]:
        """What a text tells, and the clauses at its end that all ask (…, 能返多少, 要什么材料); courtesies are left out."""
        clauses = [each for each in _ANY_CLAUSE.findall(text) if each.strip(" ,。!?;\n")]
        while clauses and self._courtesy.match(clauses[-1]):
            clauses.pop()
        cut = len(clauses)
        while cut and self._asking(clauses[cut - 1]):
            cut -= 1
        return "".join(clauses[:cut]), [each.strip(" ,。!?;\n") for each in clauses[cut:]]

    def _score(self, sentence: str) -> int:
        score = 2 * bool(self._asks.search(sentence)) + 2 * bool(self._yes_no.search(sentence.rstrip("。!?; ")))
        score += 2 * bool(self._leads.search(sentence)) + 2 * ("?" in sentence)
        return score + (1 if self._complaints.search(sentence) else 0)

    def _asking(self, clause: str) -> bool:
        return bool(self._asks.search(clause) or self._yes_no.search(clause.rstrip(",。!?; ")))

    def _subject(self, clause: str) -> str:
        return re.sub(r"[^\w]", "", self._hollow.sub("", clause))

    def _matters(self, text: str) -> frozenset[str]:
        return frozenset(self._topics[term.said] for term in self._topic_words.find(text))

    def _distinct(self, one: str, other: str) -> bool:
        """Both ask, each about a matter the other does not name, or the second opens with 另外."""
        first, second = self._matters(one), self._matters(other)
        if first and second:
            return not first & second
        if not self._joins.search(other):
            return False
        mine, its = self._subject(one), self._subject(self._joins.sub("", other))
        return min(len(mine), len(its)) >= _NEW_SUBJECT and not set(_pairs(mine)) & set(_pairs(its))

    def _two_of(self, text: str) -> tuple[str, ...] | None:
        """The two questions of a short text, if two of its clauses ask, each about its own matter."""
        return next((pair for pair in self.halves(text) if self._distinct(*pair)), None)

    def _focused(self, sentence: str) -> str:
        """A long sentence cut to its asking clauses and the clause before the first of them."""
        if len(sentence) <= _LONG_SENTENCE:
            return sentence
        clauses = _CLAUSE.findall(sentence)
        asking = [i for i, clause in enumerate(clauses) if self._asking(clause)]
        if not asking:
            return sentence
        start = asking[-1]
        while start - 1 in asking:
            start -= 1
        while start > 0 and sum(map(len, clauses[start : asking[-1] + 1])) < _SHORT // 2:
            start -= 1
        return "".join(clauses[start : asking[-1] + 1]).strip()

    @staticmethod
    def _rest(text: str, questions: tuple[str, ...]) -> str:
        rest = text
        for question in questions:
            rest = rest.replace(question, "", 1)
        return rest.strip(" ,")


def _pairs(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)]
