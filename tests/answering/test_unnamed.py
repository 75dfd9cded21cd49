"""Questions that name no matter of their own, and are about the one talked of. What was understood is given as data."""

from __future__ import annotations

from typing import Any

import pytest

from koujing.answering.asked import ALL_MATTERS
from tests.answering.test_conversation import ASSISTANCE, REFUND, Session, read

TAX, SKILL, HANDLING = "tax_relief", "skill_upgrade_subsidy", "handling_service"


def unnamed(text: str, topic: str, aspect: str, share: float, outside: float, **more: Any) -> dict[str, Any]:
    told = read(text, topic)
    question = {"intents": [[f"ask_{aspect}", 0.9]], "share": share, "outside": outside, "topics": [[topic, share]]}
    return {**told, "questions": [{**told["questions"][0], **question, **more}]}


@pytest.mark.parametrize(
    ("text", "kind", "aspect", "share", "outside", "of_the_matter"),
    [
        ("能给减多少税", "personal_tax", "amount", 0.6, 0.7, True),  # the matter touches that subject
        ("个税怎么退", "personal_tax", "how", 0.95, 0.97, False),  # it is surely asked about
        ("拖到几时不收", "wage_arrears", "deadline", 0.1, 0.4, True),  # nothing out of scope is likely
        ("公交卡打几折", "traffic", "amount", 0.7, 0.9, False),
    ],
)
def test_a_question_goes_on_from_its_matter_unless_another_subject_is_likely(
    text: str, kind: str, aspect: str, share: float, outside: float, of_the_matter: bool
) -> None:
    session = Session("huludao")
    session.ask("税收优惠到哪年", f"{TAX}.deadline")
    reply = session.say(unnamed(text, kind, aspect, share, outside))[0]
    assert (reply["matter"] == TAX, reply["aspect"] == aspect) == (of_the_matter, of_the_matter)
    # With nothing before it, it is what it was read as.
    assert Session("huludao").say(unnamed(text, kind, aspect, share, outside))[0]["matter"] is None


def test_a_matter_hardly_read_gives_way_to_the_one_talked_of() -> None:
    session = Session("huludao")
    session.ask("能领多久", f"{ASSISTANCE}.duration")
    assert session.say(unnamed("这是哪一条写的", "effect_transition", "basis", 0.3, 0.1))[0]["matter"] == ASSISTANCE
    assert session.say(unnamed("这是哪一条写的", "effect_transition", "basis", 0.7, 0.1))[0]["matter"] == (
        "effect_transition"
    )


def test_a_clause_that_names_nothing_asks_of_the_matter_that_the_facts_bear_on() -> None:
    session = Session("guangzhou")
    own = {"employed_in_enterprise": True, "certificate_obtained": True, "insured_months": 20}
    session.say({**read("我能领吗", f"{SKILL}.eligibility", **own), "personal": True})
    told = unnamed("去交了14个月,他算不算", HANDLING, "eligibility", 0.8, 0.1, asks_bare=True)
    facts = read("x", insured_months=14)["facts"]
    reply = session.say({**told, "facts": facts, "person": "", "personal": True})[0]
    assert (reply["matter"], reply["facts"]["insured_months"]["value"]) == (SKILL, 14)


def test_what_handling_has_none_of_is_asked_of_the_benefit_decided_before() -> None:
    session = Session("guangzhou")
    facts = {"benefit_exhausted": True, "benefit_expiry_date": "2021-06-30", "is_unemployed": True, "was_insured": True}
    decided = session.say({**read("我能领吗", f"{ASSISTANCE}.eligibility", **facts), "personal": True})[0]
    assert decided["verdict"] == "eligible"
    session.ask("几天办好", f"{HANDLING}.processing_time")
    assert session.say(unnamed("一个月派多少", "no_matter", "amount", 0.9, 0.05))[0]["matter"] == ASSISTANCE


def test_after_a_list_an_aspect_is_asked_of_the_one_matter_that_qualifies() -> None:
    session = Session("guangzhou")
    facts = {"employed_in_enterprise": True, "certificate_obtained": True, "insured_months": 20}
    listed = session.say({**read("我能领什么", f"{ALL_MATTERS}.overview", **facts), "personal": True})[0]
    assert [each["matter"] for each in listed["items"] if each["verdict"] == "eligible"] == [SKILL]
    assert session.say(unnamed("给多少钱", "no_matter", "amount", 0.9, 0.05))[0]["matter"] == SKILL
    # With none or several, which one is asked.
    other = Session("huludao")
    other.say({**read("我能领什么", f"{ALL_MATTERS}.overview"), "personal": True})
    assert other.say(unnamed("给多少钱", "no_matter", "amount", 0.9, 0.05))[0]["ask"]["fact"] == "matter"


def test_another_unit_is_spoken_of_without_the_facts_of_the_one_before() -> None:
    session = Session("huludao")
    firm = {"unit_kind": "enterprise", "unit_insured": True, "insured_headcount": 28, "layoffs_last_year": 0}
    session.say({**read("我们能申请吗", f"{REFUND}.eligibility", **firm), "personal": True})
    told = {**read("还有个客户,律所,能申请吗", f"{REFUND}.eligibility", unit_kind="law_firm"), "personal": True}
    introduced = {"person": "还有个客户", "persons": ["还有个客户"]}
    assert set(session.say({**told, **introduced})[0]["facts"]) == {"unit_kind"}
    # 它 is still that one; introduced once more, it is another one again.
    same = session.say({**told, "facts": [], "person": "他", "persons": ["他"]})[0]
    assert set(same["facts"]) == {"unit_kind"}
    assert session.say({**told, **introduced, "facts": []})[0]["facts"] == {}


def test_an_aspect_that_only_a_matter_has_is_asked_of_the_one_talked_of() -> None:
    session = Session("huludao")
    session.ask("培训补贴怎么领", "graduate_training_subsidy.how")
    reply = session.say(unnamed("一年能享受几回", ALL_MATTERS, "amount", 0.8, 0.1, bare=True))[0]
    assert (reply["matter"], reply["aspect"]) == ("graduate_training_subsidy", "amount")
    session.ask("培训补贴怎么领", "graduate_training_subsidy.how")
    assert session.say(unnamed("别的还能领啥", ALL_MATTERS, "list", 0.8, 0.1, bare=True))[0]["status"] == "listed"
    assert session.say(unnamed("能领啥", ALL_MATTERS, "amount", 0.8, 0.1, bare=True))[0]["status"] == "listed"


def test_of_several_matters_that_may_be_meant_the_one_talked_of_is() -> None:
    session = Session("huludao")
    session.ask("能领多久", f"{ASSISTANCE}.duration")
    further = unnamed("领过一次就不能再领了", SKILL, "duration", 0.25, 0.1, topics=[[SKILL, 0.25], [ASSISTANCE, 0.23]])
    assert session.say(further)[0]["matter"] == ASSISTANCE
    assert Session("huludao").say(further)[0]["ask"]["fact"] == "matter"


def test_facts_that_bear_more_on_the_case_before_keep_to_it() -> None:
    session = Session("huludao")
    told = {"is_registered_unemployed": True, "is_unemployed": True, "sex": "male"}
    session.ask("我算就业困难人员吗", "hardship_persons.eligibility", age=50, sex="female")
    question = unnamed("失业登记也办完了,他够吗", HANDLING, "eligibility", 0.85, 0.1, asks_bare=True)
    facts = [
        {"fact": id, "value": value, "said": "失业登记也办完了", "approximate": False} for id, value in told.items()
    ]
    assert session.say({**question, "facts": facts})[0]["matter"] == "hardship_persons"
