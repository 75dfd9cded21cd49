"""Facts read from free text, with the project's own cue file and facts."""

import datetime as dt
import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.fact_words import load_fact_reader
from koujing.knowledge.facts import FactType, load_facts
from koujing.search.told import ToldFact
from koujing.text.facts import FactReader

POLICIES = Path(__file__).parents[2] / "policies"
ON = dt.date(2021, 9, 15)


@cache
def types() -> dict[str, FactType]:
    return load_facts(POLICIES / "facts.yml")[0]


@pytest.fixture(scope="module")
def reader() -> FactReader:
    return load_fact_reader(POLICIES / "fact_words.yml", load_facts(POLICIES / "facts.yml")[1].data["facts"])


def told(reader: FactReader, text: str) -> dict[str, object]:
    """The facts of a text; a value to be confirmed is marked by a `~` before it."""
    return {r.fact: f"~{r.value}" if r.approximate else r.value for r in reader.read(text, ON)}


SAID: list[tuple[str, dict[str, object]]] = [
    # units
    (
        "我们公司28个人，去年裁了3个",
        {"company_headcount": 28, "unit_kind": "enterprise", "layoffs_last_year": 3},
    ),
    (
        "我们公司28个人，去年裁了3个，今年又走了俩",
        {"company_headcount": 28, "unit_kind": "enterprise", "layoffs_last_year": 3},
    ),
    ("参保28人", {"insured_headcount": 28}),
    ("参保二十八个人", {"insured_headcount": 28}),
    ("28号人参保，没裁员", {"insured_headcount": 28, "layoffs_last_year": 0}),
    ("去年没裁人", {"layoffs_last_year": 0}),
    ("一个都没裁", {"layoffs_last_year": 0}),
    ("裁员率6个点能领吗", {"layoff_rate": 6}),
    ("裁员率百分之五点五", {"layoff_rate": "5.5"}),
    ("公司30来个人", {"company_headcount": "~30", "unit_kind": "enterprise"}),
    ("2020年末参保180人", {"insured_headcount_end_2020": 180}),
    ("去年年底参保210人", {"insured_headcount_end_2020": 210}),
    ("去年交了五万失业保险费", {"contributions_last_year": 50000}),
    ("去年交了5w块失业保险费", {"contributions_last_year": 50000}),
    ("律所能申请吗", {"unit_kind": "law_firm"}),
    ("民办学校有没有稳岗返还", {"unit_kind": "social_service"}),
    ("会计师事务所", {"unit_kind": "accounting_firm"}),
    ("我们是小微企业", {"unit_kind": "enterprise", "enterprise_size": "small"}),
    ("个体户没给员工参加失业保险", {"unit_kind": "uninsured_individual_business"}),
    ("国家级见习基地", {"award_level": "national", "award_project": "youth_internship_base"}),
    # unemployment
    ("交了一年三个月失业保险", {"insured_months": 15, "was_insured": True}),
    ("失业保险交了9个多月", {"insured_months": "~9", "was_insured": True}),
    ("失业保险交咗半年", {"insured_months": 6, "was_insured": True}),
    ("没交过失业保险", {"was_insured": False}),
    ("2021年3月被裁", {"unemployment_date": "~2021-03-01", "is_unemployed": True}),
    ("去年十二月二十八号离职的", {"unemployment_date": "2020-12-28", "is_unemployed": True}),
    ("失业金领完了还没找到工作", {"benefit_exhausted": True, "is_unemployed": True}),
    ("失業金攞晒仲未揾到工", {"benefit_exhausted": True, "is_unemployed": True}),
    ("失业金还没领完", {"benefit_exhausted": False}),
    ("不够领失业金的条件", {"benefit_qualified": False}),
    ("以前领过一次失业补助金", {"assistance_received": True}),
    ("没领过失业补助金", {"assistance_received": False}),
    ("失业金2021年8月3号领完的", {"benefit_exhausted": True, "benefit_expiry_date": "2021-08-03"}),
    ("没办失业登记", {"is_registered_unemployed": False}),
    ("在职职工考了电工证", {"employed_in_enterprise": True, "certificate_obtained": True}),
    ("证还没下来", {"certificate_obtained": False}),
    ("受理了6个工作日了还没办完", {"working_days_since_accepted": 6}),
    # kinds of person
    ("我是残疾人", {"is_disabled": True}),
    ("我不是低保", {"minimum_living_family": False}),
    ("我家是低保户", {"minimum_living_family": True}),
    ("我是单亲带孩子的", {"is_single_parent_of_minor": True}),
    ("我是孤儿", {"is_orphan": True}),
    ("我爸是烈士", {"is_martyr_child": True}),
    ("我是省劳模", {"is_model_worker": True}),
    ("失地农民算不算就业困难人员", {"is_landless_farmer": True}),
    ("随军家属", {"is_military_spouse_without_job": True}),
    ("没有助学贷款", {"has_student_loan": False}),
    ("我是就业困难人员", {"is_hardship_person": True}),
    ("脱贫户", {"is_poverty_alleviated": True, "poverty_alleviated_family": True}),
    ("夫妻俩都下岗了", {"unemployed_family_members": 2}),
    ("全家都没工作", {"all_able_members_unemployed": True}),
    ("女，52岁", {"sex": "female", "age": 52}),
    ("女工人，1966年10月出生", {"sex": "female", "post_kind": "worker", "birth_month": "1966-10"}),
    ("63年的男的", {"sex": "male", "birth_month": "~1963-01"}),
    ("离退休还有3年", {"months_to_retirement": 36}),
    # training, internship, graduates
    ("今年第4次培训", {"training_count_this_year": 4}),
    ("预备制培训了5个月", {"in_preparatory_training": True, "preparatory_months": 5}),
    ("两后生", {"is_two_post_student": True}),
    ("协议12个月，干了9个月", {"internship_agreed_months": 12, "internship_done_months": 9}),
    ("2020年批的", {"accepted_year": 2020}),
    ("去年批的", {"accepted_year": 2020}),
    ("应届毕业生有哪些补贴", {"in_graduation_year": True}),
    (
        "2021届大专毕业生",
        {"in_graduation_year": True, "graduate_kind": "vocational_college", "is_university_graduate": True},
    ),
    ("2020届的", {"in_graduation_year": False}),
    ("技师学院毕业的", {"graduate_kind": "technical_school"}),
]


