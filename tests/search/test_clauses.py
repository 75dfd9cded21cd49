"""BM25 over the clauses of the real notices."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import pytest

from koujing.search.clauses import ClauseSearch, terms
from koujing.settings import ROOT
from koujing.text.cutting import Cutter
from koujing.text.normalise import normalise
from tests.answering.replies import policies


@cache
def cutter() -> Cutter:
    return Cutter({word: m.id for m in policies().matters.values() for word in (m.name, *m.words)}, None)


@cache
def search() -> ClauseSearch:
    texts = {clause.id: normalise(clause.text) for clause in policies().clauses.values()}
    return ClauseSearch(texts, cutter().words)


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("裁员率不高于多少可以申请稳岗返还", "hld-2021-2:1"),
        ("两后生预备制培训生活费", "hld-2021-2:3"),
        ("失业补助金实际发放时间最长到什么时候", "hld-2021-2:6"),
        ("公益性岗位乡村岗位", "hld-2021-2:14"),
    ],
)
def test_the_clause_is_found(question: str, clause: str) -> None:
    assert clause in [id for id, _ in search().best(question)]


def test_every_clause_finds_itself() -> None:
    lost = [
        c.id
        for c in policies().clauses.values()
        if len(c.text) > 20 and c.id not in dict(search().best(normalise(c.text)))
    ]
    assert lost == []


def test_what_shares_no_term_scores_nothing() -> None:
    assert search().best("qqq www") == []
    assert set(search().scores("")) == set(policies().clauses)
    assert set(search().scores("").values()) == {0.0}


def test_the_order_is_that_of_the_scores_and_the_same_each_time() -> None:
    best = search().best("失业保险", 10)
    assert [score for _, score in best] == sorted((score for _, score in best), reverse=True)
    assert all(search().best("失业保险", 10) == best for _ in range(5))


def test_terms_are_words_and_bigrams() -> None:
    assert terms("我 领", lambda _: ["我", "领取"]) == ["领取", "我领"]


def test_searching_starts_no_jax() -> None:
    """It would come with threads, beside which no process may be forked."""
    code = (
        "import sys; from koujing.search.clauses import ClauseSearch; import koujing.desk.app; "
        "ClauseSearch({'a': '失业补助金'}, list).best('失业补助金'); assert 'jax' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)
