"""Messages that turn the conversation: to a person, away from what was asked, or to being asked. What was understood is given as data."""

from __future__ import annotations

import json

import pytest

from tests.answering.test_conversation import ASSISTANCE, REFUND, Session, read

ELIGIBLE = f"{ASSISTANCE}.eligibility"


@pytest.mark.parametrize("text", ["算了转人工吧,说不清楚", "没有,给我找个真人", "转人工"])
def test_who_wants_a_person_gets_one_whatever_else_is_said(text: str) -> None:
    session = Session("huludao")
    assert session.say({**read("我能领吗", ELIGIBLE), "personal": True})[0]["ask"]
    replies = session.say(read(text, "nonsense"))
    assert [(reply["status"], reply["kind"]) for reply in replies] == [("handed_off", "human_request")]


def test_training_in_artificial_intelligence_wants_nobody() -> None:
    assert Session("huludao").ask("人工智能培训给补吗", "training_catalogue.overview")["status"] != "handed_off"


@pytest.mark.parametrize(
    ("text", "dropped"),
    [("不说这个了,说说稳岗返还给多少", True), ("换个话题,稳岗返还给多少", True), ("先放一放,稳岗返还给多少", False)],
)
def test_what_is_dropped_for_another_matter_is_not_asked_again(text: str, dropped: bool) -> None:
    session = Session("huludao")
    session.say({**read("我能领吗", ELIGIBLE), "personal": True})
    replies = session.say(read(text, f"{REFUND}.amount"))
    assert replies[0]["matter"] == REFUND
    assert len(replies) == (1 if dropped else 2)


@pytest.mark.parametrize(
    ("text", "asked"),
    [("邻居说我这样的兴许能领,您问我答吧", True), ("帮我看看失业补助金", True), ("失业补助金", False)],
)
def test_who_offers_answers_is_asked(text: str, asked: bool) -> None:
    reply = Session("huludao").say({**read(text, ELIGIBLE), "personal": True})[0]
    assert (reply["ask"] is not None) == asked


def test_whether_one_qualifies_and_for_how_much_is_told_in_one() -> None:
    told = {"unit_kind": "enterprise", "insured_headcount": 64, "layoffs_last_year": 3, "enterprise_size": "small"}
    reply = Session("huludao").ask(
        "可否享受稳岗返还及上限金额", f"{REFUND}.amount", contributions_last_year=52400, **told
    )
    assert (reply["verdict"], reply["amounts"][0]["value"]) == ("eligible", "31440")


def test_who_supposes_no_more_is_told_of_the_case_as_it_is() -> None:
    session = Session("huludao")
    told = {"unit_kind": "enterprise", "insured_headcount": 60, "layoffs_last_year": 3}
    session.say({**read("稳岗返还行不行", f"{REFUND}.eligibility", **told), "personal": True})
    supposed = [{"fact": "layoffs_last_year", "value": 5, "said": None, "approximate": False}]
    session.say({**read("如果去年裁的是五个呢", f"{REFUND}.eligibility"), "supposed": supposed})
    reply = session.ask("不假设了,就按实际的,能给多少", f"{REFUND}.amount")
    assert reply["facts"]["layoffs_last_year"]["value"] == 3


def test_a_figure_set_right_is_of_what_was_spoken_of() -> None:
    session = Session("huludao")
    matter = "graduate_training_subsidy.eligibility"
    session.ask("第四次了还给吗", matter, training_subsidy_count_this_year=4, in_graduation_year=True)
    # 第三次 may be read as of something not spoken of: it is still the count that is set right.
    facts = session.ask("我数岔了,是第三次", "nonsense", training_count_this_year=3)["facts"]
    assert facts["training_subsidy_count_this_year"]["value"] == 3
    assert "training_count_this_year" not in facts


def test_a_subject_read_by_a_hair_or_pointed_at_goes_on_with_the_matter() -> None:
    def unsure(text: str, topic: str, share: float, aspect: str) -> dict[str, object]:
        told = read(text, topic)
        more = {"intents": [[f"ask_{aspect}", 0.9]], "share": share, "outside": 0.7, "topics": [[topic, share]]}
        return {**told, "questions": [{**told["questions"][0], **more}]}

    session = Session("huludao")
    session.ask("公益岗到哪年", "public_welfare_post.duration")
    assert session.say(unsure("一个月给多少你有数没", "housing", 0.18, "amount"))[0]["matter"] == "public_welfare_post"
    assert session.say(unsure("所以给报不给报", "medical", 0.6, "eligibility"))[0]["matter"] == "public_welfare_post"
    assert session.say(unsure("看病给报不给报", "medical", 0.6, "eligibility"))[0]["kind"] == "medical"


