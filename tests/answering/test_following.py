"""Questions that go on from the one before. What was understood is given as data."""

from __future__ import annotations

from typing import Any

import pytest

from koujing.answering.reply import Reply
from tests.answering.test_conversation import ASSISTANCE, REFUND, Session, read

SKILL = "skill_upgrade_subsidy"


def told(**facts: Any) -> list[dict[str, Any]]:
    return [{"fact": id, "value": value, "said": None, "approximate": False} for id, value in facts.items()]


def ask(session: Session, text: str, *topics: str, person: str | None = None, **more: Any) -> Reply:
    """A message that names persons; `others` are their facts."""
    others = {who: told(**facts) for who, facts in (more.pop("others", None) or {}).items()}
    persons = [word for word in ("表哥", "他") if word in text]
    reading = {**read(text, *topics, **more), "person": person, "persons": persons, "others": others}
    return session.say({**reading, "personal": person is not None})[0]


COUSIN = {"employed_in_enterprise": True, "certificate_obtained": True, "insured_months": 20}


def decided() -> Session:
    """A session in which the asker, with seven months, was refused, and the cousin's facts are known too."""
    session = Session("guangzhou")
    text = "表哥缴了20个月，我缴了7个月，我们都在厂里，都有证，我能领吗"
    own = {**COUSIN, "insured_months": 7}
    assert ask(session, text, f"{SKILL}.eligibility", person="", others={"表哥": COUSIN}, **own)["verdict"] == (
        "ineligible"
    )
    return session


def test_the_same_asked_of_another_is_decided_by_that_ones_facts() -> None:
    session = decided()
    reply = ask(session, "那表哥呢", "nonsense", person="表哥")
    assert (reply["verdict"], reply["facts"]["insured_months"]["value"]) == ("eligible", 20)
    back = ask(session, "那我呢", "no_matter.eligibility", person="")
    assert (back["verdict"], back["facts"]["insured_months"]["value"]) == ("ineligible", 7)


def test_of_one_of_whom_nothing_is_known_it_is_asked() -> None:
    session = Session("guangzhou")
    ask(session, "我能领吗", f"{SKILL}.eligibility", person="", **COUSIN)
    reply = ask(session, "那表哥呢", "nonsense", person="表哥")
    assert (reply["status"], reply["verdict"], reply["facts"]) == ("clarifying", "need_info", {})


def test_a_figure_without_a_name_is_of_the_fact_told_before() -> None:
    session = Session("guangzhou")
    ask(session, "我能领吗", f"{SKILL}.eligibility", person="", **COUSIN)
    reply = ask(session, "表哥是新来的,他才九个月,他呢", f"{SKILL}.duration", person="表哥")
    assert (reply["verdict"], reply["facts"]["insured_months"]["value"]) == ("ineligible", 9)
    assert set(reply["facts"]) == {"insured_months"}


def test_what_is_told_of_another_in_an_answer_is_not_the_askers() -> None:
    session = Session("guangzhou")
    assert ask(session, "我能领吗", f"{SKILL}.eligibility", person="")["ask"]["fact"] == "employed_in_enterprise"
    reply = ask(session, "在厂里，表哥有证", person="表哥", employed_in_enterprise=True, certificate_obtained=True)
    assert "certificate_obtained" not in reply["facts"]
    assert ask(session, "那表哥呢", "nonsense", person="表哥")["facts"]["certificate_obtained"]["value"] is True


def test_the_same_asked_of_another_place_is_decided_there() -> None:
    session = Session()
    places = {"锦州": ["jinzhou"]}
    first = ask(session, "锦州的我能领吗", f"{ASSISTANCE}.eligibility", person="", places=places, is_unemployed=True)
    assert first["status"] == "outside_region"
    reply = ask(session, "那广州呢", "nonsense", places={"广州": ["guangzhou"]})
    assert (reply["region"], reply["matter"], reply["verdict"]) == ("guangzhou", ASSISTANCE, "need_info")


