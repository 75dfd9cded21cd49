"""What a session remembers, and how a message is answered in its light. What was understood is given as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from koujing.answering.asked import ALL_MATTERS
from koujing.answering.conversation import Memory, respond
from koujing.answering.reply import Reply
from koujing.settings import DEMO_DATE
from tests.answering.replies import misfits, policies

REFUND, ASSISTANCE = "job_retention_refund", "unemployment_assistance"


def read(text: str, *topics: str, places: Mapping[str, list[str]] | None = None, **facts: Any) -> dict[str, Any]:
    """What the reader would hand over; a topic is written `matter.aspect`, or a refusal kind alone."""
    questions = []
    for topic in topics or ("nonsense",):
        name, _, aspect = topic.partition(".")
        questions.append({"text": text, "topic": name, "intent": f"ask_{aspect}" if aspect else "out_of_scope"})
    found = [
        {
            "surface": surface,
            "regions": regions,
            "start": text.index(surface),
            "end": text.index(surface) + len(surface),
        }
        for surface, regions in (places or {}).items()
    ]
    told = [{"fact": id, "value": value, "said": None, "approximate": False} for id, value in facts.items()]
    return {"text": text, "questions": questions, "places": found, "facts": told}


class Session:
    """A session that keeps its memory as Rasa does: as JSON."""

    def __init__(self, region: str | None = None) -> None:
        self.region, self.memory = region, "{}"

    def say(self, understood: dict[str, Any], **facts: Any) -> list[Reply]:
        memory: Memory = json.loads(self.memory)
        replies, memory = respond(policies(), understood, {"region": self.region, "facts": facts}, memory, DEMO_DATE)
        self.memory = json.dumps(memory)
        for reply in replies:
            assert misfits(reply) == []
        return replies

    def ask(self, text: str, *topics: str, **more: Any) -> Reply:
        """The first reply; one more may put an open question again."""
        return self.say(read(text, *topics, **more))[0]


def test_the_places_of_the_text_win_over_the_channels() -> None:
    session = Session("huludao")
    reply = session.ask("广州失业补助金怎么领", f"{ASSISTANCE}.how", places={"广州": ["guangzhou"]})
    assert reply["region"] == "guangzhou"
    # The channel names its region with every message; the person has said where they are.
    assert session.ask("能领多久", f"{ASSISTANCE}.duration")["region"] == "guangzhou"
    session.region = "shenzhen"
    assert session.ask("能领多久", f"{ASSISTANCE}.duration")["region"] == "shenzhen"


def test_the_channels_place_stands_until_the_text_names_one() -> None:
    session = Session("xingcheng")
    assert session.ask("能领多久", f"{ASSISTANCE}.duration")["region"] == "xingcheng"
    # The city above the channel's county is no other place.
    assert (
        session.ask("葫芦岛能领多久", f"{ASSISTANCE}.duration", places={"葫芦岛": ["huludao"]})["region"] == "xingcheng"
    )


@pytest.mark.parametrize(("size", "stays"), [("small", False), ("not_enterprise", True)])
def test_what_a_new_fact_entails_otherwise_is_forgotten(size: str, stays: bool) -> None:
    session = Session("huludao")
    session.ask("稳岗返还多少", f"{REFUND}.amount", enterprise_size=size)
    facts = session.ask("我们是律所，能返吗", f"{REFUND}.eligibility", unit_kind="law_firm")["facts"]
    assert ("enterprise_size" in facts) == stays


def test_a_session_remembers_its_place_and_facts() -> None:
    session = Session()
    assert session.ask("怎么领", f"{ASSISTANCE}.how")["ask"]["fact"] == "region"
    session.ask("葫芦岛怎么领", f"{ASSISTANCE}.how", places={"葫芦岛": ["huludao"]})
    session.ask("律所12个人", f"{REFUND}.eligibility", unit_kind="law_firm", insured_headcount=12)
    reply = session.ask("一个没裁，能领吗", f"{REFUND}.eligibility", layoffs_last_year=0)
    assert (reply["region"], reply["verdict"]) == ("huludao", "eligible")
    assert set(reply["facts"]) == {"unit_kind", "insured_headcount", "layoffs_last_year"}


def test_a_fact_said_anew_replaces_the_old() -> None:
    session = Session("huludao")
    first = session.ask("", f"{REFUND}.eligibility", unit_kind="enterprise", insured_headcount=100, layoffs_last_year=6)
    assert first["verdict"] == "eligible"
    changed = session.ask("不对，裁了7个", f"{REFUND}.eligibility", layoffs_last_year=7)
    assert changed["verdict"] == "ineligible"
    assert changed["facts"]["layoffs_last_year"]["value"] == 7


def test_facts_given_by_a_trusted_system_win() -> None:
    session = Session("huludao")
    (reply,) = session.say(read("裁了7个能领吗", f"{REFUND}.eligibility", layoffs_last_year=7), layoffs_last_year=3)
    assert reply["facts"]["layoffs_last_year"]["value"] == 3


def test_two_questions_get_two_replies_in_order() -> None:
    replies = Session("huludao").say(read("补助金多少？稳岗返还何时截止", f"{ASSISTANCE}.amount", f"{REFUND}.deadline"))
    assert [reply["matter"] for reply in replies] == [ASSISTANCE, REFUND]


def test_nothing_understood_is_said_so() -> None:
    for understood in ({}, {"text": "", "questions": []}):
        replies, _ = respond(policies(), understood, {}, {}, DEMO_DATE)
        assert [(reply["status"], reply["kind"]) for reply in replies] == [("refused", "nonsense")]


def asking_headcount() -> Session:
    """A session asked whether the company's 28 are all insured."""
    session = Session("huludao")
    facts = {"unit_kind": "enterprise", "unit_insured": True, "layoffs_last_year": 3, "company_headcount": 28}
    reply = session.ask("公司28个人", f"{REFUND}.eligibility", **facts)
    assert reply["ask"]["fact"] == "insured_headcount"
    return session