DENSE: list[tuple[str, dict[str, object]]] = [
    (
        "我厂交失业险的员工统共97名，去年一个也没裁，单位加职工去年交了9.8万失业保险费",
        {
            "unit_kind": "enterprise",
            "unit_insured": True,
            "insured_headcount": 97,
            "layoffs_last_year": 0,
            "contributions_last_year": 98000,
        },
    ),
    (
        "失业保险参保人数正好31人，去年裁员人数2人，裁员率刚好6%",
        {"insured_headcount": 31, "layoffs_last_year": 2, "layoff_rate": 6},
    ),
    (
        "打算明年1月申请，公司没裁员",
        {"layoffs_last_year": 0, "application_date": "~2022-01-01", "unit_kind": "enterprise"},
    ),
    (
        "失业险刚满8个月，被公司裁的那天是2021年3月31号，不够领失业金的条件，没领过失业补助金",
        {
            "insured_months": 8,
            "is_unemployed": True,
            "unemployment_date": "2021-03-31",
            "benefit_qualified": False,
            "assistance_received": False,
        },
    ),
    ("失业险差不多交了两年", {"insured_months": "~24"}),
    ("失业险交了一年零十天", {"insured_months": "~12"}),
    (
        "失业金2021年5月31日就期满了，仍未再就业",
        {"benefit_exhausted": True, "benefit_expiry_date": "2021-05-31", "is_unemployed": True},
    ),
    (
        "我今年五十三了，女，车间工人，离退休差两年，失业登记办好了",
        {
            "age": 53,
            "sex": "female",
            "post_kind": "worker",
            "months_to_retirement": 24,
            "is_registered_unemployed": True,
        },
    ),
    ("虚岁49，女的，68年属猴", {"age": "~49", "sex": "female", "birth_month": "~1968-01"}),
    ("离异，自己带一个9岁的女儿", {"is_single_parent_of_minor": True}),
    ("离异单亲，孩子已经20岁了", {"is_single_parent_of_minor": False}),
    (
        "我们两口子都没工作，户口是城镇的，没做买卖也没投资，家里没别人挣钱",
        {
            "unemployed_family_members": 2,
            "is_urban_resident_family": True,
            "has_business_or_investment_income": False,
            "all_able_members_unemployed": True,
        },
    ),
    (
        "脱贫人口，今年头一回参加免费培训，农村低保标准一个月480",
        {
            "is_poverty_alleviated": True,
            "training_count_this_year": 1,
            "in_training": True,
            "rural_minimum_standard": 480,
        },
    ),
    (
        "高中毕业没升学，农村户口，上了6个月预备制",
        {
            "is_two_post_student": True,
            "is_rural_trainee": True,
            "is_urban_resident_family": False,
            "preparatory_months": 6,
            "in_preparatory_training": True,
        },
    ),
    (
        "没贷过助学贷款，也不是低保，中专今年毕业",
        {
            "has_student_loan": False,
            "minimum_living_family": False,
            "graduate_kind": "secondary_vocational",
            "in_graduation_year": True,
        },
    ),
    (
        "大学毕业，灵活就业，社保补贴上个月到期了，还没找到稳定工作",
        {
            "is_university_graduate": True,
            "is_flexibly_employed": True,
            "flexible_subsidy_expired": True,
            "stably_employed": False,
        },
    ),
    ("见习停了不是因为疫情", {"interrupted_by_epidemic": False}),
    ("2020年受理的，三年期还没满", {"accepted_year": 2020, "old_benefit_running": True}),
]


