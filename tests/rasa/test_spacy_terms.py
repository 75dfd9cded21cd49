"""spaCy's matcher finds the same terms; here because it loads TensorFlow, as Rasa does."""

import pytest

from koujing.text.terms import TrieTerms

TERMS = ["残疾", "残疾人", "残疾人联合会", "低保", "低保户", "城市低保", "两后生"]


@pytest.mark.parametrize("text", ["残疾人联合会、残疾人和城市低保户", "我是低保", "两后生 残疾", "没有", ""])
def test_same_as_the_trie(text: str) -> None:
    spacy_terms = pytest.importorskip("koujing.text.spacy_terms")
    assert spacy_terms.SpacyTerms(TERMS).find(text) == TrieTerms(TERMS).find(text)