def test_yes_confirms_what_stood_for_the_fact() -> None:
    reply = asking_headcount().ask("是的", "thanks")
    assert (reply["verdict"], reply["facts"]["insured_headcount"]["value"]) == ("eligible", 28)


def test_no_leads_to_the_plain_question_and_a_number_answers_it() -> None:
    session = asking_headcount()
    reply = session.ask("不是", "nonsense")
    assert (reply["ask"]["fact"], reply["ask"]["type"]) == ("insured_headcount", "number")
    assert "28" not in reply["ask"]["question"]
    assert session.ask("25", "nonsense")["verdict"] == "eligible"


@pytest.mark.parametrize(
    ("text", "topic", "status"),
    [
        ("什么叫参保", "pension", "outside_scope"),
        ("医保怎么报销", "medical", "outside_scope"),
        ("谢谢", "thanks", "smalltalk"),
    ],
)
def test_what_is_no_answer_is_answered_as_what_it_is(text: str, topic: str, status: str) -> None:
    assert asking_headcount().ask(text, topic)["status"] == status


def test_another_question_that_happens_to_tell_the_fact_is_answered() -> None:
    text = "我们参保28人，技能提升补贴多少钱？"
    reply = asking_headcount().ask(text, "skill_upgrade_subsidy.amount", insured_headcount=28)
    assert reply["matter"] == "skill_upgrade_subsidy"
    assert "insured_headcount" in reply["facts"]


def test_an_answer_in_a_sentence_is_an_answer() -> None:
    reply = asking_headcount().ask("其实参保的有25个人", "insurance_transfer", insured_headcount=25)
    assert (reply["matter"], reply["verdict"]) == (REFUND, "eligible")


def test_a_choice_is_answered_by_its_label() -> None:
    session = Session("huludao")
    reply = session.ask("能领吗", f"{REFUND}.eligibility", insured_headcount=28, layoffs_last_year=0)
    assert (reply["ask"]["fact"], reply["ask"]["type"]) == ("unit_kind", "choice")
    assert session.ask("企业", "other_employment_policy")["verdict"] == "eligible"


