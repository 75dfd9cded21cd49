"""The cue file `policies/fact_words.yml`, held against its schema and the facts, with errors by line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from koujing.knowledge.schemas import validate
from koujing.knowledge.yaml_lines import read_document
from koujing.text.cues import CueError
from koujing.text.facts import FactReader

__all__ = ["load_fact_reader"]


def load_fact_reader(path: Path, fact_types: Mapping[str, Mapping[str, Any]]) -> FactReader:
    """A reader from the cue file; `fact_types` is the plain data under `facts` of `policies/facts.yml`.

    Raises:
        PolicyFileError: the file does not fit its schema, names an unknown fact, value or macro, or has a bad pattern.
    """
    document = read_document(path)
    validate(document, "fact_words")
    try:
        return FactReader(fact_types, document.data)
    except CueError as error:
        raise document.error(
            error.path, str(error), "这条线索读不出事实", "对照文件开头的说明和 facts.yml 修正"
        ) from error