@pytest.mark.parametrize("text", ["我拿错分公司的表了,全部清掉从头来", "前面说的都不算"])
def test_who_starts_over_is_remembered_nothing_of(text: str) -> None:
    session = Session("huludao")
    told = {"unit_kind": "enterprise", "insured_headcount": 40, "layoffs_last_year": 9}
    session.say({**read("稳岗返还有戏没", f"{REFUND}.eligibility", **told), "personal": True})
    reply = session.ask(text, "nonsense")
    assert (reply["status"], reply["kind"], reply["facts"]) == ("smalltalk", "started_over", {})
    assert session.ask("那大企业呢", f"{REFUND}.amount")["facts"] == {}


@pytest.mark.parametrize(
    "text", ["这几类我都不算", "欠的工资都清了", "低保残疾都不算数吗", "厂子重新来电话了", "断缴了是不是得重新来"]
)
def test_what_only_sounds_like_starting_over_forgets_nothing(text: str) -> None:
    session = Session("huludao")
    session.say({**read("我能领吗", ELIGIBLE, was_insured=True), "personal": True})
    assert session.say(read(text, "nonsense"))[-1]["facts"]["was_insured"]["value"] is True


def test_distress_is_heard_before_anything_is_forgotten() -> None:
    session = Session("huludao")
    session.say({**read("我能领吗", ELIGIBLE), "personal": True})
    assert session.ask("活不下去了,从头来吧", "nonsense")["status"] == "signposted"


def test_a_new_figure_named_as_such_sets_nothing_else_right() -> None:
    session = Session("huludao")
    told = {"unit_kind": "enterprise", "unit_insured": True, "layoffs_last_year": 3}
    session.say({**read("去年裁了3个人,能领稳岗返还吗", f"{REFUND}.eligibility", **told), "personal": True})
    facts = session.ask("说漏了,参保28人", "nonsense", insured_headcount=28)["facts"]
    assert (facts["layoffs_last_year"]["value"], facts["insured_headcount"]["value"]) == (3, 28)


def test_a_day_set_right_is_of_what_was_told_in_such_words() -> None:
    session = Session("huludao")
    spoken = {
        "benefit_expiry_date": ("2020-10-31", "失业金去年10月31号领完"),
        "unemployment_date": ("2019-10-08", "2019年10月8号失业"),
    }
    facts = [{"fact": id, "value": value, "said": said, "approximate": False} for id, (value, said) in spoken.items()]
    session.say({**read("能领失业补助金不", ELIGIBLE), "facts": facts, "personal": True})
    facts = [{"fact": "unemployment_date", "value": "2021-01-31", "said": "今年1月31号", "approximate": False}]
    known = session.say({**read("我记错年头了,是今年1月31号才领完的", "nonsense"), "facts": facts})[0]["facts"]
    assert known["benefit_expiry_date"]["value"] == "2021-01-31"
    assert known["unemployment_date"]["value"] == "2019-10-08"


def test_a_no_before_a_correction_is_no_figure_set_right() -> None:
    session = Session("huludao")
    told = {"unit_kind": "enterprise", "insured_headcount": 40, "layoffs_last_year": 9}
    session.say({**read("稳岗返还有戏没", f"{REFUND}.eligibility", **told), "personal": True})
    assert session.ask("不对不对,我再看看表", "nonsense")["verdict"] != "eligible"


def test_of_two_things_asked_each_can_be_gone_on_with() -> None:
    session = Session("huludao")
    session.ask("稳岗返还最晚哪天,失业补助金发到几时", f"{REFUND}.deadline", f"{ASSISTANCE}.duration")
    assert session.ask("前头那个,大企业返多少", f"{REFUND}.amount")["matter"] == REFUND
    assert session.ask("后头那个能不能领两回", "no_matter.compatibility")["matter"] == ASSISTANCE
    session.ask("公益岗到哪年", "public_welfare_post.duration")
    assert session.ask("前头那个能给多少", "no_matter.amount")["matter"] == "public_welfare_post"


def test_the_next_caller_may_ask_the_same() -> None:
    session = Session("huludao")
    told = {"unit_kind": "enterprise", "insured_headcount": 40, "layoffs_last_year": 9}
    session.say({**read("问稳岗返还", f"{REFUND}.eligibility", **told), "personal": True})
    reply = session.ask(
        "另一来电,律所,没裁人,同问", "tax_relief.eligibility", layoffs_last_year=0, unit_kind="law_firm"
    )
    assert (reply["matter"], set(reply["facts"])) == (REFUND, {"unit_kind", "layoffs_last_year"})


