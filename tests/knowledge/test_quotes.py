from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from koujing.knowledge.base import Knowledge
from koujing.knowledge.quotes import contains_quote, folded
from koujing.settings import ROOT

CLAUSE = "二是對2020年末參保人數在200人（含）以下，且符合享受穩崗返還條件的參保單位，免申領直接撥付；裁員率不高於6％。"


def test_white_space_width_and_script_do_not_count() -> None:
    assert contains_quote(CLAUSE, "2020年末参保人数在200人（含）以下")
    assert contains_quote(CLAUSE, "2020 年末參保人數\n在 200人(含)以下")
    assert contains_quote(CLAUSE, "２０２０年末")
    assert contains_quote(CLAUSE, "裁员率不高于6%")
    assert contains_quote("参保　单位，免申领", "参保单位,免申領")


def test_anything_else_counts() -> None:
    assert not contains_quote(CLAUSE, "裁员率不高于60％")
    assert not contains_quote(CLAUSE, "裁员率高于6％")
    assert not contains_quote(CLAUSE, "200人以下")
    assert not contains_quote(CLAUSE, "参保单位免申领")


def test_an_empty_quote_is_never_found() -> None:
    assert not contains_quote(CLAUSE, "")
    assert not contains_quote(CLAUSE, " 　\n")


@given(st.data())
def test_a_slice_of_a_clause_is_always_found(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    piece = text[start:end]
    spaced = piece.replace("，", " ，\n").replace("0", "０").replace("（", "(")
    assert contains_quote(text, piece) == bool(piece.strip())
    assert contains_quote(text, spaced) == bool(piece.strip())


@given(st.text())
def test_folding_twice_changes_nothing_about_containing(text: str) -> None:
    assert contains_quote(text, text) == bool(folded(text))
    assert not any(character.isspace() for character in folded(text))


def test_every_quote_of_the_policies_has_its_clause(knowledge: Knowledge) -> None:
    for provision in knowledge.provisions.values():
        for parameter in provision.parameters.values():
            assert contains_quote(knowledge.clauses[parameter.clause].text, parameter.quote), parameter


def _texts() -> list[str]:
    from koujing.knowledge.notices import load_notice

    return [
        clause.text
        for path in sorted((ROOT / "policies" / "notices").glob("*.yml"))
        for clause in load_notice(path)[0].clauses
    ]


TEXTS = _texts()
