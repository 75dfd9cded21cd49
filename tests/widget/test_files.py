"""The widget's files as they stand: small, parsed by old engines, and with nothing in them that a strict page forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import esprima
import pytest

from koujing.desk.web.widget import LOADER, load_widget
from koujing.settings import ROOT

FOLDER = ROOT / "widget"
SCRIPTS = sorted(FOLDER.glob("*.js"))
STYLES = sorted(FOLDER.glob("*.css"))
# What a browser loads, gzipped: loader, modules, styles and strings.
BUDGET = 25_000
IDEOGRAPHS = re.compile(r"[\u3400-\u9fff]")

# Ways to make markup or code of text, inline styles that a Content-Security-Policy stops, and addresses of others.
FORBIDDEN = {
    "markup from text": r"innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|document\.write",
    "code from text": r"\beval\b|new Function|setTimeout\(['\"`]|javascript:",
    "inline styles": r"\bstyle:|\.cssText|'style'|\"style\"",
    "dynamic import": r"\bimport\s*\(",
    "cookies": r"document\.cookie|indexedDB",
}
# Newer than Chromium 80, Safari 14 and Firefox 78.
TOO_NEW = r"\.replaceAll\(|\.at\(|\.replaceChildren\(|structuredClone|Object\.hasOwn|allSettled|Promise\.any|\.findLast|import\.meta"


def words(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def parsed(path: Path) -> Any:
    """By a parser of ES2017, so that nothing newer than ES2019 can slip in."""
    parse = esprima.parseScript if path.name == LOADER else esprima.parseModule
    return parse(words(path), tokens=True, loc=True)


def tokens(path: Path, *kinds: str) -> Iterator[str]:
    yield from (token.value for token in parsed(path).tokens if not kinds or token.type in kinds)


def code(path: Path) -> str:
    """A script without its comments."""
    return " ".join(tokens(path))


def test_all_that_is_loaded_is_within_the_budget() -> None:
    assert load_widget(FOLDER).size <= BUDGET


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES], ids=lambda path: path.name)
def test_a_file_is_small(path: Path) -> None:
    assert len(words(path).splitlines()) <= 300


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_old_engines_can_read_it(path: Path) -> None:
    assert parsed(path).body
    assert not re.search(TOO_NEW, words(path))


def test_the_joined_modules_can_be_read() -> None:
    joined = load_widget(FOLDER).parts[0]
    assert esprima.parseModule(joined.body.decode()).body


@pytest.mark.parametrize("what", FORBIDDEN)
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_nothing_that_a_strict_page_forbids(path: Path, what: str) -> None:
    assert not re.search(FORBIDDEN[what], words(path))


@pytest.mark.parametrize("path", [*SCRIPTS, *STYLES], ids=lambda path: path.name)
def test_nothing_comes_from_anywhere_else(path: Path) -> None:
    addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s'\"`)]*", words(path))
    assert set(addresses) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"url\(|@import|@font-face", words(path))


@pytest.mark.parametrize("path", [path for path in SCRIPTS if path.name != "strings.js"], ids=lambda path: path.name)
def test_words_for_people_stand_in_strings_alone(path: Path) -> None:
    assert [value for value in tokens(path, "String", "Template") if IDEOGRAPHS.search(value)] == []


def test_every_word_is_used_and_every_used_one_is_there() -> None:
    known = set(re.findall(r"^  (\w+): '", words(FOLDER / "strings.js"), re.MULTILINE))
    others = [path for path in SCRIPTS if path.name != "strings.js"]
    asked = {key for path in others for key in re.findall(r"\bt\('(\w+)'", words(path))}
    assert asked <= known
    # Some keys are chosen from a list or by a state.
    named = {value[1:-1] for path in SCRIPTS for value in tokens(path, "String")}
    assert known - named - {"network"} == set()


def test_exports_are_described() -> None:
    for path in SCRIPTS:
        lines = words(path).splitlines()
        bare = [line for above, line in pairwise(lines) if line.startswith("export ") and not above.endswith("*/")]
        assert bare == [], path.name


def test_no_other_storage_than_preferences_outlives_the_tab() -> None:
    kept = [path.name for path in SCRIPTS if "localStorage" in code(path)]
    assert kept == ["element.js"]
    assert code(FOLDER / "element.js").count("localStorage") == 1
