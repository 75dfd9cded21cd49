from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.schemas import validate
from koujing.knowledge.yaml_lines import read_document

Refused = Callable[[str, str], PolicyFileError]

MATTER = "place_cues: {insured: [], household: [], training: [], employer: [], handling: [], not: []}\nmatters:\n"


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    def error(schema: str, source: str) -> PolicyFileError:
        path = tmp_path / f"{schema}.yml"
        path.write_text(source, encoding="utf-8")
        with pytest.raises(PolicyFileError) as caught:
            validate(read_document(path), schema)
        assert caught.value.path == path
        return caught.value

    return error


def test_unknown_key_with_did_you_mean(refused: Refused) -> None:
    error = refused("facts", "facts:\n  a:\n    label: 甲\n    type: number\n    qestion: 几个？\n")
    assert error.line == 5
    assert "不认识的键“qestion”" in error.what
    assert "是否指“question”" in error.how


def test_unknown_key_like_none(refused: Refused) -> None:
    error = refused("facts", "facts: {a: {label: 甲, type: number, zzz: 1}}\n")
    assert "可用的键" in error.how
    assert "minimum" in error.how


def test_missing_key(refused: Refused) -> None:
    error = refused("matters", f"{MATTER}  some_matter: {{name: 事项, place: insured, words: [词]}}\n")
    assert error.line == 3
    assert "缺少“about”" in error.what
    assert "matters/some_matter" in error.what


def test_value_not_among_the_choices(refused: Refused) -> None:
    error = refused("facts", "facts:\n  a: {label: 甲, type: nummber}\n")
    assert error.line == 2
    assert "nummber" in error.what
    assert "是否指“number”" in error.how


def test_value_like_none_of_the_choices(refused: Refused) -> None:
    error = refused("matters", f"{MATTER}  a: {{name: 事项, place: 月球, words: [词], about: 说明}}\n")
    assert "可选：" in error.how
    assert "insured" in error.how


@pytest.mark.parametrize(
    "source",
    [
        "[]", "", "文字", "facts: []", "facts: {甲: {label: 甲, type: date}}", "facts: {a: {label: 1, type: date}}",
        "facts: {a: {label: 甲, type: date, says: {maybe: 也许}}}", "facts: {a: null}",
    ],
)  # fmt: skip
def test_wrong_shapes(refused: Refused, source: str) -> None:
    error = refused("facts", source)
    assert error.line == 1
    assert error.why
    assert error.how


def test_the_first_mistake_by_line_is_told(refused: Refused) -> None:
    error = refused("facts", "facts:\n  a: {label: 甲, type: date}\n  b: {label: 乙}\n  c: {label: 丙, type: x}\n")
    assert error.line == 3


def test_a_date_is_a_date(refused: Refused) -> None:
    source = (
        "matter: m\nregion: huludao\nclauses: ['a:1']\nin_force: {from: '2021-07-26', until: null}\n"
        "calibers: {basis: {text: 依据本通知办, plain: 依据通知, cites: [{clause: 'a:1', quote: 原话}]}}\n"
    )
    error = refused("provision", source)
    assert error.line == 4
    assert "in_force/from" in error.what


def test_a_group_of_conditions_holds_nothing_beside_it(refused: Refused) -> None:
    source = (
        "matter: m\nregion: huludao\nclauses: ['a:1']\nin_force: {from: null, until: null}\n"
        "calibers: {basis: {text: 依据本通知办, plain: 依据通知, cites: [{clause: 'a:1', quote: 原话}]}}\n"
        "rules:\n  r:\n    title: 规则\n    eligible: 符合\n    when:\n"
        "      all: [{window: w}]\n      fact: age\n"
    )
    assert refused("provision", source).line >= 10
