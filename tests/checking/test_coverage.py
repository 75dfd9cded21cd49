from __future__ import annotations

from dataclasses import replace

import pytest

from koujing.checking.coverage import SentenceCoverage, coverage
from koujing.knowledge.base import Knowledge
from koujing.knowledge.provisions import Provision

ANSWER = ("guangzhou", "unemployment_benefit")
OTHERS = ("guangzhou", "handling_service")


def without(knowledge: Knowledge, *keys: tuple[str, str]) -> Knowledge:
    rest = {key: provision for key, provision in knowledge.provisions.items() if key not in keys}
    return replace(knowledge, provisions=rest)


def only(knowledge: Knowledge, provision: Provision) -> Knowledge:
    return replace(knowledge, provisions={(provision.region, provision.matter): provision})


def spoken(knowledge: Knowledge) -> set[str]:
    return {item.sentence.text for item in coverage(knowledge) if item.spoken_by}


@pytest.mark.parametrize("notice", ["hld-2021-2", "gd-2021-28", "gz-2021-fwd"])
def test_every_public_sentence_is_spoken_for(knowledge: Knowledge, notice: str) -> None:
    public = [
        item for item in coverage(knowledge) if item.sentence.audience == "public" and item.clause.notice == notice
    ]
    assert public
    assert [(item.clause.id, item.sentence.text) for item in public if not item.spoken_by] == []


def test_every_sentence_is_listed_once_in_order(knowledge: Knowledge) -> None:
    listed = [(item.clause.id, item.sentence) for item in coverage(knowledge)]
    assert listed == [(clause.id, s) for clause in knowledge.clauses.values() for s in clause.sentences]


def test_what_no_provision_quotes_is_missing(knowledge: Knowledge) -> None:
    assert spoken(replace(knowledge, provisions={})) == set()
    guangzhou = [key for key in knowledge.provisions if key[0] == "guangzhou"]
    left = coverage(without(knowledge, *guangzhou))
    assert {item.clause.notice for item in left if not item.spoken_by and item.sentence.audience == "public"} == {
        "gz-2021-fwd"
    }


def test_drafts_speak_for_nothing(knowledge: Knowledge) -> None:
    provision = knowledge.provisions[ANSWER]
    drafts = {a: tuple(replace(c, approved=False) for c in cs) for a, cs in provision.calibers.items()}
    approved = spoken(only(knowledge, replace(provision, parameters={})))
    assert len(approved) >= 4
    assert spoken(only(knowledge, replace(provision, parameters={}, calibers=drafts))) == set()


def test_the_speakers_are_named(knowledge: Knowledge) -> None:
    items = coverage(only(knowledge, knowledge.provisions[ANSWER]))
    item: SentenceCoverage = next(item for item in items if "5個工作日" in item.sentence.text)
    assert "guangzhou.unemployment_benefit.processing_time" in item.spoken_by
    assert "guangzhou.unemployment_benefit@processing_days" in item.spoken_by


def test_a_quote_speaks_only_for_its_own_clause(knowledge: Knowledge) -> None:
    provision = knowledge.provisions[ANSWER]
    items = coverage(only(knowledge, provision))
    cited = {cite.clause for calibers in provision.calibers.values() for c in calibers for cite in c.cites}
    assert {item.clause.id for item in items if item.spoken_by} <= cited