@pytest.mark.parametrize(("text", "facts"), SAID + DENSE)
def test_facts_are_read(reader: FactReader, text: str, facts: dict[str, object]) -> None:
    assert told(reader, text) == facts


@pytest.mark.parametrize(
    "text",
    [
        "裁员率6%怎么算",
        "200人以下免申即享是啥意思",
        "是不是30人以下",
        "裁员率没超过6%",
        "参保人数不超过30人",
        "2021年1月1日之后失业才算扩围吗",
        "什么是零就业家庭",
        "零就业家庭怎么认定",
        "我算不算残疾人",
        "脱贫人口、就业困难人员、两后生有生活费吗",
        "残疾人、低保户都能申请吗",
        "雇了两个残疾人能多给点吗",
        "残联电话多少",
        "低保标准是多少",
        "以工代训和三支一扶一年一次吗",
        "失业登记去哪办",
        "交满一年的要求",
        "社保补贴一边领一边见习",
        "今年裁了3个",
        "失业补助金要缴费满一年吗",
        "失业保险缴满一年和不满一年发的钱一样吗",
        "困难残疾人家庭子女和低保家庭毕业生能领两份吗",
        "女工人50岁退休还是55岁退休",
        "骗我妈三万",
        "没炒股",
        "困难人员身份能保留多久",
        "离职后要去登记失业吗",
        "劳模要哪一级的才算",
        "驾照考下来了",
    ],
)
def test_rules_and_questions_are_no_facts(reader: FactReader, text: str) -> None:
    assert told(reader, text) == {}


def test_two_people_are_not_mixed(reader: FactReader) -> None:
    assert told(reader, "我妈55岁，我25岁，能领吗") == {}
    assert told(reader, "我妈55，我25") == {}
    assert {(r.fact, r.value, r.whose) for r in reader.read("我妈55岁", ON)} == {
        ("age", 55, "我妈"),
        ("sex", "female", "我妈"),
    }
    assert {r.whose for r in reader.read("协议12个月，孩子干了9个月见习", ON)} == {"孩子"}
    assert told(reader, "我爸残疾人，我失业了能领啥") == {"is_unemployed": True}
    assert {r.whose for r in reader.read("我老公失业了，他交了8个月失业保险", ON)} == {"我老公"}