def test_a_place_answers_where() -> None:
    for text, places, region in (
        ("葫芦岛", {"葫芦岛": ["huludao"]}, "huludao"),
        ("我在兴城这边", {"兴城": ["xingcheng"]}, "xingcheng"),
        ("沈阳", {"沈阳": ["shenyang"]}, "shenyang"),
    ):
        session = Session()
        session.ask("失业补助金怎么领", f"{ASSISTANCE}.how")
        reply = session.ask(text, "notice_basics.where", places=places)
        assert (reply["region"], reply["question"]) == (region, "失业补助金怎么领")


def test_another_question_with_a_place_is_no_answer_to_where() -> None:
    session = Session()
    session.ask("失业补助金怎么领", f"{ASSISTANCE}.how")
    assert session.ask("葫芦岛医保怎么报销", "medical", places={"葫芦岛": ["huludao"]})["kind"] == "medical"
    assert session.ask("你好", "greeting")["status"] == "smalltalk"


def test_the_one_place_offered_may_be_agreed_to() -> None:
    session = Session()
    reply = session.ask("辽宁失业补助金怎么领", f"{ASSISTANCE}.how", places={"辽宁": ["liaoning"]})
    assert [option["id"] for option in reply["ask"]["options"]] == ["huludao"]
    assert session.ask("是的", "thanks")["region"] == "huludao"


def test_several_places_are_asked_about_unless_the_words_tell() -> None:
    places = {"广州": ["guangzhou"], "葫芦岛": ["huludao"]}
    reply = Session().ask("广州和葫芦岛的失业补助金怎么领", f"{ASSISTANCE}.how", places=places)
    assert {option["id"] for option in reply["ask"]["options"]} == {"guangzhou", "huludao"}
    text = "户口在葫芦岛，社保交在广州，失业补助金怎么领"
    assert Session().ask(text, f"{ASSISTANCE}.how", places=places)["region"] == "guangzhou"


def test_an_ambiguous_name_is_understood_inside_the_channels_region() -> None:
    places = {"连山": ["huludao-lianshan", "qingyuan-lianshan"]}
    assert Session().ask("连山怎么领", f"{ASSISTANCE}.how", places=places)["ask"]["fact"] == "region"
    reply = Session("huludao").ask("连山怎么领", f"{ASSISTANCE}.how", places=places)
    assert reply["region"] == "huludao-lianshan"


@pytest.mark.parametrize("text", ["那要多久", "能领几个月"])
def test_a_question_without_a_subject_goes_on_about_the_last_matter(text: str) -> None:
    session = Session("huludao")
    session.ask("失业补助金怎么领", f"{ASSISTANCE}.how")
    reply = session.ask(text, "no_matter.duration")
    assert (reply["matter"], reply["aspect"]) == (ASSISTANCE, "duration")


def test_what_holds_for_all_matters_is_asked_for_the_last_one() -> None:
    session = Session("huludao")
    session.ask("稳岗返还怎么领", f"{REFUND}.how")
    reply = session.ask("什么时候截止", "acceptance_period.deadline")
    assert (reply["matter"], reply["aspect"]) == (REFUND, "deadline")
    assert Session("huludao").ask("什么时候截止", "acceptance_period.deadline")["matter"] == "acceptance_period"


def test_without_a_subject_at_first_the_matter_is_asked_for() -> None:
    session = Session("huludao")
    reply = session.ask("要什么材料", "no_matter.materials")
    assert (reply["status"], reply["ask"]["fact"]) == ("clarifying", "matter")
    reply = session.ask("失业补助金", f"{ASSISTANCE}.overview")
    assert (reply["matter"], reply["aspect"]) == (ASSISTANCE, "materials")


@pytest.mark.parametrize("text", ["那深圳呢", "深圳呢？", "那在深圳呢"])
def test_another_place_is_asked_the_same_again(text: str) -> None:
    session = Session("huludao")
    session.ask("失业补助金能领多久", f"{ASSISTANCE}.duration")
    understood = read(text, "nonsense", places={"深圳": ["shenzhen"]})
    understood["questions"][0]["intents"] = [["ask_where", 0.9]]
    (reply,) = session.say(understood)
    assert (reply["matter"], reply["aspect"], reply["region"]) == (ASSISTANCE, "duration", "shenzhen")


