"""Everything read from one message, without Rasa: questions with topic and intent, facts and places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koujing.knowledge.base import Knowledge
from koujing.knowledge.fact_words import load_fact_reader
from koujing.knowledge.yaml_lines import read_document
from koujing.search.clauses import ClauseSearch
from koujing.search.topics import Example, QuestionModel, Reading, tidy
from koujing.text.cutting import Cutter
from koujing.text.facts import FactReader, ReadFact
from koujing.text.normalise import normalise
from koujing.text.places import PlaceFinder
from koujing.text.questions import QuestionFinder

__all__ = ["MessageReader", "Tools", "build_tools", "train"]

SMALLTALK = "smalltalk"
OUTSIDE = "out_of_scope"
# An intent with this share of the best one's probability may have been meant instead.
NEARLY = 0.35


@dataclass(frozen=True)
class Tools:
    """What reads a text by data alone: the word cutter, the fact reader and the place finder."""

    cutter: Cutter
    facts: FactReader
    places: PlaceFinder
    questions: QuestionFinder


class MessageReader:
    """Reads messages with a trained `QuestionModel` and the policies' own words.

    `tools` come from the policies, `model` from training; both are only read, so one reader serves all threads.
    """

    def __init__(self, knowledge: Knowledge, tools: Tools, model: QuestionModel) -> None:
        self._knowledge, self._tools, self._model = knowledge, tools, model
        self._search = ClauseSearch(_matter_texts(knowledge), tools.cutter.words)

    def read(self, message: str, on: dt.date) -> dict[str, Any]:
        """`{text, questions, facts, places}` as `koujing.answering.conversation.respond` takes it."""
        text = normalise(message)
        facts = [
            {"fact": f.fact, "value": f.value, "said": f.said, "approximate": f.approximate}
            for f in _one_person(self._tools.facts.read(text, on))
        ]
        places = [
            {"surface": p.surface, "regions": list(p.candidates), "start": p.start, "end": p.end}
            for p in self._tools.places.find(text, self._cuts(text))
        ]
        return {"text": text, "questions": self._questions(text), "facts": facts, "places": places}

    def _questions(self, text: str) -> list[dict[str, Any]]:
        whole = self.plain(text)
        found: dict[tuple[str, str], dict[str, Any]] = {}
        sentences = self._tools.questions.asking_sentences(text)
        for sentence in sentences:
            plain = self.plain(sentence)
            reading = self._model.read(plain, whole, self._tools.cutter.words, self._search.scores(plain))
            entry = self._entry(sentence, text if len(sentences) == 1 else sentence, reading)
            found.setdefault((entry["topic"], entry["intent"]), entry)
        entries = list(found.values())
        inside = [entry for entry in entries if entry["topic"] in self._knowledge.matters]
        return inside if inside and len(inside) < len(entries) else entries

    def _entry(self, sentence: str, context: str, reading: Reading) -> dict[str, Any]:
        topic, intent = reading.topic, reading.intent
        if topic not in self._knowledge.matters:
            status = self._knowledge.refusals["kinds"][topic]["status"]
            intent = SMALLTALK if status == "smalltalk" else OUTSIDE
        best = reading.intents[0][1]
        near = [name for name, share in reading.intents[1:] if share >= NEARLY * best and name != "quote_original"]
        return {
            "text": sentence, "context": context, "topic": topic, "intent": intent,
            "near_intents": near,
            "outside": tidy(reading.outside),
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
        """The normalised text as the model sees it: lower case, place names made one sign."""
        lowered = normalise(text).lower()
        for place in sorted(self._tools.places.find(lowered, self._cuts(lowered)), key=lambda p: -p.start):
            lowered = lowered[: place.start] + "某地" + lowered[place.end :]
        return lowered


def _matter_texts(knowledge: Knowledge) -> dict[str, str]:
    """What is searched for each matter: its names, its gist and the main clauses of its provisions."""
    texts = {m.id: "".join((m.name, *m.words, m.about)) for m in knowledge.matters.values()}
    for provision in knowledge.provisions.values():
        texts[provision.matter] += "".join(knowledge.clauses[id].text for id in provision.clauses[:3])
    return {id: normalise(text) for id, text in texts.items()}


def _one_person(facts: Sequence[ReadFact]) -> list[ReadFact]:
    """The asker's own facts; where only one other person is told of (我女儿 …), that person's."""
    own = [fact for fact in facts if not fact.whose]
    others = {fact.whose for fact in facts if fact.whose}
    return list(facts) if not own and len(others) == 1 else own


def build_tools(knowledge: Knowledge, policies: Path, cache: Path | None = None) -> Tools:
    """The tools from the policy files.

    Raises:
        PolicyFileError: a policy file is wrong.
    """
    names = {word: matter.id for matter in knowledge.matters.values() for word in (matter.name, *matter.words)}

    def read(name: str) -> Mapping[str, Any]:
        data: Mapping[str, Any] = read_document(policies / f"{name}.yml").data
        return data

    return Tools(
        cutter=Cutter(names, cache),
        facts=load_fact_reader(policies / "fact_words.yml", read("facts")["facts"]),
        places=PlaceFinder(**knowledge.regions.finder_data()),
        questions=QuestionFinder(read("question_words"), names),
    )


def train(knowledge: Knowledge, tools: Tools, labelled: Sequence[tuple[str, str, str]]) -> QuestionModel:
    """A model from `(text, topic, intent)` triples."""
    model = QuestionModel(knowledge.matters)
    plain = MessageReader(knowledge, tools, model).plain
    model.fit([Example(plain(text), topic, intent) for text, topic, intent in labelled], tools.cutter.words)
    return model