def test_what_was_said_is_shown_as_said(reader: FactReader) -> None:
    reads = reader.read("我們公司二十八個人，去年裁了俩", ON)
    assert [(r.fact, r.said) for r in reads if r.fact == "company_headcount"] == [
        ("company_headcount", "我们公司二十八个人")
    ]


def test_bounds_of_what_is_approximate(reader: FactReader) -> None:
    (date,) = [r for r in reader.read("去年失业的", ON) if r.fact == "unemployment_date"]
    assert (date.low, date.high) == ("2020-01-01", "2020-12-31")
    (people,) = [r for r in reader.read("公司二十来个人", ON) if r.fact == "company_headcount"]
    assert (people.low, people.high) == (20, 29)


def model_tells(
    reader: FactReader, text: str, *found: tuple[str, str | None, str], share: float = 0.9
) -> list[ToldFact]:
    """As a model would tell of `(fact, value, words)` in a text."""
    plain = reader.plain(text)
    places = [(fact, value, plain.index(words), len(words)) for fact, value, words in found]
    return [ToldFact(fact, value, start, start + length, share) for fact, value, start, length in places]


def with_model(reader: FactReader, text: str, *found: tuple[str, str | None, str]) -> dict[str, object]:
    reads = reader.read(text, ON, model_tells(reader, text, *found))
    return {r.fact: f"~{r.value}" if r.approximate else r.value for r in reads}


def test_what_no_cue_reads_a_model_may_tell(reader: FactReader) -> None:
    text = "如今在家抠脚，手底下养过37张嘴"
    assert told(reader, text) == {}
    found = [("is_unemployed", "true", "如今在家抠脚"), ("company_headcount", None, "37")]
    assert with_model(reader, text, *found) == {"is_unemployed": True, "company_headcount": 37}


def test_a_cue_goes_before_a_model(reader: FactReader) -> None:
    text = "参保28人，手底下37张嘴，去年没裁人"
    cues = {"insured_headcount": 28, "layoffs_last_year": 0}
    assert told(reader, text) == cues
    found = [("insured_headcount", None, "37"), ("layoffs_last_year", "5", "去年没裁人")]
    assert with_model(reader, text, *found) == cues


def test_a_figure_is_not_taken_twice(reader: FactReader) -> None:
    """Neither one that a cue has taken nor one that the model has for another fact before."""
    text = "参保28人，手底下37张嘴"
    assert with_model(reader, text, ("company_headcount", None, "28")) == {"insured_headcount": 28}
    sure = model_tells(reader, text, ("company_headcount", None, "37"))
    less = model_tells(reader, text, ("insured_headcount_end_2020", None, "37"), share=0.4)
    assert {r.fact: r.value for r in reader.read(text, ON, [*less, *sure])} == {
        "insured_headcount": 28,
        "company_headcount": 37,
    }


@pytest.mark.parametrize(
    "text", ["手底下30人以下", "手底下不足30人", "手底下不超过30人", "手底下30人以上", "手底下不到30张嘴"]
)
def test_a_bound_is_no_figure_for_a_model_either(reader: FactReader, text: str) -> None:
    assert with_model(reader, text, ("company_headcount", None, "30")) == {}
    assert with_model(
        reader, text.translate(str.maketrans("", "", "以下上不足超过到")), ("company_headcount", None, "30")
    ) == {"company_headcount": 30}


def test_what_a_model_tells_of_two_people_is_kept_apart(reader: FactReader) -> None:
    text = "我妈在家抠脚，我饭碗端得稳"
    found = model_tells(
        reader, text, ("is_disabled", "true", "在家抠脚"), ("certificate_obtained", "true", "饭碗端得稳")
    )
    assert [(r.fact, r.whose) for r in reader.read(text, ON, found[:1])] == [("is_disabled", "我妈")]
    # of the two it is the one spoken of last
    assert [(r.fact, r.whose) for r in reader.read(text, ON, found)] == [("certificate_obtained", "")]
    # and what both have with different values is nobody's
    text = "我妈55岁，我手底下37张嘴"
    assert [(r.value, r.whose) for r in reader.read(text, ON) if r.fact == "age"] == [(55, "我妈")]
    assert with_model(reader, text, ("age", None, "37")) == {}