@pytest.mark.parametrize("text", ["谢谢", "是的", "医保怎么报销", "怎么坐车去窗口", "呢", "好的", "养老金多少钱"])
def test_what_has_a_subject_or_asks_nothing_does_not(text: str) -> None:
    session = Session("huludao")
    session.ask("失业补助金怎么领", f"{ASSISTANCE}.how")
    understood = read(text, "chitchat")
    understood["questions"][0]["intents"] = [["ask_duration", 0.9]]
    (reply,) = session.say(understood)
    assert reply["status"] == "smalltalk"


def test_the_first_question_of_a_session_stands_for_itself() -> None:
    assert Session("huludao").ask("多少钱", "health_care")["kind"] == "health_care"


def test_the_memory_is_plain_json_and_is_not_changed_in_place() -> None:
    session = asking_headcount()
    memory = json.loads(session.memory)
    kept = json.dumps(memory)
    respond(policies(), read("是的", "thanks"), {"region": "huludao"}, memory, DEMO_DATE)
    assert json.dumps(memory) == kept


def screening(text: str = "我能领什么", **told: Any) -> dict[str, Any]:
    understood = read(text, ALL_MATTERS, **told)
    understood["questions"][0]["intent"] = "screen"
    return understood


@pytest.mark.parametrize(("text", "number"), [("第一个", 1), ("第二个呢", 2), ("第4项", 4)])
def test_a_pick_after_a_screening_is_of_the_matters_listed(text: str, number: int) -> None:
    """Though a further fact was asked for with the list."""
    session = Session("huludao")
    (listed,) = session.say(screening(is_unemployed=True))
    assert (listed["status"], listed["ask"]["fact"] in policies().facts) == ("listed", True)
    reply = session.ask(text, "nonsense")
    assert reply["matter"] == listed["items"][number - 1]["matter"]


def test_an_answer_after_a_screening_is_one_and_no_pick() -> None:
    session = Session("huludao")
    (listed,) = session.say(screening(is_unemployed=True))
    reply = session.ask("是的", "nonsense")
    assert (reply["status"], reply["facts"][listed["ask"]["fact"]]["value"]) == ("listed", True)


@pytest.mark.parametrize("text", ["第二个", "2"])
def test_a_pick_where_a_screening_asks_for_the_place_is_of_the_places_offered(text: str) -> None:
    session = Session()
    session.ask("葫芦岛失业补助金怎么领", f"{ASSISTANCE}.how", places={"葫芦岛": ["huludao"]})
    places = {"广州": ["guangzhou"], "兴城": ["xingcheng"]}
    understood = screening("广州和兴城能领什么")
    understood["places"] = read("广州和兴城能领什么", places=places)["places"]
    (asked,) = session.say(understood)
    assert asked["ask"]["fact"] == "region"
    reply = session.ask(text, "nonsense")
    assert (reply["status"], reply["region"]) == ("listed", asked["ask"]["options"][1]["value"])


@pytest.mark.parametrize("text", ["第0个", "第99个"])
@pytest.mark.parametrize("region", [None, "huludao"])
def test_a_number_that_stands_for_nothing_listed_picks_nothing(text: str, region: str | None) -> None:
    session = Session(region)
    (listed,) = session.say(screening(is_unemployed=True))
    reply = session.ask(text, "nonsense")
    assert reply["matter"] is None
    assert reply["ask"]["fact"] == listed["ask"]["fact"]


def test_an_unknown_or_misread_fact_is_left_out() -> None:
    understood = read("能领吗", f"{REFUND}.eligibility", no_such_fact=1, layoffs_last_year="很多", insured_headcount=0)
    (reply,) = Session("huludao").say(understood)
    assert reply["facts"] == {}


