from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from koujing.knowledge.base import Knowledge
from koujing.knowledge.conditions import AllOf, AnyOf, Leaf, Not, WindowCondition, build, leaves
from koujing.knowledge.provisions import ASPECTS, load_provision
from koujing.settings import ROOT

REFUND = ROOT / "policies" / "huludao" / "job_retention_refund.yml"


def test_the_special_topics_come_before_the_general_wording(knowledge: Knowledge) -> None:
    for provision in knowledge.provisions.values():
        for aspect, calibers in provision.calibers.items():
            assert [bool(caliber.words) for caliber in calibers] == [True] * (len(calibers) - 1) + [False]
            assert all(caliber.aspect == aspect in ASPECTS for caliber in calibers)
            topics = [caliber.topic for caliber in calibers]
            assert len(set(topics)) == len(topics), (provision.id, aspect)


def test_every_caliber_has_a_plain_variant_and_a_basis(knowledge: Knowledge) -> None:
    for provision in knowledge.provisions.values():
        for calibers in provision.calibers.values():
            for caliber in calibers:
                assert caliber.plain
                assert caliber.cites
                assert caliber.approved
                assert caliber.status in {"answered", "referred"}


def test_a_version_stands_for_all_that_is_said(tmp_path: Path) -> None:
    source = REFUND.read_text(encoding="utf-8")
    path = tmp_path / REFUND.name
    versions = []
    for old, new in [("", ""), ("最晚", "最迟"), ("申请可", "申请，可")]:
        path.write_text(source.replace(old, new) if old else source, encoding="utf-8")
        versions.append(load_provision(path)[0].calibers["deadline"][-1].version)
    assert versions[0] != versions[1]
    assert versions[0] == versions[2]


def test_amounts_of_the_provision_and_of_its_rules(knowledge: Knowledge) -> None:
    provision = knowledge.provisions["huludao", "job_retention_refund"]
    ids = [amount.id for amount in provision.all_amounts()]
    assert ids == ["large_cap", "other_cap", "large_percent", "other_percent"]
    assert provision.id == "huludao.job_retention_refund"
    assert provision.speaks("amount")
    assert not provision.speaks("funding")


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_a_draft_does_not_speak(tmp_path: Path, status: str) -> None:
    source = REFUND.read_text(encoding="utf-8")
    path = tmp_path / REFUND.name
    approval = f"approval: {{status: {status}, role: 政策科, date: 2021-09-01}}"
    path.write_text(source.replace("  deadline:\n", f"  deadline:\n    {approval}\n", 1), encoding="utf-8")
    calibers = load_provision(path)[0].calibers
    assert not any(caliber.approved for caliber in calibers["deadline"])
    assert all(caliber.approved for caliber in calibers["amount"])


def test_conditions_are_built_as_written() -> None:
    leaf = {"id": "a", "fact": "age", "op": "at_least", "parameter": "p", "text": "满", "clause": "x:1"}
    condition = build({"all": [{"any": [leaf, {"window": "w"}]}, {"not": leaf}]})
    assert condition == AllOf(
        (AnyOf((one := Leaf("a", "age", "at_least", "满", None, None, "p", "x:1"), WindowCondition("w"))), Not(one))
    )
    assert list(leaves(condition)) == [one, WindowCondition("w"), one]
    assert replace(one, otherwise="不满") != one
