from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.fact_words import load_fact_reader
from koujing.knowledge.yaml_lines import read_document
from koujing.settings import ROOT

CUES = ROOT / "policies" / "fact_words.yml"


@pytest.fixture(scope="module")
def types() -> dict[str, Any]:
    facts: dict[str, Any] = read_document(ROOT / "policies" / "facts.yml").data["facts"]
    return facts


def test_the_cues_of_the_policies_are_right(types: dict[str, Any]) -> None:
    load_fact_reader(CUES, types)


def test_a_cue_for_an_unknown_fact_is_refused(tmp_path: Path, types: dict[str, Any]) -> None:
    source = CUES.read_text(encoding="utf-8")
    match = re.search(r"^  layoffs_last_year:", source, re.MULTILINE)
    assert match
    path = tmp_path / CUES.name
    path.write_text(source.replace(match[0], "  layoffs_last_yeer:", 1), encoding="utf-8")
    with pytest.raises(PolicyFileError) as caught:
        load_fact_reader(path, types)
    assert caught.value.path == path
    assert caught.value.line == source.count("\n", 0, match.start()) + 1
    assert "layoffs_last_yeer" in str(caught.value)


def test_an_unknown_key_is_refused(tmp_path: Path, types: dict[str, Any]) -> None:
    path = tmp_path / CUES.name
    path.write_text(CUES.read_text(encoding="utf-8") + "\nunheard_of: 1\n", encoding="utf-8")
    with pytest.raises(PolicyFileError, match="unheard_of"):
        load_fact_reader(path, types)