def test_the_same_message_gives_the_same_bytes_on_every_channel() -> None:
    """Over 1,000 repeats. A channel is the region it names with the message; equal regions, equal bytes."""
    understood = read("葫芦岛律所12个人一个没裁能领吗", f"{REFUND}.eligibility", places={"葫芦岛": ["huludao"]}, unit_kind="law_firm", insured_headcount=12, layoffs_last_year=0)  # fmt: skip
    channels = ["huludao", None, "guangzhou", "liaoning"]
    said = {
        json.dumps(respond(policies(), understood, {"region": channels[i % 4]}, {}, DEMO_DATE)[0], ensure_ascii=False)
        for i in range(1000)
    }
    assert len(said) == 1


def test_facts_told_of_nobody_by_name_are_the_persons_asked_about() -> None:
    session = Session("guangzhou")
    about = {"person": "我弟", "personal": True}
    question = read("我弟考了电工证能拿补贴不", "skill_upgrade_subsidy.eligibility", certificate_obtained=True)
    (reply,) = session.say({**question, **about})
    assert reply["ask"]["fact"] == "employed_in_enterprise"
    answer = read("在厂里上班，车间里数他年轻，师傅也肯教，没什么不好说的", employed_in_enterprise=True)
    (reply,) = session.say({**answer, "person": "", "personal": False})
    assert reply["ask"]["fact"] == "insured_months"
    assert reply["facts"]["certificate_obtained"]["value"] is True


def test_what_somebody_else_does_is_no_new_person_in_an_answer() -> None:
    session = Session("huludao")
    question = {**read("我算就业困难人员吗", "hardship_persons.eligibility", is_unemployed=True), "person": ""}
    session.say({**question, "personal": True})
    (reply, *_) = session.say({**read("不是，媳妇有班上"), "person": "媳妇", "personal": True})
    assert reply["facts"]["is_unemployed"]["value"] is True


AGREED = {"internship_agreed_months": 6, "internship_done_months": 5, "stably_employed": True}
INTERNSHIP = "internship_subsidy.eligibility"


def about(who: str, understood: dict[str, Any], **others: dict[str, Any]) -> dict[str, Any]:
    """The same, told of a person; `others` are the facts of further persons."""
    told = {name: read("", **facts)["facts"] for name, facts in others.items()}
    return {**understood, "person": who, "personal": True, "others": told}


def test_what_is_agreed_counts_for_both_sides_of_the_agreement() -> None:
    session = Session("huludao")
    text = "协议签的6个月，小姑娘干了4个月就转正了，补贴能按6个月算吗"
    first = about("", read(text, INTERNSHIP, internship_agreed_months=6), 小姑娘={"internship_done_months": 4, "stably_employed": True})  # fmt: skip
    session.say(first)
    (reply, *_) = session.say(about("她", read("我少数了一个月，她是满5个月才转的", internship_done_months=5)))
    assert reply["verdict"] == "eligible"


def test_he_is_whoever_the_case_is_of_where_nobody_else_was_spoken_of() -> None:
    session = Session("huludao")
    session.ask(
        "老刘那见习协议6个月干了4个月就转正，能按6个月算吗", INTERNSHIP, **{**AGREED, "internship_done_months": 4}
    )
    (reply, *_) = session.say(about("他", read("我又翻了登记本，他干的是5个月", internship_done_months=5)))
    assert reply["verdict"] == "eligible"


def test_he_is_another_where_both_are_told_of_or_the_same_is_asked_of_him() -> None:
    told = {"unit_kind": "enterprise", "insured_headcount": 20, "layoffs_last_year": 0}
    for text, others in (("我没领过，他领过", {"": {"layoffs_last_year": 0}}), ("那他呢", {})):
        session = Session("huludao")
        session.ask("能申请稳岗返还吗", f"{REFUND}.eligibility", **told)
        (reply, *_) = session.say(about("他", read(text, f"{REFUND}.eligibility", insured_headcount=30), **others))
        assert "unit_kind" not in reply["facts"]


def test_a_place_told_aside_in_an_answer_is_not_the_place_asked_about() -> None:
    session = Session("huludao")
    first = session.ask("灵活就业社保补贴领满了能不能再延", "flexible_employment_insurance.eligibility", flexible_subsidy_expired=True, is_flexibly_employed=True)  # fmt: skip
    assert first["ask"]["fact"] == "is_university_graduate"
    answer = read("是，2019年沈阳那边本科毕业的", places={"沈阳": ["shenyang"]}, is_university_graduate=True)
    (reply, *_) = session.say(answer)
    assert (reply["region"], reply["facts"]["is_university_graduate"]["value"]) == ("huludao", True)


