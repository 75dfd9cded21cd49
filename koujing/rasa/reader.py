"""Everything read from one message, without Rasa: questions with topic and intent, facts and places."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

from koujing.answering.asked import ALL_MATTERS, NO_MATTER
from koujing.knowledge.base import Knowledge
from koujing.rasa.bearing import Bearing
from koujing.rasa.pairs import QuestionPairs
from koujing.rasa.tools import Tools
from koujing.rasa.trained import SCREEN, Labelled, Trained, learn
from koujing.search.clauses import ClauseSearch
from koujing.search.topics import QuestionModel, Reading, tidy
from koujing.text.documents import DocumentFinder
from koujing.text.learnt import Told
from koujing.text.marked import Marked
from koujing.text.normalise import normalise
from koujing.text.persons import ASKER, TOGETHER, PersonFinder
from koujing.text.places import FoundPlace
from koujing.text.subjects import Subjects
from koujing.text.whose import ReadFact, of_one

__all__ = ["MessageReader", "train"]

# The same parts of a message are asked for their places again and again while it is read.
_RECENT = 32
# A longer message is no mere answer.
LONGEST_ANSWER = 40
SMALLTALK = "smalltalk"
OUTSIDE = "out_of_scope"
# An intent with this share of the best one's probability may have been meant instead.
NEARLY = 0.35
# Words at home under any subject name one only where it is so likely (要几个工作日办完).
NAMED = 0.6
# 申唔申请到: whether one can.
_CAN_OR_NOT = re.compile(r"([一-龥]{1,2})唔(\1[一-龥]?(?:到|得(?!过)))")
_APART = re.compile(r"(?<=[一-龥]) (?=\d)|(?<=\d) (?=[人个名家元块万年月日号岁次天%])")  # 参保 46 裁 3 人
# What a message sighs before it says anything.
_SIGH = re.compile(r"^[^\w(（\"“]*(?:[唉哎欸诶噢哦呃嗯啊呀]+[^\w(（\"“]+)*(?=\w)")
# A shorter clause says nothing of what is asked.
_LEAST_CLAUSE = 4


class MessageReader:
    """Reads messages with what was learnt from examples and the policies' own words.

    `tools` come from the policies, `trained` from training; both are only read, so one reader serves all threads.
    """

    def __init__(self, knowledge: Knowledge, tools: Tools, trained: Trained) -> None:
        self._knowledge, self._tools, self._trained = knowledge, tools, trained
        self._places = lru_cache(_RECENT)(self._find_places)
        self._documents = DocumentFinder({n.document: n.region for n in knowledge.notices.values() if n.document})
        self._subjects = Subjects(tools.facts, tools.questions)
        self._pairs = QuestionPairs(
            knowledge, tools.questions, lambda half: self._question(half, half, half), self._named_places
        )
        self._bearing = Bearing(knowledge)
        self._search = ClauseSearch(_matter_texts(knowledge), tools.cutter.words)

    def read(self, message: str, on: dt.date, asked: frozenset[str] | None = None) -> dict[str, Any]:
        """`{text, questions, facts, supposed, others, places, answers, person, by_word, persons, personal, acts}` as
        `koujing.answering.conversation.respond` takes it.

        All of it speaks of the text as understood: normalised, in Chinese, its terms restored. `answers` are told to the
        facts that were `asked` for before; where it is not known which, to all.
        """
        text = self._understood(message)
        plain = self._tools.facts.plain(text)
        questions = self._questions(text)
        told = self._bearing.weighed(self._stated(plain, on), questions)
        reads = self._tools.facts.everyones(text, on, told)
        places = self._named_places(text)
        subject = self._subjects.asked_about(plain, reads, [question["text"] for question in questions])
        others = dict.fromkeys(read.whose for read in reads if read.whose != subject.who)
        places = self._meant_places(places, plain, subject.who, text)
        return {
            "text": text, "questions": questions, "places": places, "answers": self._answers(plain, told, asked),
            "facts": [_plain(read) for read in subject.facts], "supposed": self._supposed(text, on),
            "others": {who: [_plain(read) for read in of_one(reads, who, surely=True)] for who in others},
            "person": subject.who, "by_word": self._tools.facts.told_by_word(subject.who), "persons": self._tools.facts.person_words(text),
            "personal": self._tools.facts.names_anyone(text), "acts": self._acts(plain),
        }  # fmt: skip

    def _meant_places(
        self, places: list[dict[str, Any]], plain: str, asked: str | None, text: str
    ) -> list[dict[str, Any]]:
        """The places without those where another person than the one asked about is (闺女在沈阳租房)."""
        if plain != text:
            return places
        mentions = self._tools.facts.mentions(plain)
        return [each for each in places if PersonFinder.at(mentions, each["start"]) in (ASKER, TOGETHER, asked)]

    def _supposed(self, text: str, on: dt.date) -> list[dict[str, Any]]:
        """What a question that puts a case otherwise would tell, were it so (要是评上国家级呢)."""
        words = self._knowledge.dialogue
        if not words.supposes(text):
            return []
        plain = self._tools.facts.plain(words.supposed(text))
        return [_plain(read) for read in self._tools.facts.read(plain, on, self._stated(plain, on))]

    def _stated(self, plain: str, on: dt.date) -> list[Told]:
        """What was learnt to be stated in a text made plain."""
        model = self._trained.facts
        return self._tools.facts.told(plain, lambda text: model.read(text, on)) if model else []

    def _answers(self, text: str, told: Sequence[Told], asked: frozenset[str] | None) -> dict[str, dict[str, float]]:
        """For each fact that was asked for, how likely each of its values is by the words of a short answer."""
        if self._trained.answers is None or len(text) > LONGEST_ANSWER or asked == frozenset():
            return {}
        answers = self._trained.answers.read(text)
        for each in told:
            if each.value is not None and self._knowledge.facts[each.fact].type == "choice":
                shares = answers.setdefault(each.fact, {})
                shares[each.value] = max(each.share, shares.get(each.value, 0.0))
        return answers if asked is None else {fact: answers[fact] for fact in answers if fact in asked}

    def _acts(self, plain: str) -> dict[str, float]:
        """How likely a short message is each act that steers a conversation (跳过, 为什么问这个)."""
        acts = self._trained.acts
        return acts.read(plain) if acts is not None and len(plain) <= LONGEST_ANSWER else {}

    def _questions(self, text: str) -> list[dict[str, Any]]:
        found: dict[tuple[str, str], dict[str, Any]] = {}
        sentences = self._tools.questions.asking_sentences(text)
        if pair := self._pairs.of(text):
            return pair
        for sentence in sentences:
            entry = self._question(sentence, text, text if len(sentences) == 1 else sentence)
            if len(sentences) > 1 and (places := self._named_places(sentence)):
                entry["places"] = places
            found.setdefault((entry["topic"], entry["intent"]), entry)
        entries = list(found.values())
        inside = [entry for entry in entries if entry["topic"] not in self._knowledge.refusals["kinds"]]
        return inside if inside and len(inside) < len(entries) else entries

    def _question(self, sentence: str, text: str, context: str) -> dict[str, Any]:
        """One question of a text, read."""
        return {
            **self._entry(sentence, context, self._reading(sentence, text)),
            "general": self._asks_for_all(sentence),
            "situated": self._tells_before(sentence),
        }

    def _reading(self, sentence: str, text: str) -> Reading:
        plain = self._masked(sentence)
        whole = plain if sentence == text else self._masked(text)
        start, end = self._tools.questions.asking_clause(plain)
        clause = plain[start:end].strip(" ,。!?;\n")
        asking = clause if len(clause) >= _LEAST_CLAUSE and len(clause) < len(plain.strip(" ,。!?;\n")) else None
        evidence = self._search.scores(plain)
        return self._trained.questions.read(plain, whole, self._tools.cutter.words, evidence, asking)

    def _tells_before(self, sentence: str) -> bool:
        """Whether what a sentence asks comes after words of a situation, that are no courtesies (学挖掘机呢, 能不能领…)."""
        start, _ = self._tools.questions.asking_clause(sentence)
        before = sentence[:start].strip(" ,。!?;:\n")
        return (
            bool(before)
            and self._tools.questions.tells(before)
            and self._trained.questions.says_something(self._tools.cutter.words(self._masked(before)))
        )

    def _asks_for_all(self, sentence: str) -> bool:
        """Whether what a sentence asks, without what it tells before, is what there is to be had (…,有什么可以申请)."""
        start, end = self._tools.questions.asking_clause(sentence)
        clause = sentence[start:end]
        if clause == sentence or not self._knowledge.dialogue.screens(clause):
            return False
        return self._reading(clause, clause).topic == ALL_MATTERS

    def _named_places(self, text: str) -> list[dict[str, Any]]:
        """The places of a text; where there are none, those of the notices that it names by their numbers."""
        named = [(p.surface, list(p.candidates), p.start, p.end) for p in self._places(text)]
        named = named or [(d.surface, [d.region], d.start, d.end) for d in self._documents.find(text)]
        return [{"surface": said, "regions": ids, "start": start, "end": end} for said, ids, start, end in named]

    def _entry(self, sentence: str, context: str, reading: Reading) -> dict[str, Any]:
        topic, intent = reading.topic, reading.intent
        unnamed = reading.bare and context == sentence and reading.topics[0][1] < NAMED
        if unnamed and topic in self._knowledge.matters:
            topic = NO_MATTER
        if topic == ALL_MATTERS:
            intent = SCREEN
        elif topic in self._knowledge.refusals["kinds"]:
            status = self._knowledge.refusals["kinds"][topic]["status"]
            intent = SMALLTALK if status == "smalltalk" else OUTSIDE
        best = reading.intents[0][1]
        near = [name for name, share in reading.intents[1:] if share >= NEARLY * best and name != "quote_original"]
        return {
            "text": sentence, "context": context, "topic": topic, "intent": intent,
            "near_intents": near,
            "bare": reading.bare, "asks_bare": reading.asks_bare, "elsewhere": reading.elsewhere, "outside": tidy(reading.outside), "share": tidy(reading.topics[0][1]),
            "topics": [[name, tidy(share)] for name, share in reading.topics[:3]],
            "intents": [[name, tidy(share)] for name, share in reading.intents[:3]],
        }  # fmt: skip

    def _cuts(self, text: str) -> set[int]:
        """The positions between the words of a text."""
        cuts, at = {0}, 0
        for word in self._tools.cutter.words(text):
            at = text.index(word, at)
            cuts |= {at, at + len(word)}
            at += len(word)
        return cuts

    def plain(self, text: str) -> str:
        """A text as the model sees it: as understood, lower case, place names made one sign."""
        return self._masked(self._understood(text))

    def _understood(self, message: str) -> str:
        """A message normalised, its English words in Chinese, its terms restored where they were written by sound.

        Places are found first: what they cover stays, and no term is restored that would name another place.
        """
        text = _APART.sub("", self._tools.glossary.translate(normalise(message)))
        places = [(place.start, place.end) for place in self._places(text)]
        restored = self._tools.terms.restore(text, places)
        if restored == text or all((place.start, place.end) in places for place in self._places(restored)):
            return restored
        return text

    def _masked(self, text: str) -> str:
        lowered = _CAN_OR_NOT.sub(r"能不能\2", _SIGH.sub("", text.lower()))
        for place in sorted(self._places(lowered), key=lambda p: -p.start):
            lowered = lowered[: place.start] + "某地" + lowered[place.end :]
        return lowered

    def _find_places(self, text: str) -> tuple[FoundPlace, ...]:
        return tuple(self._tools.places.find(text, partial(self._cuts, text)))


def _matter_texts(knowledge: Knowledge) -> dict[str, str]:
    """What is searched for each matter: its names, its gist and the main clauses of its provisions."""
    texts = {m.id: "".join((m.name, *m.words, m.about)) for m in knowledge.matters.values()}
    for provision in knowledge.provisions.values():
        texts[provision.matter] += "".join(knowledge.clauses[id].text for id in provision.clauses[:3])
    return {id: normalise(text) for id, text in texts.items()}


def _plain(read: ReadFact) -> dict[str, Any]:
    return {
        "fact": read.fact, "value": read.value, "said": read.said, "approximate": read.approximate,
        "low": read.low, "high": read.high,
    }  # fmt: skip


def train(
    knowledge: Knowledge,
    tools: Tools,
    labelled: Sequence[tuple[str, str, str]],
    marked: Sequence[Marked] = (),
    steering: Sequence[tuple[str, str]] = (),
) -> Trained:
    """What is learnt from `(text, topic, intent)` triples, sentences in which facts are marked, and texts with their acts."""
    plain = MessageReader(knowledge, tools, Trained(QuestionModel(()))).plain
    examples = [Labelled(plain(text), tools.facts.plain(text), topic, intent) for text, topic, intent in labelled]
    return learn(knowledge, tools.cutter.words, examples, [*marked, *tools.facts.affirmed(marked)], steering)
