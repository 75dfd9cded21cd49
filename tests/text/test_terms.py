from hypothesis import given
from hypothesis import strategies as st

from koujing.text.terms import Term, TrieTerms

TERMS = ["残疾", "残疾人", "残疾人联合会", "低保", "低保户", "城市低保", "a.b"]


def test_the_longest_term_at_the_leftmost_place() -> None:
    assert [t.said for t in TrieTerms(TERMS).find("残疾人联合会、残疾人和城市低保户")] == [
        "残疾人联合会",
        "残疾人",
        "城市低保",
    ]
    assert TrieTerms(TERMS).find("是低保") == [Term(1, 3, "低保")]
    assert TrieTerms([]).find("低保") == []


@given(st.text(alphabet="残疾人联合会低保户城市a.b, ", max_size=30))
def test_against_a_plain_search(text: str) -> None:
    expected, at = [], 0
    while at < len(text):
        said = max((t for t in TERMS if text.startswith(t, at)), key=len, default="")
        if said:
            expected.append(Term(at, at + len(said), said))
        at += len(said) or 1
    assert TrieTerms(TERMS).find(text) == expected