def test_likewise_is_about_the_matter_before() -> None:
    session = Session("huludao")
    ask(session, "失业补助金能领几个月", f"{ASSISTANCE}.duration")
    other = ask(session, "广州也这么规定吗", f"{REFUND}.overview", places={"广州": ["guangzhou"]})
    assert (other["matter"], other["region"]) == (ASSISTANCE, "guangzhou")
    # one that names its matter is about that
    named = ask(session, "广州的稳岗返还也这么规定吗", f"{REFUND}.overview", places={"广州": ["guangzhou"]})
    assert named["matter"] == REFUND


def test_a_case_put_otherwise_is_decided_anew() -> None:
    session = Session("huludao")
    facts = {"unit_kind": "enterprise", "unit_insured": True, "insured_headcount": 50, "layoffs_last_year": 2}
    assert ask(session, "能申请吗", f"{REFUND}.eligibility", person="", **facts)["verdict"] == "eligible"
    reply = ask(session, "要是明年2月才申请呢", "acceptance_period.deadline", application_date="2022-02-01")
    assert (reply["matter"], reply["verdict"]) == (REFUND, "ineligible")


@pytest.mark.parametrize("text", ["要是拖到明年2月呢", "要是明年2月裁了9个呢"])
def test_a_day_that_no_fact_takes_up_is_not_left_out_of_the_case(text: str) -> None:
    session = Session("huludao")
    facts = {"unit_kind": "enterprise", "unit_insured": True, "insured_headcount": 50, "layoffs_last_year": 2}
    ask(session, "能申请吗", f"{REFUND}.eligibility", person="", **facts)
    reply = ask(session, text, f"{REFUND}.deadline", **({"layoffs_last_year": 3} if "裁" in text else {}))
    assert reply["verdict"] is None


def test_what_one_has_not_after_the_materials_is_a_case() -> None:
    session = Session("guangzhou")
    assert ask(session, "技能提升补贴要什么材料", f"{SKILL}.materials")["aspect"] == "materials"
    reply = ask(session, "那表哥呢", "nonsense", person="表哥", certificate_obtained=False)
    assert (reply["matter"], reply["verdict"]) == (SKILL, "ineligible")


def training(session: Session) -> Reply:
    """A two-post student in preparatory training is eligible for 300 yuan a month."""
    facts = {
        "is_two_post_student": True,
        "is_rural_trainee": True,
        "in_training": True,
        "in_preparatory_training": True,
    }
    return ask(session, "能领生活费补贴吗", "training_living_allowance.eligibility", person="", **facts)


def test_an_amount_after_a_verdict_counts_all_that_is_known() -> None:
    session = Session("huludao")
    assert training(session)["verdict"] == "eligible"
    reply = ask(session, "学五个月,合起来多少钱", "training_living_allowance.amount")
    assert ("1500", "CNY") in {(amount["value"], amount["unit"]) for amount in reply["amounts"]}
    assert reply["facts"]["preparatory_months"]["value"] == 5


def test_what_an_amount_is_worked_out_from_asks_for_it() -> None:
    session = Session("huludao")
    facts = {"is_poverty_alleviated": True, "in_training": True, "training_count_this_year": 1}
    assert ask(session, "能领吗", "training_living_allowance.eligibility", person="", **facts)["verdict"] == "eligible"
    reply = ask(session, "我们村的低保标准是400元,折下来多少", "social_assistance", rural_minimum_standard=400)
    assert ("600", "CNY/month") in {(amount["value"], amount["unit"]) for amount in reply["amounts"]}
    # without anything of the case it stays what it is
    assert ask(session, "低保怎么申请", "social_assistance")["status"] == "outside_scope"


def test_what_asks_for_all_may_tell_of_a_matter_before() -> None:
    session = Session("huludao")
    text = "失业金领完了,想问还有什么可以申请的"
    reading = read(text, f"{ASSISTANCE}.eligibility", benefit_exhausted=True, is_unemployed=True)
    reading["questions"][0]["topics"] = [[ASSISTANCE, 0.5], ["all_matters", 0.3]]
    assert session.say(reading)[0]["status"] == "listed"
    reading = read("失业补助金什么可以申请", f"{ASSISTANCE}.conditions")
    reading["questions"][0]["topics"] = [[ASSISTANCE, 0.5], ["all_matters", 0.3]]
    assert session.say(reading)[0]["matter"] == ASSISTANCE