def test_where_somebody_only_is_changes_no_place() -> None:
    session = Session("guangzhou")
    session.ask("要先登记吗", "handling_service.how")
    hubei = {"湖北": ["hubei"]}
    assert session.ask("我人在老家湖北,能网上弄吗", "handling_service.how", places=hubei)["region"] == "guangzhou"
    assert session.ask("我老家湖北那边呢", "handling_service.how", places=hubei)["status"] == "outside_region"


def test_where_registration_decides_the_place_one_comes_from_counts() -> None:
    session = Session("guangzhou")
    session.ask("要先登记吗", "handling_service.how")
    huludao = {"葫芦岛": ["huludao"]}
    asked = session.ask("我老家葫芦岛,算就业困难人员吗", "hardship_persons.eligibility", places=huludao)
    assert asked["region"] == "huludao"


def test_a_matter_is_named_by_its_longest_name() -> None:
    asked = {**read("帮我看看一次性求职创业补贴我符不符合", "account_records"), "personal": True}
    assert Session("huludao").say(asked)[0]["matter"] == "job_seeking_subsidy"


def test_own_records_are_not_meant_by_who_asks_whether_one_qualifies() -> None:
    reply = Session("guangdong").say({**read("帮我看下技能提升补贴我符不符合", "account_records"), "personal": True})[0]
    assert (reply["matter"], reply["ask"] is not None) == ("skill_upgrade_subsidy", True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("失业险?没有没有", False),
        ("参加过的", True),
        ("工资条上看得见,我都参加了", True),
        ("没参加", False),
        ("上哪参加过", None),
    ],
)
def test_an_answer_may_repeat_what_was_asked(text: str, value: bool | None) -> None:
    session = Session("huludao")
    told = {"is_unemployed": True, "benefit_qualified": False, "assistance_received": False}
    reply = session.ask("我能领吗", ELIGIBLE, **told)
    assert reply["ask"]["fact"] == "was_insured"
    reply = session.say(read(text, "nonsense"))[0]
    assert reply["facts"].get("was_insured", {}).get("value") is value


def test_what_else_there_is_asks_for_the_rest() -> None:
    told = read("除了稳岗返还还有啥我们单位能享受的", f"{REFUND}.overview", unit_kind="enterprise")
    assert Session("huludao").say({**told, "personal": True})[0]["status"] == "listed"


def test_what_a_message_tells_once_more_answers_nothing_and_is_asked_twice_at_most() -> None:
    session = Session("huludao")
    matter = "zero_employment_family.eligibility"
    reply = session.say({**read("我家算不算", matter, is_urban_resident_family=True), "personal": True})[0]
    first = reply["ask"]["fact"]
    asked = [session.say(read("都歇着呢", matter, is_unemployed=True))[-1]["ask"] for _ in range(4)]
    assert [ask["fact"] for ask in asked if ask].count(first) <= 2


@pytest.mark.parametrize(
    ("text", "situated", "asks"),
    [
        ("学挖掘机呢,能不能领培训生活费补贴", True, True),
        ("培训生活费补贴能不能领", False, False),
        ("培训班停了,生活费给不给顺延", True, False),
    ],
)
def test_who_tells_a_situation_first_asks_for_a_verdict(text: str, situated: bool, asks: bool) -> None:
    heard = read(text, "training_living_allowance.eligibility")
    heard["questions"] = [{**question, "situated": situated} for question in heard["questions"]]
    assert (Session("huludao").say(heard)[0]["ask"] is not None) is asks


def test_how_long_handling_takes_turns_from_no_matter() -> None:
    session = Session("guangzhou")
    session.ask("失业补助金怎么申请", f"{ASSISTANCE}.how")
    assert session.ask("几天能办好", "handling_service.processing_time")["matter"] == "handling_service"
    assert session.ask("截止到哪天", "no_matter.deadline")["matter"] == ASSISTANCE


def test_what_one_hears_of_another_place_decides_nothing() -> None:
    places = {"东莞": ["dongguan"], "葫芦岛": ["huludao"]}
    text = "东莞这边的五金厂,去年没裁员。听说老家葫芦岛能退六成失业险,我们这也按这个比例退吗"
    assert Session("guangdong").ask(text, f"{REFUND}.amount", places=places)["region"] == "dongguan"


def test_a_memory_of_the_release_before_goes_on() -> None:
    session = Session("huludao")
    session.ask("稳岗返还最晚哪天", f"{REFUND}.deadline")
    pair = [{"text": "稳岗返还最晚哪天", "topic": REFUND, "intent": "ask_deadline"}]
    session.memory = json.dumps({**json.loads(session.memory), "pair": pair})
    assert session.ask("公益岗到哪年", "public_welfare_post.duration")["status"] == "answered"
