from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from koujing.knowledge import base
from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.provisions import ASPECTS
from koujing.knowledge.regions import UnknownRegionError
from koujing.settings import ROOT

HULUDAO_REGIONS = ["huludao", "xingcheng", "suizhong", "jianchang", "huludao-lianshan", "huludao-longgang"]
GUANGZHOU_REGIONS = ["guangzhou", "tianhe", "panyu"]
OTHER_GUANGDONG_REGIONS = ["guangdong", "shenzhen", "dongguan", "chancheng", "qingyuan-lianshan", "shenzhen-longgang"]
UNCOVERED = ["china", "liaoning", "shenyang", "jinzhou", "beijing", "hongkong", "wenzhou-longgang"]


def notices_spoken(knowledge: Knowledge, region: str) -> set[str]:
    """The notices of every clause that anything said in a region can rest on."""
    clauses: set[str] = set()
    for matter in knowledge.matters:
        for provision in knowledge.chain(matter, region):
            clauses |= set(provision.clauses) | {p.clause for p in provision.parameters.values()}
            clauses |= {amount.clause for amount in provision.all_amounts()}
            clauses |= {referral.clause for referral in provision.referred}
        for aspect in ASPECTS:
            if found := knowledge.find_caliber(matter, aspect, region):
                clauses |= {cite.clause for caliber in found[1] for cite in caliber.cites}
            if silent := knowledge.find_silence(matter, aspect, region):
                clauses.add(silent[1].clause)
    return {knowledge.notice_of(clause).id for clause in clauses}


@pytest.mark.parametrize("region", HULUDAO_REGIONS)
def test_nothing_of_guangdong_in_huludao(knowledge: Knowledge, region: str) -> None:
    assert notices_spoken(knowledge, region) == {"hld-2021-2"}


@pytest.mark.parametrize("region", OTHER_GUANGDONG_REGIONS)
def test_nothing_of_huludao_or_guangzhou_elsewhere_in_guangdong(knowledge: Knowledge, region: str) -> None:
    assert notices_spoken(knowledge, region) == {"gd-2021-28"}


@pytest.mark.parametrize("region", GUANGZHOU_REGIONS)
def test_guangzhou_adds_to_guangdong(knowledge: Knowledge, region: str) -> None:
    assert notices_spoken(knowledge, region) == {"gd-2021-28", "gz-2021-fwd"}


@pytest.mark.parametrize("region", UNCOVERED)
def test_nothing_is_invented_elsewhere(knowledge: Knowledge, region: str) -> None:
    assert notices_spoken(knowledge, region) == set()
    assert all(knowledge.ruling(matter, region) is None for matter in knowledge.matters)


def test_regions_inherit_and_no_more(knowledge: Knowledge) -> None:
    for region in knowledge.regions.ids():
        found = {provision.region for matter in knowledge.matters for provision in knowledge.chain(matter, region)}
        known = knowledge.regions.get(region)
        assert known
        assert known.covered == bool(found)
        assert found <= set(knowledge.regions.chain(region))


def test_the_chain_is_narrowest_first(knowledge: Knowledge) -> None:
    chain = knowledge.chain("unemployment_benefit", "tianhe")
    assert [provision.region for provision in chain] == ["guangzhou", "guangdong"]
    assert [p.region for p in knowledge.chain("unemployment_benefit", "shenzhen")] == ["guangdong"]
    assert [p.region for p in knowledge.chain("job_retention_refund", "xingcheng")] == ["huludao"]
    assert knowledge.chain("tax_relief", "guangzhou") == ()
    with pytest.raises(UnknownRegionError):
        knowledge.chain("unemployment_benefit", "atlantis")


def test_the_narrowest_caliber_wins_and_the_province_fills_in(knowledge: Knowledge) -> None:
    own = knowledge.find_caliber("unemployment_benefit", "processing_time", "guangzhou")
    assert own
    assert own[0].region == "guangzhou"
    assert [caliber.aspect for caliber in own[1]] == ["processing_time"] * len(own[1])
    above = knowledge.find_caliber("unemployment_assistance", "eligibility", "guangzhou")
    assert above
    assert above[0].region == "guangdong"
    assert knowledge.find_caliber("job_retention_refund", "amount", "beijing") is None