FACTS = {"unit_kind": "enterprise", "unit_insured": True, "insured_headcount": 50, "layoffs_last_year": 2}


def test_what_is_supposed_of_the_case_decides_it_anew() -> None:
    session = Session("huludao")
    ask(
        session,
        "能申请吗",
        f"{REFUND}.eligibility",
        person="",
        **FACTS,
        enterprise_size="small",
        contributions_last_year=1000,
    )
    reply = suppose(session, "要是算大型企业呢,多少钱", f"{REFUND}.amount", enterprise_size="large")
    assert ("300", "CNY") in {(amount["value"], amount["unit"]) for amount in reply["amounts"]}
    reply = suppose(session, "如果去年裁了9个呢", f"{REFUND}.eligibility", layoffs_last_year=9)
    assert reply["verdict"] == "ineligible"


def test_what_is_supposed_of_another_matter_does_not_touch_the_case() -> None:
    session = Session("huludao")
    ask(session, "能申请吗", f"{REFUND}.eligibility", person="", **FACTS)
    suppose(session, "要是裁了9个,失业补助金能领吗", f"{ASSISTANCE}.eligibility", layoffs_last_year=9)
    assert ask(session, "那稳岗返还能申请吗", f"{REFUND}.eligibility", person="")["verdict"] == "eligible"


def suppose(session: Session, text: str, topic: str, **facts: Any) -> Reply:
    return session.say({**read(text, topic), "supposed": told(**facts)})[0]


def elsewhere(text: str, *, bare: bool, share: float = 0.4, topic: str = "pension") -> dict[str, Any]:
    """A question read as of another subject, as the model tells it."""
    (question,) = read(text, topic)["questions"]
    question |= {"bare": bare, "share": share, "intents": [["ask_amount", 0.9]], "topics": [[topic, share]]}
    return {**read(text), "questions": [question]}


@pytest.mark.parametrize(
    ("reading", "status"),
    [
        (elsewhere("一次给多少", bare=True), "answered"),
        # it has a subject of its own, or is surely about one, or tells of distress
        (elsewhere("养老金给多少", bare=False), "outside_scope"),
        (elsewhere("一次给多少", bare=True, share=0.9), "outside_scope"),
        (elsewhere("我不想活了", bare=True, topic="distress"), "signposted"),
    ],
)
def test_a_question_of_hollow_words_is_about_the_matter_before(reading: dict[str, Any], status: str) -> None:
    session = Session("huludao")
    ask(session, "稳岗返还什么时候截止", f"{REFUND}.deadline")
    assert session.say(reading)[0]["status"] == status


def test_hollow_words_alone_name_no_matter() -> None:
    assert Session("huludao").say(elsewhere("一次给多少", bare=True))[0]["status"] == "clarifying"


def test_for_whom_something_is_goes_on_about_it() -> None:
    session = Session("huludao")
    ask(session, "稳岗返还什么时候截止", f"{REFUND}.deadline")
    (question,) = read("都有哪些单位能领", "all_matters.screen")["questions"]
    question |= {"intents": [["ask_who", 0.9]], "share": 0.8}
    reply = session.say({**read("都有哪些单位能领"), "questions": [question]})[0]
    assert (reply["matter"], reply["status"]) == (REFUND, "answered")


def test_what_there_is_after_what_is_told_is_asked_of_all() -> None:
    (question,) = read("我们公司参保19人,有什么补贴可以申请", f"{REFUND}.eligibility")["questions"]
    reading = {**read(question["text"]), "questions": [{**question, "general": True, "topics": [[REFUND, 0.9]]}]}
    assert Session("huludao").say(reading)[0]["status"] == "listed"


