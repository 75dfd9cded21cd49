"""Cantonese read as Mandarin, with the project's own words; facts are shown as their asker wrote them."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.fact_words import load_cantonese, load_fact_reader
from koujing.knowledge.facts import load_facts
from koujing.knowledge.yaml_lines import read_document
from koujing.settings import ROOT
from koujing.text.cantonese import Cantonese, CantoneseError
from koujing.text.facts import FactReader
from koujing.text.normalise import normalise

POLICIES = ROOT / "policies"
DATA = read_document(POLICIES / "cantonese.yml").data
ON = dt.date(2021, 9, 15)


@pytest.fixture(scope="module")
def cantonese() -> Cantonese:
    return load_cantonese(POLICIES / "cantonese.yml")


@pytest.fixture(scope="module")
def reader() -> FactReader:
    return load_fact_reader(POLICIES / "fact_words.yml", load_facts(POLICIES / "facts.yml")[1].data["facts"])


MANDARIN = [
    ("我供咗七個月失業險", "我交了七个月失业险"),
    ("社保供咗成年幾", "社保交了一年多"),
    ("我俾人炒咗", "我被炒了"),
    ("我俾公司炒咗魷魚", "我被炒了鱿鱼"),
    ("而家喺間廠返工", "现在在厂上班"),
    ("我喺一間電子廠返緊工", "我在一家电子厂上班"),
    ("失業補助金仲未攞過", "失业补助金还没领过"),
    ("失業登記仲未做", "失业登记还没做"),
    ("冇登記失業", "没登记失业"),
    ("我登咗記失業", "我登记了失业"),
    ("舊年炒咗兩個人", "去年炒了两个人"),
    ("我哋公司廿幾人", "我们公司二十几人"),
    ("我哋間廠舊年冇炒過人", "我们厂去年没炒过人"),
    ("公司請咗廿八個員工", "公司请了二十八个员工"),
    ("見習期滿公司錄用咗我", "见习期满公司录用了我"),
    ("公司請咗我", "公司招了我"),
    ("間酒樓執咗笠,我冇咗份工", "酒楼倒闭了,我没了工作"),
    ("公司執笠,上個禮拜失業", "公司倒闭,上个星期失业"),
    ("買咗失業險兩年", "交了失业险两年"),
    ("我冇買過失業保險", "我没买过失业保险"),
    ("嗰間公司冇同我供社保", "那家公司没给我交社保"),
    ("佢五十二歲,女人", "他五十二岁,女人"),
    ("我老豆五十五歲", "我爸五十五岁"),
    ("阿媽今年五十", "我妈今年五十"),
    ("我唔係低保戶", "我不是低保户"),
    ("我屋企係城市低保", "我家是城市低保"),
    ("我係咪低保戶", "我是不是低保户"),
    ("唔系個體戶", "不是个体户"),
    ("我有冇資格攞失業金", "我有没有资格领失业金"),
    ("失業金攞晒,而家仲未揾到工", "失业金领完,现在还没找到工作"),
    ("失業金啱啱領完,仲未搵到嘢做", "失业金刚刚领完,还没找到工作"),
    ("我考咗電工證", "我考了电工证"),
    ("攞咗中級工證", "拿了中级工证"),
    ("仲未考到證", "还没考到证"),
    ("我係殘疾人,有殘疾證", "我是残疾人,有残疾证"),
    ("我冇殘疾", "我没有残疾"),
    ("我六九年出世嘅", "我六九年出生的"),
    ("離咗婚帶住個女", "离婚了带着女儿"),
    ("我係孤兒嚟㗎", "我是孤儿来啊"),
    ("我老豆係烈士", "我爸是烈士"),
    ("塊田俾政府徵咗", "块田被政府征了"),
    ("我係大專今年畢業", "我是大专今年毕业"),
    ("啱啱大學畢業", "刚刚大学毕业"),
    ("見習做咗四個月,仲有兩個月", "见习做了四个月,还有两个月"),
    ("屋企兩公婆都冇工開", "家里两口子都没工作"),
    ("屋企冇人返工", "家里没人上班"),
    ("今年第三次讀免費培訓班嘅", "今年第三次读免费培训班的"),
    ("我開咗間公司,請咗十二個人", "我开了公司,请了十二个人"),
    ("我哋係律師樓,十八個人", "我们是律师楼,十八个人"),
    ("舊年供咗五萬蚊失業保險費", "去年交了五万元失业保险费"),
    ("我做散工,自己供社保", "我打零工,自己交社保"),
    ("冇攞過助學貸款", "没领过助学贷款"),
    ("社保補貼攞滿咗三年", "社保补贴领满了三年"),
    ("琴日俾人炒", "昨天被炒"),
    ("我失咗業成年", "我失业了将近一年"),
    ("失業半年,仲係冇工做", "失业半年,还是没工作"),
    ("我自己辭職嘅,冇得攞失業金", "我自己辞职的,没得领失业金"),
    ("邊個可以攞失業補助金", "哪个可以领失业补助金"),
    ("邊度辦,點樣辦,幾時得", "哪里办,怎么办,什么时候得"),
    ("幾多錢,攞幾耐", "多少钱,领多久"),
    ("登記咗未", "登记了没"),
    ("得唔得呀", "行不行呀"),
    ("要帶咩資料", "要带什么资料"),
    ("可唔可以唔使去咩?", "可不可以不用去吗?"),
    ("身份證定社保卡都得咩", "身份证还是社保卡都得吗"),
    ("佢嘅女朋友喺系統度查到", "他的女朋友在系统度查到"),
    ("我同佢冇關係㗎", "我同他没有关系啊"),
    ("下晝4點去社保局得唔得", "下昼4点去社保局行不行"),
    ("呢度期間公司冇開門", "这里期间公司没开门"),
    ("有車間嘅廠先計,唔係咩", "有车间的厂先计,不是吗"),
    ("去咗仲裁,未有結果", "去了仲裁,没有结果"),
    ("成年人嘅培訓,未成年嘅得唔得", "成年人的培训,未成年的行不行"),
    ("佢哋供書教學好辛苦", "他们供书教学很辛苦"),
    ("我俾錢佢", "我给钱他"),
    ("老細走咗佬", "老板跑路了"),
    ("我要轉人工,唔該", "我要转人工,请"),
    ("人工得三千蚊,唔夠食", "工资得三千元,不够食"),
    ("兩個人工作咗三年", "两个人工作了三年"),
    ("我做咗年半", "我做了一年半"),
    ("等咗成個月", "等了将近一个月"),
    ("間公司請佢返工", "公司请他上班"),
    ("大把人冇供", "很多人没交"),
    ("呢間廠系咪要結業", "这家厂是不是要结业"),
    ("俾老細呃咗", "被老板骗了"),
    ("做咗失業登記,仲未收到", "办了失业登记,还没收到"),
    ("做咗失業登記會唔會有影響", "做了失业登记会不会有影响"),
    ("我仔喺度讀緊書,我女大學啱畢業", "我儿子在在读书,我女儿大学刚毕业"),
    ("老婆仔女要我養,細路細", "老婆孩子要我养,孩子细"),
    ("呢個規定幾時出嘅", "这个规定什么时候出的"),
    ("供唔夠一年,點解唔俾", "交不够一年,为什么不给"),
    ("佢係打工仔,我係搵食啫", "他是打工的,我是谋生啊"),
    ("我阿媽話佢以前喺工廠做嘢", "我妈说他以前在工厂干活"),
    ("旧年尾至而家都系咁", "去年底至现在都是那么"),
    ("唔,我知喇", "嗯,我知啊"),
    ("廿三歲,冇做過嘢", "二十三岁,没上过班"),
    ("一個月幾都未收到,啲錢去咗邊度", "一个多月都没收到,些钱去了哪里"),
    ("同埋我老公,定係我自己", "和我老公,还是我自己"),
    ("我个女朋友喺廣州", "我个女朋友在广州"),
    ("收咗檔,唔做咗", "关门了,不干了"),
    ("我哋單位仲有卅幾個打工仔", "我们单位还有三十几个打工的"),
]

# What a message says at the least; a value to be confirmed is marked by a `~` before it.
TOLD: list[tuple[str, dict[str, object]]] = [
    ("我供咗七個月失業險", {"insured_months": 7, "was_insured": True}),
    ("社保供咗成年幾", {"insured_months": "~12"}),
    ("我俾人炒咗", {"is_unemployed": True}),
    ("我俾公司炒咗魷魚", {"is_unemployed": True}),
    ("而家喺間廠返工", {"employed_in_enterprise": True, "is_unemployed": False}),
    ("我喺一間電子廠返緊工", {"employed_in_enterprise": True}),
    ("失業補助金仲未攞過", {"assistance_received": False}),
    ("失業登記仲未做", {"is_registered_unemployed": False}),
    ("冇登記失業", {"is_registered_unemployed": False}),
    ("我登咗記失業", {"is_registered_unemployed": True}),
    ("舊年炒咗兩個人", {"layoffs_last_year": 2}),
    ("我哋公司廿幾人", {"company_headcount": "~20", "unit_kind": "enterprise"}),
    ("我哋間廠舊年冇炒過人", {"unit_kind": "enterprise", "layoffs_last_year": 0}),
    ("公司請咗廿八個員工", {"company_headcount": 28}),
    ("見習期滿公司錄用咗我", {"intern_retained": True}),
    ("間酒樓執咗笠,我冇咗份工", {"is_unemployed": True}),
    ("公司執笠,上個禮拜失業", {"is_unemployed": True, "unemployment_date": "~2021-09-06"}),
    ("買咗失業險兩年", {"insured_months": 24, "was_insured": True}),
    ("我冇買過失業保險", {"was_insured": False}),
    ("佢五十二歲,女人", {"age": 52}),
    ("我老豆五十五歲", {"age": 55, "sex": "male"}),
    ("阿媽今年五十", {"age": 50}),
    ("我唔係低保戶", {"minimum_living_family": False}),
    ("我屋企係城市低保", {"minimum_living_family": True, "urban_minimum_living_family": True}),
    ("失業金攞晒,而家仲未揾到工", {"benefit_exhausted": True, "is_unemployed": True}),
    ("失業金啱啱領完,仲未搵到嘢做", {"benefit_exhausted": True, "is_unemployed": True}),
    ("我考咗電工證", {"certificate_obtained": True}),
    ("攞咗中級工證", {"certificate_obtained": True}),
    ("仲未考到證", {"certificate_obtained": False}),
    ("我係殘疾人,有殘疾證", {"is_disabled": True}),
    ("我冇殘疾", {"is_disabled": False}),
    ("我六九年出世嘅", {"birth_month": "~1969-01"}),
    ("離咗婚帶住個女", {"is_single_parent_of_minor": True}),
    ("我係孤兒嚟㗎", {"is_orphan": True}),
    ("我老豆係烈士", {"is_martyr_child": True}),
    ("塊田俾政府徵咗", {"is_landless_farmer": True}),
    (
        "我係大專今年畢業",
        {"is_university_graduate": True, "graduate_kind": "vocational_college", "in_graduation_year": True},
    ),
    ("啱啱大學畢業", {"in_graduation_year": True, "is_university_graduate": True}),
    ("見習做咗四個月,仲有兩個月", {"internship_done_months": 4, "internship_remaining_months": 2}),
    ("屋企兩公婆都冇工開", {"all_able_members_unemployed": True, "unemployed_family_members": 2}),
    ("屋企冇人返工", {"all_able_members_unemployed": True}),
    ("今年第三次讀免費培訓班嘅", {"training_count_this_year": 3, "in_training": True}),
    ("我開咗間公司,請咗十二個人", {"unit_kind": "enterprise", "company_headcount": 12}),
    ("我哋係律師樓,十八個人", {"unit_kind": "law_firm", "company_headcount": 18}),
    ("舊年供咗五萬蚊失業保險費", {"contributions_last_year": 50000}),
    ("我做散工,自己供社保", {"is_flexibly_employed": True}),
    ("冇攞過助學貸款", {"has_student_loan": False}),
    ("社保補貼攞滿咗三年", {"flexible_subsidy_expired": True}),
    ("琴日俾人炒", {"is_unemployed": True, "unemployment_date": "2021-09-14"}),
    ("我失咗業成年", {"is_unemployed": True}),
    ("失業半年,仲係冇工做", {"is_unemployed": True}),
    ("我自己辭職嘅,冇得攞失業金", {"is_unemployed": True, "benefit_qualified": False}),
    ("做咗失業登記,仲未收到", {"is_registered_unemployed": True}),
    ("我哋單位仲有卅幾個打工仔", {"company_headcount": "~30"}),
]
TOLD_NOTHING = [
    "我係咪低保戶",
    "我有冇資格攞失業金",
    "登記咗未",
    "供唔夠一年,點解唔俾",
    "邊個可以攞失業補助金",
    "有冇供失業保險都攞得咩",
    "大把人冇供",
]


@pytest.mark.parametrize(("said", "mandarin"), MANDARIN)
def test_cantonese_words_become_mandarin(cantonese: Cantonese, said: str, mandarin: str) -> None:
    assert cantonese.mandarin(normalise(said)).text == mandarin


@pytest.mark.parametrize(
    "said",
    [
        "我们公司系统里查不到,关系断了",
        "成年子女一间房,仲裁4点开庭",
        "两个人工作半年,转人工",
        "晒太阳,点心,仔细看,边远地区,供书",
        "我成年几,未登记",
    ],
)
def test_mandarin_is_left_alone(cantonese: Cantonese, said: str) -> None:
    assert cantonese.mandarin(said).text == said


@pytest.mark.parametrize(("said", "facts"), TOLD)
def test_facts_told_in_cantonese(reader: FactReader, said: str, facts: dict[str, object]) -> None:
    read = {r.fact: f"~{r.value}" if r.approximate else r.value for r in reader.read(said, ON)}
    assert facts.items() <= read.items()


@pytest.mark.parametrize("said", TOLD_NOTHING)
def test_questions_in_cantonese_tell_no_facts(reader: FactReader, said: str) -> None:
    assert reader.read(said, ON) == []


@pytest.mark.parametrize(
    ("message", "fact", "said"),
    [
        ("我老豆五十五歲", "age", "我老豆五十五岁"),
        ("社保供咗成年幾", "insured_months", "社保供咗成年几"),
        ("塊田俾政府徵咗", "is_landless_farmer", "田俾政府征"),
        ("失業金攞晒,而家仲未揾到工", "is_unemployed", "而家仲未揾到工"),
        ("阿媽五十歲俾工廠炒咗", "is_unemployed", "俾工厂炒"),
    ],
)
def test_a_fact_is_shown_in_the_words_written(reader: FactReader, message: str, fact: str, said: str) -> None:
    assert {r.fact: r.said for r in reader.read(message, ON)}[fact] == said


def test_persons_are_the_same_by_either_name(reader: FactReader) -> None:
    spoken_of = [
        [each.who for each in reader.mentions(reader.plain(text))] for text in ("我老豆五十五歲", "我爸五十五岁")
    ]
    assert spoken_of[0] == spoken_of[1] == ["我爸"]
    assert {r.whose for r in reader.read("我老豆五十五歲", ON)} == {"我爸"}


PIECES = st.lists(
    st.sampled_from(
        [*DATA["markers"], *DATA["kept"], *DATA["words"], *"我你公司供买间成年几个月点定人工厂先紧仔女晒日四点,。? A1"]
    ),
    max_size=12,
).map("".join)


@given(PIECES)
def test_every_stretch_leads_back_to_the_original(cantonese: Cantonese, text: str) -> None:
    rewritten = cantonese.mandarin(text)
    places = range(len(rewritten.text) + 1)
    assert rewritten.original == text
    assert len(rewritten.starts) == len(rewritten.ends) == len(places)
    for table in (rewritten.starts, rewritten.ends):
        assert list(table) == sorted(table)
        assert all(0 <= place <= len(text) for place in table)
    for start in places[:-1]:
        first, last = rewritten.place(start, start + 1)
        assert first < last
        assert rewritten.text[start] == text[first] if last == first + 1 and text[first] in ",。? A1" else True
        assert rewritten.place(start, start) == (rewritten.ends[start],) * 2


@given(PIECES | st.text(max_size=30))
def test_text_without_a_marker_is_untouched(cantonese: Cantonese, text: str) -> None:
    for marker in sorted(DATA["markers"], key=len):
        text = text.replace(marker, "")
    if not any(marker in text for marker in DATA["markers"]):
        rewritten = cantonese.mandarin(text)
        assert rewritten.text == text
        assert rewritten.place(0, len(text)) == (0, len(text))


@given(st.lists(st.sampled_from([said for said, _ in MANDARIN]), min_size=1, max_size=3).map(",".join))
def test_what_was_said_stands_in_the_message(reader: FactReader, message: str) -> None:
    text = normalise(message)
    for fact in reader.read(message, ON):
        assert fact.said
        assert text[fact.start : fact.end] == fact.said


def test_the_words_are_written_as_texts_are_normalised() -> None:
    words = [*DATA["markers"], *DATA["kept"], *DATA["words"]]
    assert [word for word in words if normalise(word) != word] == []
    assert [c for pattern in DATA["patterns"] for c in pattern if c > "\u3000" and normalise(c) != c] == []
    assert not {*DATA["kept"]} & {*DATA["words"]}


def test_nothing_given_changes_nothing() -> None:
    assert Cantonese().mandarin("我喺度").text == "我喺度"


@pytest.mark.parametrize("pattern", ["(系", "(系)", "系?"])
def test_a_pattern_that_cannot_be_used_is_refused(pattern: str) -> None:
    with pytest.raises(CantoneseError) as caught:
        Cantonese(["系"], [], {}, {pattern: "是"})
    assert caught.value.pattern == pattern


def test_a_bad_pattern_is_told_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "cantonese.yml"
    path.write_text('markers: [系]\nkept: []\nwords: {冇: 没}\npatterns:\n  "仲": 还\n  "(系)": 是\n', encoding="utf-8")
    with pytest.raises(PolicyFileError) as caught:
        load_cantonese(path)
    assert (caught.value.path, caught.value.line) == (path, 6)


def test_a_pattern_that_may_run_long_does_not_fit_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "cantonese.yml"
    path.write_text('markers: [系]\nkept: []\nwords: {冇: 没}\npatterns: {"系.*": 是}\n', encoding="utf-8")
    with pytest.raises(PolicyFileError):
        load_cantonese(path)
