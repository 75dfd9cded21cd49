"""A reply has every key of the contract, and its parts are plain JSON."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction

import pytest

from koujing.answering.reply import basis, blank, citations, fact_entries, plain_value
from koujing.contract import reply_schema
from koujing.knowledge.facts import Fact
from koujing.knowledge.provisions import Citation
from koujing.settings import DEMO_DATE, ROOT
from tests.answering.replies import misfits, policies


def test_every_key_of_the_schema_is_there_and_no_other() -> None:
    reply = blank("smalltalk", "您好。", DEMO_DATE)
    assert set(reply) == set(reply_schema()["required"]) == set(reply_schema()["properties"])
    assert misfits(reply) == []


def test_a_misspelt_key_is_refused() -> None:
    with pytest.raises(TypeError, match="citation"):
        blank("smalltalk", "您好。", DEMO_DATE, citation=[])


def test_two_blank_replies_share_nothing() -> None:
    blank("smalltalk", "您好。", DEMO_DATE)["points"].append("脏")
    assert blank("smalltalk", "您好。", DEMO_DATE)["points"] == []


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (True, True),
        ("male", "male"),
        (None, None),
        (dt.date(2021, 1, 1), "2021-01-01"),
        (Fraction(28), 28),
        (Fraction(5, 2), "2.5"),
        (Fraction(1, 3), "0.3333"),
    ],
)
def test_values_are_plain_json(value: object, plain: object) -> None:
    assert plain_value(value) == plain  # type: ignore[arg-type]
    json.dumps(plain_value(value))  # type: ignore[arg-type]


def test_facts_are_shown_as_said() -> None:
    entry = fact_entries({"insured_headcount": Fact(Fraction(28), "28个人参保", confirmed=False)}, policies().facts)
    assert entry["insured_headcount"] == {
        "value": 28, "unit": "人", "label": "参保职工总数", "words": "28人", "said": "28个人参保", "confirmed": False,
    }  # fmt: skip


def test_the_basis_groups_clauses_by_notice_and_repeats_none() -> None:
    cites = [Citation("hld-2021-2:1", "甲"), Citation("gd-2021-28:3", "乙"), Citation("hld-2021-2:1", "丙")]
    words = basis(policies(), [*cites, Citation("hld-2021-2:a2.1.3", "丁")])
    assert words == "依据：葫人社发〔2021〕2号第（一）项、附件2第一部分第3项；粤人社发〔2021〕28号第三条。"


def test_one_citation_for_each_clause_with_its_first_quote() -> None:
    cites = [Citation("hld-2021-2:1", "裁员率不高于6％"), Citation("hld-2021-2:1", "30人（含）以下")]
    (entry,) = citations(policies(), cites)
    assert (entry["notice"], entry["region"], entry["quote"]) == ("葫人社发〔2021〕2号", "huludao", "裁员率不高于6％")


def test_the_schema_is_the_one_that_was_agreed() -> None:
    assert json.loads((ROOT / "koujing" / "reply.schema.json").read_text(encoding="utf-8")) == reply_schema()