def test_a_place_beside_where_one_is_insured_is_the_place_asked_about() -> None:
    session = Session("huludao")
    session.ask("我能领失业补助金吗", f"{ASSISTANCE}.eligibility", is_unemployed=True)
    (reply, *_) = session.say(read("交过，失业险是在佛山交的", places={"佛山": ["foshan"]}, was_insured=True))
    assert reply["region"] == "foshan"


def test_an_interview_goes_on_where_it_was_after_a_question_about_somebody_elsewhere() -> None:
    session = Session("huludao")
    first = session.ask("我能领失业补助金吗", f"{ASSISTANCE}.eligibility", is_unemployed=True)
    aside = read(
        "我表弟在广州，他那头多少天必须办完", "handling_service.processing_time", places={"广州": ["guangzhou"]}
    )
    answered, again = session.say(about("表弟", aside))
    assert (answered["region"], again["region"]) == ("guangzhou", "huludao")
    assert again["ask"]["fact"] == first["ask"]["fact"]
    assert session.say(read("交过", was_insured=True))[0]["region"] == "huludao"


def test_a_place_set_right_answers_the_last_question_for_it() -> None:
    session = Session("dongguan")
    session.ask("失业补助金最晚哪天申请", f"{ASSISTANCE}.deadline")
    text = "不对，我记岔了，失业险是在兴城交的"
    (reply,) = session.say(read(text, "handling_service.eligibility", places={"兴城": ["xingcheng"]}))
    assert (reply["region"], reply["matter"], reply["aspect"]) == ("xingcheng", ASSISTANCE, "deadline")


@pytest.mark.parametrize(
    "text",
    ["看串行了，不是二十八，该是三十二个", "不是28个，应该是32个"],
)
def test_two_figures_set_side_by_side_are_a_correction_and_no_answer(text: str) -> None:
    session = Session("huludao")
    first = session.ask("能申请稳岗返还吗", f"{REFUND}.eligibility", unit_kind="enterprise", unit_insured=True, insured_headcount=28)  # fmt: skip
    assert first["ask"]["fact"] == "layoffs_last_year"
    (reply, *_) = session.say(read(text))
    told = {id: fact["value"] for id, fact in reply["facts"].items()}
    assert (told["insured_headcount"], told["unit_insured"]) == (32, True)
    assert reply["ask"]["fact"] == "layoffs_last_year"


def test_a_figure_found_in_papers_holds_in_place_of_the_one_told() -> None:
    session = Session("huludao")
    facts = {"is_unemployed": True, "was_insured": True, "benefit_qualified": False, "assistance_received": False, "benefit_exhausted": False}  # fmt: skip
    reply = session.ask("我能领失业补助金吗", f"{ASSISTANCE}.eligibility", unemployment_date="2020-12-20", **facts)
    assert reply["verdict"] == "ineligible"
    text = "我把离职证明翻出来了，上头写的是2021年1月5号，12月那是我递申请的日子"
    (reply,) = session.say(read(text, f"{ASSISTANCE}.deadline"))
    assert (reply["verdict"], reply["facts"]["unemployment_date"]["value"]) == ("eligible", "2021-01-05")


def test_a_count_supposed_of_the_company_is_of_those_insured_where_these_are_known() -> None:
    session = Session("huludao")
    session.ask("能申请稳岗返还吗", f"{REFUND}.eligibility", unit_kind="enterprise", insured_headcount=29, layoffs_last_year=4)  # fmt: skip
    understood = {**read("要真是三十二个人，那还行吗", f"{REFUND}.eligibility"), "supposed": read("", company_headcount=32)["facts"]}  # fmt: skip
    (reply, *_) = session.say(understood)
    assert (reply["verdict"], reply["facts"]["insured_headcount"]["value"]) == ("ineligible", 32)