def test_a_word_of_kinship_tells_the_sex() -> None:
    session = Session("huludao")
    session.say({**read("我爸算吗", "hardship_persons.eligibility"), "person": "我爸", "by_word": {"sex": "male"}})
    reply = session.say({**read("1962年3月生的"), "person": None, "facts": told(birth_month="1962-03")})[0]
    assert reply["ask"] is None or reply["ask"]["fact"] != "sex"


def test_one_matter_in_two_places_is_answered_for_each() -> None:
    text = "葫芦岛的稳岗返还几号截止?广州的稳岗返还几号截止?"
    (question,) = read(text, f"{REFUND}.deadline")["questions"]
    places = {"葫芦岛": ["huludao"], "广州": ["guangzhou"]}
    named = [{"surface": name, "regions": ids, "start": 0, "end": len(name)} for name, ids in places.items()]
    questions = [{**question, "text": f"{place['surface']}的稳岗返还几号截止", "places": [place]} for place in named]
    replies = Session().say({**read(text, places=places), "questions": questions})
    assert [(reply["region"], reply["status"]) for reply in replies] == [
        ("huludao", "answered"),
        ("guangzhou", "answered"),
    ]


def test_what_holds_in_fact_takes_the_place_of_what_was_supposed() -> None:
    session = Session("guangzhou")
    ask(session, "我能领吗", f"{SKILL}.eligibility", person="", **{**COUSIN, "insured_months": 9})
    assert suppose(session, "如果交满12个月呢", f"{SKILL}.eligibility", insured_months=12)["verdict"] == "eligible"
    reply = ask(session, "不过我实际就是9个月,那还是不行对吧", f"{SKILL}.eligibility", person="")
    assert (reply["verdict"], reply["facts"]["insured_months"]["value"]) == ("ineligible", 9)


def test_what_is_said_aside_of_somebody_does_not_turn_from_the_person_asked_about() -> None:
    session = Session("guangzhou")
    assert ask(session, "我能领吗", f"{SKILL}.eligibility", person="")["ask"]["fact"] == "employed_in_enterprise"
    ask(session, "对了表哥的养老金怎么算", "pension", person="表哥")
    reply = ask(session, "在厂里上班", employed_in_enterprise=True)
    assert reply["facts"]["employed_in_enterprise"]["value"] is True
    assert ask(session, "那表哥呢", "nonsense", person="表哥")["facts"] == {}


def test_the_case_put_in_another_place_is_decided_there() -> None:
    session = Session("guangzhou")
    ask(session, "我能领吗", f"{ASSISTANCE}.eligibility", person="", is_unemployed=True)
    reply = ask(session, "那如果失业险交在葫芦岛呢", f"{REFUND}.eligibility", places={"葫芦岛": ["huludao"]})
    assert (reply["matter"], reply["region"]) == (ASSISTANCE, "huludao")


def test_another_kind_is_asked_about_as_the_first_was() -> None:
    session = Session("huludao")
    ask(session, "大型企业返多少", f"{REFUND}.amount")
    assert ask(session, "那中小微的呢", f"{REFUND}.eligibility", enterprise_size="small")["aspect"] == "amount"


def test_the_second_of_two_questions_leaves_unsaid_what_the_first_said() -> None:
    session = Session("huludao")
    replies = session.say(read("稳岗返还给哪些单位?一般给多少?", f"{REFUND}.who", "no_matter.amount"))
    assert [(reply["matter"], reply["aspect"]) for reply in replies] == [(REFUND, "who"), (REFUND, "amount")]


def test_another_matter_named_alone_is_asked_about_as_the_one_before() -> None:
    session = Session("guangzhou")
    ask(session, "我能领吗", f"{SKILL}.eligibility", person="", **{**COUSIN, "is_unemployed": True})
    assert ask(session, "那失业补助金呢", f"{ASSISTANCE}.overview")["verdict"] == "need_info"
    session = Session("guangzhou")
    ask(session, "稳岗返还什么时候截止", f"{REFUND}.deadline")
    assert ask(session, "失业补助金呢", f"{ASSISTANCE}.overview")["aspect"] == "deadline"


