from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from koujing.text.normalise import normalise
from koujing.text.questions import QuestionFinder

POLICIES = Path(__file__).parents[2] / "policies"


@pytest.fixture(scope="module")
def finder() -> QuestionFinder:
    matters = yaml.safe_load((POLICIES / "matters.yml").read_text(encoding="utf-8"))["matters"]
    topics = {word: matter for matter, entry in matters.items() for word in [*entry["words"], entry["name"]]}
    return QuestionFinder(yaml.safe_load((POLICIES / "question_words.yml").read_text(encoding="utf-8")), topics)


ONE = """
失业补助金怎么申请，要什么材料
失业补助金能领多久，一个月多少钱
公司28人去年裁了3个，能领稳岗返还吗
失业金领完了怎么办，还能领什么
求职补贴给多少钱，什么时候发
我妈残疾，怎么认定就业困难人员
为什么要证明，凭什么先登记
去年被裁，现在还能申请吗
我是低保户，毕业补贴多少
失业金和失业补助金有什么区别，能不能同时领
创业担保贷款最多贷多少，贴息怎么算
领过失业补助金还能领技能提升补贴吗
稳岗返还是什么
稳岗返还
失业补助金 兴城
六级证能补吗，多少
公益性岗位谁优先，怎么报名
零就业家庭怎么认定，几个人失业才算
见习补贴预拨百分之几，什么时候拨
领着失业金能去见习吗，见习补贴影响失业金不
系咪可以攞失业补助金
幾多錢
跑了三趟都没办成，到底归谁管
说好五个工作日，今天第九天了
窗口态度差
你们文件第六条怎么写的
我三月失业的，失业保险交了八个月，自己辞的职
打电话没人接，去窗口说要证明，这合理吗
税收优惠到哪年，重点群体是哪些人
不符合领失业金的条件，能领失业补助金不
那多少钱
为啥要问这个
""".strip().splitlines()

TWO = [
    ("稳岗返还比例多少，以工代训找谁", ("稳岗返还比例多少", "以工代训找谁")),
    ("技能补贴一年几次，见习补贴多少钱", ("技能补贴一年几次", "见习补贴多少钱")),
    ("失业补助金能领几个月？另外公益性岗位在哪报名", ("失业补助金能领几个月?", "另外公益性岗位在哪报名")),
    ("稳岗返还什么条件？技能提升补贴怎么领？", ("稳岗返还什么条件?", "技能提升补贴怎么领?")),
    ("公益岗怎么报名啊，失业登记去哪办", ("公益岗怎么报名啊", "失业登记去哪办")),
    ("求职补贴多少，税收优惠到哪年", ("求职补贴多少", "税收优惠到哪年")),
    ("以工代训怎么弄，还有失业登记在哪办", ("以工代训怎么弄", "还有失业登记在哪办")),
    ("失业补助金能领多久；创业补贴怎么申请", ("失业补助金能领多久;", "创业补贴怎么申请")),
]

STORY = "我今年五十一，原来在水泥厂开铲车，厂子环保关了以后在家闲了小一年，中间打过两个月零工。"
LAST_SENTENCE_ASKS = [
    "失业补助金我能领不能",
    "像我这样的能不能认定就业困难人员",
    "这补贴一个月给多少",
    "请问要去哪个窗口",
    "最晚什么时候申请",
    "我想问下公益性岗位怎么报名",
    "窗口让我先登记，这合理吗",
    "要带啥材料",
    "这笔钱几天能到账",
    "我这种算不算零就业家庭",
    "失业金领完了还有别的钱吗",
    "到底归谁管",
    "点样申请失业补助金",
    "有冇得攞",
    "听说考证给钱，是真的吗",
]


@pytest.mark.parametrize("text", ONE)
def test_one_question_stays_one(finder: QuestionFinder, text: str) -> None:
    assert finder.asking_sentences(normalise(text)) == [normalise(text)]


@pytest.mark.parametrize(("text", "questions"), TWO)
def test_two_questions_are_told_apart(finder: QuestionFinder, text: str, questions: tuple[str, ...]) -> None:
    assert finder.split(normalise(text)).questions == questions


