"""What reads a text by the policy files alone, without anything learnt: words, facts, places, questions, terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koujing.knowledge.base import Knowledge
from koujing.knowledge.fact_words import load_fact_reader
from koujing.knowledge.schemas import validate
from koujing.knowledge.yaml_lines import read_document
from koujing.text.cutting import Cutter
from koujing.text.facts import FactReader
from koujing.text.glossary import Glossary
from koujing.text.places import PlaceFinder
from koujing.text.questions import QuestionFinder
from koujing.text.sounds import SoundTable, TermRestorer

__all__ = ["Tools", "build_tools"]


@dataclass(frozen=True)
class Tools:
    """What reads a text by data alone: the word cutter, the fact reader, the place finder and so on."""

    cutter: Cutter
    facts: FactReader
    places: PlaceFinder
    questions: QuestionFinder
    glossary: Glossary
    terms: TermRestorer


def build_tools(knowledge: Knowledge, policies: Path, cache: Path | None = None) -> Tools:
    """The tools from the policy files.

    Raises:
        PolicyFileError: a policy file is wrong.
    """
    names = {word: matter.id for matter in knowledge.matters.values() for word in (matter.name, *matter.words)}

    def read(name: str) -> Mapping[str, Any]:
        data: Mapping[str, Any] = read_document(policies / f"{name}.yml").data
        return data

    def read_valid(name: str) -> Mapping[str, Any]:
        document = read_document(policies / f"{name}.yml")
        validate(document, name)
        data: Mapping[str, Any] = document.data
        return data

    cutter, sounds = Cutter(names, cache), read_valid("sounds")
    return Tools(
        cutter=cutter,
        facts=load_fact_reader(policies / "fact_words.yml", read("facts")["facts"]),
        places=PlaceFinder(**knowledge.regions.finder_data()),
        questions=QuestionFinder(read("question_words"), names),
        glossary=Glossary({**knowledge.regions.romanised(), **read_valid("glossary")["words"]}),
        terms=TermRestorer([*names, *sounds["terms"]], cutter.weigh, SoundTable(sounds["confused"]), sounds["meant"]),
    )
