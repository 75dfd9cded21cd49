"""Every kind of policies/refusals.yml has its reply, and another place's rule is never borrowed."""

from __future__ import annotations

import pytest

from koujing.answering.refusals import not_in_notice, outside_region, refusal
from koujing.settings import DEMO_DATE
from tests.answering.replies import misfits, policies

KINDS = policies().refusals["kinds"]


def test_every_kind_gives_a_reply_that_fits() -> None:
    fills = {"region": "广州市", "notices": "粤人社发〔2021〕28号", "matter": "创业扶持"}
    found = {}
    for kind, entry in KINDS.items():
        reply = refusal(policies(), kind, DEMO_DATE, "问", "huludao", fills)
        assert (reply["status"], reply["kind"], reply["question"]) == (entry["status"], kind, "问")
        if errors := misfits(reply):
            found[kind] = errors
    assert found == {}


def test_only_one_kind_has_placeholders() -> None:
    assert [kind for kind, entry in KINDS.items() if "{" in entry["text"] + entry["plain"]] == ["not_in_notice"]


@pytest.mark.parametrize("kind", ["distress", "fraud", "wage_arrears", "labour_dispute"])
def test_who_needs_help_is_told_whom_to_call(kind: str) -> None:
    reply = refusal(policies(), kind, DEMO_DATE)
    assert reply["status"] == "signposted"
    assert reply["contacts"]
    # The number stands in the text too: a voice channel reads out nothing else.
    assert all(contact["phone"] in reply["text"] for contact in reply["contacts"])


def test_numbers_in_the_text_are_contacts() -> None:
    telephones = {c["phone"] for c in policies().contacts["contacts"].values() if c["phone"]}
    missing = {
        kind: said
        for kind, entry in KINDS.items()
        for said in [{n for n in telephones if n in entry["text"] and not any(n in o != n and o in entry["text"] for o in telephones)}]
        if not said <= {c["phone"] for c in refusal(policies(), kind, DEMO_DATE, fills=dict.fromkeys(("region", "notices", "matter"), "某"))["contacts"]}
    }  # fmt: skip
    assert missing == {}


def test_someone_who_wants_a_person_is_handed_on() -> None:
    reply = refusal(policies(), "human_request", DEMO_DATE)
    assert reply["handoff"] == {"state": "offered", "ticket": None, "hours": None}


def test_an_unknown_kind_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        refusal(policies(), "no_such_kind", DEMO_DATE)


def test_a_matter_the_notices_of_a_place_do_not_know() -> None:
    reply = not_in_notice(policies(), "job_seeking_subsidy", "shenzhen", DEMO_DATE, "求职创业补贴")
    assert misfits(reply) == []
    assert (reply["status"], reply["kind"], reply["matter"]) == (
        "outside_scope",
        "not_in_notice",
        "job_seeking_subsidy",
    )
    assert "深圳市适用的通知（粤人社发〔2021〕28号）" in reply["text"]


def test_a_place_without_a_notice() -> None:
    reply = outside_region(policies(), "shenyang", DEMO_DATE, "问")
    assert misfits(reply) == []
    assert (reply["status"], reply["region"], reply["citations"]) == ("outside_region", "shenyang", [])
    assert "沈阳市" in reply["text"]
    assert "葫芦岛" not in reply["text"]