def test_only_approved_calibers_speak(knowledge: Knowledge) -> None:
    key = ("guangzhou", "unemployment_benefit")
    provision = knowledge.provisions[key]
    drafts = tuple(replace(caliber, approved=False) for caliber in provision.calibers["processing_time"])
    changed = replace(provision, calibers={**provision.calibers, "processing_time": drafts})
    drafted = replace(knowledge, provisions={**knowledge.provisions, key: changed})
    found = drafted.find_caliber("unemployment_benefit", "processing_time", "guangzhou")
    assert found is not None
    assert found[0].region == "guangdong"


def test_every_aspect_of_every_matter_is_accounted_for(knowledge: Knowledge) -> None:
    for region, matter in knowledge.provisions:
        for aspect in ASPECTS:
            spoken = knowledge.find_caliber(matter, aspect, region)
            assert spoken or knowledge.find_silence(matter, aspect, region), (region, matter, aspect)


def test_silence_is_found_where_nothing_is_said(knowledge: Knowledge) -> None:
    found = knowledge.find_silence("unemployment_assistance", "how", "xingcheng")
    assert found
    assert found[0].region == "huludao"
    assert knowledge.find_silence("unemployment_assistance", "eligibility", "huludao") is None


def test_the_ruling_provision_is_the_narrowest_with_rules(knowledge: Knowledge) -> None:
    city, province = (knowledge.ruling("unemployment_assistance", region) for region in ("guangzhou", "shenzhen"))
    assert city is not None
    assert city.rules
    assert province is not None
    assert province.region == "guangdong"
    assert knowledge.ruling("unemployment_benefit", "guangdong") is None


def test_every_matter_is_regulated_somewhere_and_every_clause_represented(knowledge: Knowledge) -> None:
    assert {matter for _, matter in knowledge.provisions} == set(knowledge.matters)
    represented = {clause for provision in knowledge.provisions.values() for clause in provision.clauses}
    for clause in knowledge.clauses:
        assert any(other == clause or other.startswith((f"{clause}.", clause)) for other in represented), clause


def test_the_catalogue_is_plain_data(knowledge: Knowledge) -> None:
    catalogue = json.loads(json.dumps(knowledge.catalogue(), ensure_ascii=False))
    assert [matter["id"] for matter in catalogue["matters"]] == list(knowledge.matters)
    refund = next(matter for matter in catalogue["matters"] if matter["id"] == "job_retention_refund")
    assert refund["regions"] == ["guangdong", "huludao"]
    assert all(matter["regions"] for matter in catalogue["matters"])
    assert {fact["id"] for fact in catalogue["facts"]} == set(knowledge.facts)
    assert [notice["id"] for notice in catalogue["notices"]] == ["gd-2021-28", "gz-2021-fwd", "hld-2021-2"]
    xingcheng = next(region for region in catalogue["regions"] if region["id"] == "xingcheng")
    assert xingcheng == {"id": "xingcheng", "name": "兴城市", "level": "county", "parent": "huludao", "covered": True}
    assert catalogue["version"] == knowledge.version


def test_the_version_tells_any_change_of_a_policy_file(
    tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "load_regions", lambda _: knowledge.regions)
    folder = tmp_path / "policies"
    shutil.copytree(ROOT / "policies", folder, ignore=shutil.ignore_patterns("huludao", "guangdong", "guangzhou"))
    first = load_knowledge(folder).version
    assert load_knowledge(folder).version == first
    contacts = folder / "contacts.yml"
    contacts.write_text(contacts.read_text(encoding="utf-8") + "# 说明\n", encoding="utf-8")
    assert load_knowledge(folder).version != first


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError, match=r"facts\.yml:1: 文件读不出"):
        load_knowledge(tmp_path)
