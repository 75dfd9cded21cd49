"""The cue file `policies/fact_words.yml` and the Cantonese words beside it, held against schemas, with errors by line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from koujing.knowledge.schemas import validate
from koujing.knowledge.yaml_lines import read_document
from koujing.text.cantonese import Cantonese, CantoneseError
from koujing.text.cues import CueError
from koujing.text.facts import FactReader

__all__ = ["load_cantonese", "load_fact_reader"]


def load_fact_reader(path: Path, fact_types: Mapping[str, Mapping[str, Any]]) -> FactReader:
    """A reader from the cue file; `fact_types` is the plain data under `facts` of `policies/facts.yml`.

    Cantonese is read through `cantonese.yml` of the same folder; where there is none, only by the cues' own words.

    Raises:
        PolicyFileError: the file does not fit its schema, names an unknown fact, value or macro, or has a bad pattern.
    """
    document = read_document(path)
    validate(document, "fact_words")
    beside = path.with_name("cantonese.yml")
    cantonese = load_cantonese(beside) if beside.exists() else None
    try:
        return FactReader(fact_types, document.data, cantonese=cantonese)
    except CueError as error:
        raise document.error(
            error.path, str(error), "这条线索读不出事实", "对照文件开头的说明和 facts.yml 修正"
        ) from error


def load_cantonese(path: Path) -> Cantonese:
    """The Cantonese words of `policies/cantonese.yml`.

    Raises:
        PolicyFileError: the file does not fit its schema, or has a bad pattern.
    """
    document = read_document(path)
    validate(document, "cantonese")
    try:
        return Cantonese(**document.data)
    except CantoneseError as error:
        raise document.error(
            ("patterns", error.pattern), str(error), "这条改写用不了", "对照文件开头的说明修正"
        ) from error