def test_facts_that_only_the_case_turns_on_are_of_the_case() -> None:
    session = Session("huludao")
    ask(session, "能申请吗", f"{REFUND}.eligibility", person="", **FACTS)
    reply = ask(session, "去年裁了9个,过了线没有", "acceptance_period.eligibility", layoffs_last_year=9)
    assert (reply["matter"], reply["verdict"]) == (REFUND, "ineligible")


@pytest.mark.parametrize(("text", "value"), [("有,技能等级证书", True), ("有啊,还没拿到手", False), ("嗯,没考", False)])
def test_a_yes_without_a_no_is_never_read_as_a_no(text: str, value: bool) -> None:
    session = Session("guangzhou")
    facts = {"employed_in_enterprise": True, "insured_months": 30}
    assert ask(session, "我能领吗", f"{SKILL}.eligibility", person="", **facts)["ask"]["fact"] == "certificate_obtained"
    reply = ask(session, text, certificate_obtained=False)
    assert reply["facts"]["certificate_obtained"]["value"] is value


def test_a_case_put_otherwise_in_two_figures_leaves_none_out() -> None:
    session = Session("huludao")
    told = {"employed_in_enterprise": True, "certificate_obtained": True, "insured_months": 11}
    reply = ask(session, "技能提升补贴能申请吗", "skill_upgrade_subsidy.eligibility", person="", **told)
    assert reply["verdict"] == "ineligible"
    again = suppose(
        session, "那等12月交满12个月，12月28号去申请呢", f"{ASSISTANCE}.deadline", application_date="2021-12-28"
    )
    assert (again["verdict"], again["facts"]["insured_months"]["value"]) == ("eligible", 12)


def of(text: str, topic: str, aspect: str, *topics: tuple[str, float], **more: Any) -> dict[str, Any]:
    """A question with how likely it is of which matter."""
    told = read(text, topic)
    question = {
        "intents": [[f"ask_{aspect}", 0.9]],
        "intent": f"ask_{aspect}",
        "topics": [list(each) for each in topics],
    }
    return {**told, "questions": [{**told["questions"][0], **question, **more}]}


@pytest.mark.parametrize(("likely", "matter"), [(0.3, ASSISTANCE), (0.1, "acceptance_period")])
def test_the_matter_named_is_meant_and_not_what_holds_for_all(likely: float, matter: str) -> None:
    asked = of(
        "失业补助金的受理截止了没", "acceptance_period", "deadline", ("acceptance_period", 0.5), (ASSISTANCE, likely)
    )
    assert Session("huludao").say(asked)[0]["matter"] == matter


def test_a_kind_that_was_just_told_of_is_asked_about_within_its_matter() -> None:
    session, training = Session("huludao"), "training_living_allowance"
    session.ask("脱贫户参加培训，生活费按什么标准给", f"{training}.amount")
    further = of("就业困难人员呢", "hardship_persons", "overview", ("hardship_persons", 0.9), share=0.9)
    reply = session.say(further)[0]
    assert (reply["matter"], reply["aspect"]) == (training, "amount")
    session.ask("稳岗返还给多少", f"{REFUND}.amount")
    assert session.say(further)[0]["matter"] == "hardship_persons"
    session.ask("零就业家庭怎么认定", "zero_employment_family.definition")
    assert session.say(further)[0]["matter"] == "hardship_persons"


def test_a_place_set_right_asks_the_same_again() -> None:
    session = Session()
    shenyang, huludao = {"沈阳": ["shenyang"]}, {"葫芦岛": ["huludao"]}
    asked = session.ask("失业险在沈阳交的，失业补助金我够条件不", f"{ASSISTANCE}.eligibility", places=shenyang)
    assert asked["status"] == "outside_region"
    told = read("我整错了，是在葫芦岛交的，这样够不够", "handling_service.eligibility", places=huludao)
    reply = session.say({**told, "personal": True})[0]
    assert (reply["region"], reply["matter"]) == ("huludao", ASSISTANCE)