def test_facts_told_after_a_screening_go_on_with_it_though_they_name_a_matter() -> None:
    """失业补助金一回没领过 names the matter within what it tells."""
    for text, said, status in (
        ("失业登记办了，失业补助金一回没领过", "失业补助金一回没领过", "listed"),
        ("失业补助金，我失业登记办了", "失业登记办了", "clarifying"),
    ):
        session = Session("huludao")
        first = session.say(read("我能领什么", f"{ALL_MATTERS}.screen", is_unemployed=True))[0]
        assert (first["status"], first["ask"] is not None) == ("listed", True)
        understood = read(text, f"{ASSISTANCE}.eligibility", assistance_received=False)
        understood["facts"][0]["said"] = said
        understood["questions"][0]["share"] = 0.9
        assert session.say(understood)[0]["status"] == status


FIRM = {"unit_kind": "enterprise", "unit_insured": True, "insured_headcount": 28, "layoffs_last_year": 9}


def test_who_has_all_forgotten_and_asks_anew_is_answered_without_it() -> None:
    session = Session("huludao")
    assert session.ask("参保28人裁了9个能领吗", f"{REFUND}.eligibility", **FIRM)["verdict"] == "ineligible"
    asked = read("全部清掉,从头来,我们单位能申请稳岗返还吗", f"{REFUND}.eligibility")
    reply = session.say({**asked, "personal": True})[0]
    assert (reply["verdict"], reply["facts"]) == ("need_info", {})


def test_despair_forgets_nothing_and_tells_nothing() -> None:
    session = Session("huludao")
    session.ask("我失业了，能领失业补助金吗", f"{ASSISTANCE}.eligibility", is_unemployed=True)
    told = read("不想活了,从头来吧", "distress", able_and_willing_to_work=False)
    reply = session.say({**told, "questions": [{**told["questions"][0], "share": 0.95}]})[0]
    assert reply["kind"] == "distress"
    assert set(session.ask("我失业了能领吗", f"{ASSISTANCE}.eligibility")["facts"]) == {"is_unemployed"}


def test_who_would_rather_not_say_is_not_in_distress() -> None:
    session = Session("huludao")
    asked = {**read("失业补助金我能领吗", f"{ASSISTANCE}.eligibility"), "personal": True}
    first = session.say(asked)[0]["ask"]["fact"]
    told = read("我不想说", "distress")
    reply = session.say({**told, "questions": [{**told["questions"][0], "share": 0.9}]})[0]
    assert (reply["kind"], reply["ask"]["fact"] != first) == (None, True)


@pytest.mark.parametrize("region", ["dongguan", None])
def test_what_is_heard_of_another_place_decides_nothing_by_itself(region: str | None) -> None:
    huludao = {"葫芦岛": ["huludao"]}
    reply = Session(region).ask("听说葫芦岛能退六成，我们这也按这个退吗", f"{REFUND}.amount", places=huludao)
    assert reply["region"] == region
    assert (reply["ask"] or {}).get("fact") == (None if region else "region")


def test_a_place_only_supposed_is_left_with_the_supposition() -> None:
    session = Session("huludao")
    session.ask("稳岗返还给多少", f"{REFUND}.amount")
    assert (
        session.ask("要是公司在广州参保呢", f"{REFUND}.amount", places={"广州": ["guangzhou"]})["region"] == "guangzhou"
    )
    assert session.ask("没有没有,实际在这边,能退多少", f"{REFUND}.amount")["region"] == "huludao"


@pytest.mark.parametrize(
    ("text", "places", "region"),
    [
        ("我老家湖北的,在广州打工,算就业困难人员吗", {"湖北": ["hubei"], "广州": ["guangzhou"]}, "guangzhou"),
        ("户口在广州,老家湖北,算就业困难人员吗", {"湖北": ["hubei"], "广州": ["guangzhou"]}, "guangzhou"),
        ("我老家葫芦岛,算就业困难人员吗", {"葫芦岛": ["huludao"]}, "huludao"),
    ],
)
def test_where_one_comes_from_decides_where_no_other_place_is_told(
    text: str, places: dict[str, list[str]], region: str
) -> None:
    assert Session("guangzhou").ask(text, "hardship_persons.eligibility", places=places)["region"] == region
