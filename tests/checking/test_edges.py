from __future__ import annotations

from dataclasses import replace

import pytest

from koujing.checking.edges import unworded_edges
from koujing.knowledge.base import Knowledge
from koujing.knowledge.conditions import Leaf


def test_every_edge_of_the_policies_is_worded(knowledge: Knowledge) -> None:
    assert [edge for p in knowledge.provisions.values() for edge in unworded_edges(p, knowledge)] == []


@pytest.mark.parametrize(
    ("op", "text", "worded"),
    [
        ("at_most", "裁员率不高于{p}", True),
        ("at_most", "{p}（含）以下", True),
        ("at_most", "距退休{p}以内", True),
        ("at_most", "裁员率低于{p}", False),
        ("at_most", "裁员率是{p}", False),
        ("at_least", "累计缴费满{p}", True),
        ("at_least", "缴费不满{p}", False),
        ("at_least", "未满{p}", False),
        ("at_least", "不少于{p}", True),
        ("less_than", "不足{p}", True),
        ("less_than", "不满{p}", True),
        ("less_than", "低于{p}", True),
        ("less_than", "不低于{p}", False),
        ("more_than", "超过{p}", True),
        ("more_than", "不超过{p}", False),
        ("on_or_before", "截至{p}", True),
        ("on_or_before", "在{p}申请", False),
        ("on_or_after", "{p}起", True),
        ("before", "早于{p}", True),
        ("before", "截至{p}", False),
        ("after", "晚于{p}", True),
        ("after_day_undecided", "{p}之后", True),
    ],
)
def test_the_words_must_say_which_side_the_line_is_on(knowledge: Knowledge, op: str, text: str, worded: bool) -> None:
    provision = knowledge.provisions["huludao", "job_retention_refund"]
    rule = replace(
        provision.rules["refund"], when=Leaf("edge", "layoff_rate", op, text, None, None, "p", "hld-2021-2:1")
    )
    found = list(unworded_edges(replace(provision, rules={"refund": rule}), knowledge))
    assert bool(found) is not worded
    assert all("huludao.job_retention_refund#refund：条件 edge（裁员率）" in edge and text in edge for edge in found)


def test_a_condition_without_a_figure_has_no_edge(knowledge: Knowledge) -> None:
    provision = knowledge.provisions["huludao", "job_retention_refund"]
    plain = Leaf("plain", "unit_insured", "is", "参加失业保险", None, True, None, "hld-2021-2:1")
    rule = replace(provision.rules["refund"], when=plain)
    assert list(unworded_edges(replace(provision, rules={"refund": rule}), knowledge)) == []