def test_what_a_model_tells_is_shown_as_written(reader: FactReader) -> None:
    """In the words of the asker, though they were read in Mandarin."""
    text = "我而家喺屋企抠脚，手底下37张嘴"
    found = [("is_unemployed", "true", "我现在在家里抠脚"), ("company_headcount", None, "37")]
    reads = reader.read(text, ON, model_tells(reader, text, *found))
    assert [(r.fact, r.said) for r in reads] == [("is_unemployed", "我而家喺屋企抠脚"), ("company_headcount", "37")]


@given(st.permutations(["公司28个人", "去年裁了3个", "参保25人", "去年交了五万失业保险费"]))
def test_any_order(reader: FactReader, parts: list[str]) -> None:
    wanted = {
        "company_headcount": 28,
        "layoffs_last_year": 3,
        "insured_headcount": 25,
        "contributions_last_year": 50000,
    }
    assert told(reader, "，".join(parts)).items() >= wanted.items()


@given(
    st.lists(st.sampled_from([text for text, _ in SAID]), max_size=5),
    st.text(alphabet="，。我妈他不没有是3个月年人岁", max_size=8),
)
def test_every_value_fits_its_type(reader: FactReader, parts: list[str], glue: str) -> None:
    for read in reader.read(glue.join(parts), ON):
        types()[read.fact].parse(read.value)


@given(
    st.sampled_from([text for text, _ in SAID + DENSE]),
    st.lists(
        st.tuples(
            st.sampled_from(
                ["is_unemployed", "unit_kind", "age", "insured_months", "unemployment_date", "layoff_rate"]
            ),
            st.sampled_from([None, "true", "false", "enterprise", "3", "?"]),
            st.integers(0, 20),
            st.integers(1, 6),
            st.floats(0, 1),
        ),
        max_size=5,
    ),
)
def test_whatever_a_model_tells_fits_its_type_and_undoes_no_cue(
    reader: FactReader,
    text: str,
    found: list[tuple[str, str | None, int, int, float]],
) -> None:
    length = len(reader.plain(text))
    model = [
        ToldFact(fact, value, min(start, length - 1), min(start + size, length), share)
        for fact, value, start, size, share in found
    ]
    reads = reader.read(text, ON, model)
    for read in reads:
        types()[read.fact].parse(read.value)
    by_cue = {(r.fact, r.whose, r.value) for r in reader.read(text, ON) if not r.whose}
    if all(not r.whose for r in reads):
        assert {(r.fact, r.whose, r.value) for r in reads} >= by_cue


@pytest.mark.parametrize(
    "words", ["我也", "失业金个月", "大专生在读今年", "在职", "三个月", "2021年3月", "1,000", "十万", "领到领"]
)
def test_no_message_makes_reading_run_long(reader: FactReader, words: str) -> None:
    started = time.thread_time()
    reader.read((words * 1000)[:1000], ON)
    assert time.thread_time() - started < 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  is_orphan:\n", "  is_orfan:\n", "没有事实“is_orfan”"),
        ("{value: law_firm, terms", "{value: lawfirm, terms", "“lawfirm”不是事实"),
        ("{value: true, terms: [孤儿]}", "{value: true, term: [孤儿]}", "是否指“terms”"),
        ("{value: true, terms: [孤儿]}", "{value: true, patterns: ['(孤儿']}", "正则表达式写错了"),
        ("{value: true, terms: [孤儿]}", "{value: true, patterns: ['<gapp>孤儿']}", "没有定义的宏“gapp”"),
        ("{value: true, terms: [孤儿]}", "{take: number, terms: [孤儿], value: true}", "恰好给一个"),
    ],
)
def test_mistakes_are_refused_with_their_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    source = (POLICIES / "fact_words.yml").read_text(encoding="utf-8")
    broken = tmp_path / "fact_words.yml"
    broken.write_text(source.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyFileError, match=message) as caught:
        load_fact_reader(broken, load_facts(POLICIES / "facts.yml")[1].data["facts"])
    place = source[: source.index(old)].count("\n") + 1
    assert abs(caught.value.line - place) <= 1