@pytest.mark.parametrize("question", LAST_SENTENCE_ASKS)
def test_the_question_at_the_end_of_a_story(finder: QuestionFinder, question: str) -> None:
    story = normalise(STORY + "社区的人挺好，就是事情一直没有着落。" + question)
    asked = finder.split(story)
    assert asked.questions == (normalise(question),)
    assert "水泥厂" in asked.context


@pytest.mark.parametrize("question", LAST_SENTENCE_ASKS[:6])
def test_the_question_before_the_story(finder: QuestionFinder, question: str) -> None:
    asked = finder.split(normalise(f"{question}？{STORY}{STORY}麻烦了，谢谢。"))
    assert asked.questions == (normalise(question) + "?",)


def test_a_long_sentence_is_cut_to_its_asking_clauses(finder: QuestionFinder) -> None:
    text = normalise(STORY.replace("。", "，") * 2 + "社区说我这种情况可以按大龄登记，我想问失业补助金怎么申请")
    (question,) = finder.split(text).questions
    assert question.endswith("失业补助金怎么申请")
    assert len(question) < len(text) / 2


def test_two_questions_in_a_story(finder: QuestionFinder) -> None:
    asked = finder.split(normalise(f"{STORY}请问失业补助金一个月多少钱？{STORY}另外公益性岗位怎么报名？"))
    assert asked.questions == ("请问失业补助金一个月多少钱?", "另外公益性岗位怎么报名?")


@given(st.text(max_size=200))
def test_never_empty_never_more_than_two(finder: QuestionFinder, text: str) -> None:
    normal = normalise(text)
    asked = finder.split(normal)
    assert 1 <= len(asked.questions) <= 2
    assert all(part in normal or "," in normal or " " in normal for part in asked.questions)


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("表哥缴了十年,我能领吗", "我能领吗"),
        ("表哥能领吗,他缴了十年", "表哥能领吗,"),
        ("先说表哥。他能领吗?谢谢", "他能领吗?"),
        ("表哥缴了十年,我没有登记过的", "我没有登记过的"),
        ("", ""),
    ],
)
def test_the_clause_that_asks_last(finder: QuestionFinder, text: str, clause: str) -> None:
    start, end = finder.asking_clause(text)
    assert text[start:end] == clause


def test_a_text_parts_between_what_it_asks(finder: QuestionFinder) -> None:
    assert list(finder.halves("给哪些人,哪一天截止?")) == [("给哪些人", "哪一天截止?")]
    assert list(finder.halves("有哪几类人 还有要什么材料")) == [("有哪几类人", "还有要什么材料")]
    assert list(finder.halves("几号截止?顺便帮我查查批了没")) == [("几号截止?", "顺便帮我查查批了没")]
    assert list(finder.halves("我失业了,能领多少")) == []
    assert [second for _, second in finder.halves("想问:1.几号截止 2.要什么材料")] == ["要什么材料"]
    assert [second for _, second in finder.halves("领几回?还有卡丢了上哪补办")] == ["还有卡丢了上哪补办"]


def test_halves_that_are_no_mere_clauses(finder: QuestionFinder) -> None:
    assert finder.parted("几号截止?", "批了没")
    assert finder.parted("几号截止", "顺便帮我查查")
    assert not finder.parted("几号截止", "批了没")


def test_an_offer_to_answer_asks_nothing(finder: QuestionFinder) -> None:
    told = "闺女大学刚毕业,听人家说毕业生有个一次性的求职创业补贴,她条件都够,学校那边也说可以报,家里还办过助学贷款,她能领不?"
    (question,) = finder.split(told + "你要问啥就问我").questions
    assert question.endswith("她能领不?")


@pytest.mark.parametrize(
    ("text", "tells"),
    [("学挖掘机呢", True), ("去年厂里效益不好裁过人", True), ("您好,我想问一下", False), ("稳岗返还", False)],
)
def test_a_situation_is_more_than_a_courtesy_or_a_name(finder: QuestionFinder, text: str, tells: bool) -> None:
    assert finder.tells(text) is tells
