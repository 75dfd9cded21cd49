"""The reader of facts from free text, loaded once a process: it takes seconds, and several parts of the desk read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock

from koujing.knowledge.fact_words import load_fact_reader
from koujing.knowledge.yaml_lines import read_document
from koujing.text.facts import FactReader

__all__ = ["fact_reader"]


_loading = Lock()


def fact_reader(policies: Path) -> FactReader:
    """The reader of a folder of policies. Blocking at first; it can be used from several threads."""
    with _loading:
        return _loaded(policies)


@cache
def _loaded(policies: Path) -> FactReader:
    return load_fact_reader(policies / "fact_words.yml", read_document(policies / "facts.yml").data["facts"])
