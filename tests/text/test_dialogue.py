"""The words that steer a conversation, as they stand in `policies/dialogue.yml`."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.text.dialogue import DialogueWords
from koujing.text.normalise import normalise
from tests.answering.replies import policies


@pytest.fixture
def words() -> DialogueWords:
    return policies().dialogue


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("为什么问这个", "why"),
        ("你问这个干啥", "why"),
        ("这个跟我领钱有什么关系", "why"),
        ("不知道", "unknown"),
        ("我真不清楚啊", "unknown"),
        ("记不清了,好像是", "unknown"),
        ("跳过", "skip"),
        ("不想说", "skip"),
        ("上一步", "back"),
        ("点快了,返回上一步", "back"),
        ("换个问题", "change"),
        ("不问了", "cancel"),
        ("说简单点", "plain"),
        ("没看懂,能说人话吗", "plain"),
        ("为什么不符合", "because"),
        ("还差多少", "remedy"),
        ("还缺什么", "lacking"),
        ("仲差啲咩", "lacking"),
        ("我还差哪些条件", "lacking"),
    ],
)
def test_acts(words: DialogueWords, text: str, act: str) -> None:
    assert act in words.acts(text)


@pytest.mark.parametrize("text", ["取消资格认证", "停发工资了", "没领过", "怎么领", "28人", "企业", "葫芦岛", "是的"])
def test_what_is_no_act(words: DialogueWords, text: str) -> None:
    assert words.acts(text) == frozenset()


@pytest.mark.parametrize(
    ("text", "weakly", "rest"),
    [
        ("不对,是32人", False, "32人"),
        ("刚才说错了,应该是二十八", False, "二十八"),
        ("不是,是去年", True, "去年"),
        ("不是,是去年", False, None),
        ("不是", True, None),
        ("32人", True, None),
    ],
)
def test_corrections(words: DialogueWords, text: str, weakly: bool, rest: str | None) -> None:
    assert words.corrected(text, weakly=weakly) == rest


def test_a_contrast_names_what_was_wrong_and_what_holds(words: DialogueWords) -> None:
    assert words.contrasted("已经见习的不是三个月,是五个月") == ("三个月", "五个月")
    assert words.contrasted("是2021年,不是2020年") == ("2020年", "2021年")
    assert words.contrasted("三个月") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("是的", True),
        ("没错", True),
        ("系", True),
        ("交了好几年", True),
        ("不是", False),
        ("没有", False),
        ("够不上,才交了八个月", False),
        ("从来没领过", False),
        ("不知道", None),
        ("好像是", None),
        ("有没有", None),
        ("领完了,啥工作没有", None),
    ],
)
def test_yes_and_no(words: DialogueWords, text: str, said: bool | None) -> None:
    assert words.yes_or_no(text) is said


@given(st.text(max_size=30))
def test_a_question_says_neither_yes_nor_no(text: str) -> None:
    words = policies().dialogue
    if words.asks(text):
        assert words.yes_or_no(text) is None


@pytest.mark.parametrize(
    ("text", "bare", "number"),
    [
        ("第二个", False, 2),
        ("选2", True, 2),
        ("2", True, 2),
        ("2", False, None),
        ("28人", True, None),
        ("第0个", True, None),
        ("头一样给我细说说", False, 1),
        ("打头那个怎么办", False, 1),
        ("头一次听说", True, None),
    ],
)
def test_picks(words: DialogueWords, text: str, bare: bool, number: int | None) -> None:
    assert words.ordinal(text, bare=bare) == number


def test_the_same_again_names_nothing(words: DialogueWords) -> None:
    assert words.same_again("那呢")
    assert not words.same_again("那多少钱呢")


def test_asking_for_everything(words: DialogueWords) -> None:
    assert words.screens("我这种情况有什么补贴可以领")
    assert words.screens("国家的这些政策我都能沾上哪几样")
    assert not words.screens("失业补助金怎么领")


def test_what_points_back_or_tells_where_a_figure_was_found(words: DialogueWords) -> None:
    assert words.points_back("万一拖过了那个日子，窗口还接不接")
    assert not words.points_back("稳岗返还要什么材料")
    assert words.found_out("离职证明翻出来了，上头写的是2021年1月5号")
    assert not words.found_out("我2021年1月5号失业")


@pytest.mark.parametrize("text", ["够否", "须自行申请否", "坏没坏"])
def test_it_asks_in_few_words(words: DialogueWords, text: str) -> None:
    assert words.asks(text) is (text != "坏没坏")


@pytest.mark.parametrize(
    ("text", "likewise"), [("锦州也是这样吗", True), ("那边照样按这个办吗", True), ("锦州呢", False)]
)
def test_asking_whether_the_same_holds(words: DialogueWords, text: str, likewise: bool) -> None:
    assert words.likewise(text) is likewise


@pytest.mark.parametrize(
    ("text", "supposes"),
    [
        ("那要是后年才办呢", True),
        ("假如我裁了9个", True),
        ("唉,那假如去年只打发走两个呢", True),
        ("要真是三十二个人，那还行吗", True),
        ("我要是能领就好了", False),
        ("如果" + "很久" * 20 + "呢", False),
    ],
)
def test_a_case_put_otherwise(words: DialogueWords, text: str, supposes: bool) -> None:
    assert words.supposes(text) is supposes


def test_a_clause_that_turns_away_is_no_act_where_it_begins_a_question(words: DialogueWords) -> None:
    text = "那退一步,困难人员我够得上不"
    assert "back" in words.acts(text)
    assert words.acts(text, wholly=True) == frozenset()
    assert "back" in words.acts("退一步", wholly=True)
    assert "because" in words.acts("裁员超六个点了吗,凭啥还行", wholly=True)


@pytest.mark.parametrize(("text", "rest"), [("要是评上国家级呢", "评上国家级呢"), ("换成8月失业呢", "换成8月失业呢")])
def test_what_is_supposed(words: DialogueWords, text: str, rest: str) -> None:
    assert words.supposed(text) == rest


@pytest.mark.parametrize(("text", "whom"), [("都有哪些人能领", True), ("给谁的", True), ("还有哪些补贴能领", False)])
def test_asking_for_whom(words: DialogueWords, text: str, whom: bool) -> None:
    assert words.whom(text) is whom


@pytest.mark.parametrize(("text", "asks"), [("一年顶多能享受几回", True), ("领了几个月", False), ("干了十几天", False)])
def test_how_many_times_is_a_question(words: DialogueWords, text: str, asks: bool) -> None:
    assert words.asks(text) is asks


@pytest.mark.parametrize(
    ("text", "rest"), [("不过我实际就是9个月,那还是不行吧", "9个月"), ("其实交了8个月", "8个月"), ("9个月", None)]
)
def test_what_holds_in_fact(words: DialogueWords, text: str, rest: str | None) -> None:
    assert words.actually(text) == rest


@pytest.mark.parametrize(
    ("text", "same"), [("那中小微的呢", True), ("乙公司呢?", True), ("我昨天去问了,那窗口的人呢", False)]
)
def test_the_same_of_another_kind(words: DialogueWords, text: str, same: bool) -> None:
    assert words.what_of(text) is same


@pytest.mark.parametrize("text", ["算了不说这个了", "算了，甭提这茬了", "算了算了", "算数，唔问喇"])
def test_letting_be_is_no_yes(words: DialogueWords, text: str) -> None:
    """算 says yes, 算了 drops what is asked: it must never count as an answer."""
    said = normalise(text)
    assert "cancel" in words.acts(said)
    assert words.yes_or_no(said) is not True
    assert words.yes_or_no("算") is True


@pytest.mark.parametrize(
    ("text", "farewell"),
    [
        ("得嘞,我告诉他去,谢谢", True),
        ("行,知道了", True),
        ("没有,谢谢", False),
        ("交过的,谢谢", False),
        ("得三年多了", False),
    ],
)
def test_thanks_are_no_yes_unless_they_begin_with_an_answer(words: DialogueWords, text: str, farewell: bool) -> None:
    assert words.farewell(text) is farewell
    if farewell:
        assert words.yes_or_no(text) is None


@pytest.mark.parametrize(
    ("text", "thanks"),
    [
        ("那中,麻烦您了", True),
        ("得嘞,我告诉他去,谢谢", True),
        ("材料清单发我一份,谢谢", False),
        ("稳岗返还,谢谢", True),
    ],
)
def test_mere_thanks_are_told_from_thanks_beside_a_wish(words: DialogueWords, text: str, thanks: bool) -> None:
    assert words.only_thanks(text) is thanks


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("下一个 兴城企业 参保90人", True),
        ("好的,下一位,律所参保12人", True),
        ("下一个", False),
        ("下一个问题", False),
        ("下一个是什么补贴", False),
    ],
)
def test_the_next_caller_is_told_from_the_next_question(words: DialogueWords, text: str, turns: bool) -> None:
    assert words.next_case(text) is turns


@pytest.mark.parametrize(("text", "step"), [("要是再多裁两个呢", 1), ("要是少裁一个呢", -1), ("要是裁两个呢", 0)])
def test_a_figure_on_top_is_told_from_the_whole(words: DialogueWords, text: str, step: int) -> None:
    assert words.further(text) == step


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("没有没有,实际就裁了俩", True),
        ("就5个。我们是微型企业", True),
        ("他没离职啦", True),
        ("那要什么材料", False),
        ("就这样吧", False),
    ],
)
def test_taking_back_a_supposition_is_told_from_going_on(words: DialogueWords, text: str, taken: bool) -> None:
    assert words.takes_back(text) is taken


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        ("岗位要求我看了,我都符合", "您符合该公益性岗位的岗位条件吗？", True),
        ("参保的", "单位在当地参加了失业保险吗？", True),
        ("没登记", "您办理了失业登记吗？", False),
        ("登记了吗", "您办理了失业登记吗？", None),
        ("就业了", "您办理了失业登记吗？", None),
        ("符合,不符合", "您符合领取失业保险金的条件吗？", None),
    ],
)
def test_a_clause_that_repeats_the_question_answers_it(
    words: DialogueWords, text: str, question: str, said: bool | None
) -> None:
    assert words.echoed(text, normalise(question)) is said


@pytest.mark.parametrize("text", ["啊" * 2000, "就是我也都" * 400 + "符", "没有" * 500 + "哎x", "那个请问嗯" * 5])
@pytest.mark.parametrize(
    "read",
    [
        name
        for name, method in vars(DialogueWords).items()
        if not name.startswith("_") and list(inspect.signature(method).parameters) == ["self", "text"]
    ],
)
def test_a_long_mumble_is_read_at_once(words: DialogueWords, read: str, text: str) -> None:
    """An expression of repeated words must not try every way to part them: it would take years, and the test never end."""
    getattr(words, read)(text)


@pytest.mark.parametrize("text", ["啊" * 2000, "就是我也都" * 400 + "符", "那个请问嗯" * 5])
def test_a_long_mumble_repeats_no_question(words: DialogueWords, text: str) -> None:
    assert words.echoed(text, "您符合条件吗?") is None


@pytest.mark.parametrize(
    ("method", "text", "meant"),
    [
        ("starts_over", "断缴了重新来过", False),
        ("starts_over", "断缴过,之前的都不算,现在交了8个月", False),
        ("starts_over", "刚才说的都不算,重新来", True),
        ("hands_over", "不要转人工,就说能给多少", False),
        ("hands_over", "想找个客服工作", False),
        ("hands_over", "我转客服岗了才知道参过保", False),
        ("hands_over", "我请人工作给补贴吗", False),
        ("hands_over", "别啰嗦了,转人工", True),
        ("hands_over", "打12333老是不接,转人工", True),
        ("hands_over", "怎么还不转人工", True),
        ("hands_over", "我不要机器人,转人工", True),
        ("hands_over", "不转人工我就投诉", True),
        ("hands_over", "转人工能行不", True),
        ("hands_over", "先别给我转人工", False),
        ("starts_over", "社保断过,重新来过", False),
        ("starts_over", "厂子去年倒闭过一次,从头再来", False),
        ("starts_over", "之前的都清掉了", False),
        ("starts_over", "刚才说的都清掉吧", True),
        ("starts_over", "我说错了,从头来", True),
        ("starts_over", "全部清掉,从头来,我们能申请吗", True),
        ("starts_over", "是不是得从头来", False),
        ("unsure", "也许吧", True),
        ("unsure", "在册", False),
        ("offers_answers", "你要问啥就问我", True),
        ("supposes", "最近忙,拖到明年1月10号再弄行吗", True),
        ("supposes", "最近忙,先不弄了", False),
        ("same_question", "想问下劳动合同问题找谁", False),
        ("same_question", "另一来电,兴城的,同问", True),
        ("turns_away", "算了一下,裁了2个", False),
        ("turns_away", "算了不问了,说说培训的事", True),
        ("offers_answers", "给对象打听下领取条件", False),
        ("offers_answers", "你问吧,我答", True),
    ],
)
def test_what_only_sounds_like_it_turns_nothing(words: DialogueWords, method: str, text: str, meant: bool) -> None:
    assert getattr(words, method)(text) is meant


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("前头那个能领吗", 0),
        ("第二个怎么申请", 1),
        ("最后一个呢怎么办", -1),
        ("第一个月发多少", None),
        ("第二个孩子也算吗", None),
    ],
)
def test_which_of_two_is_meant(words: DialogueWords, text: str, which: int | None) -> None:
    assert words.of_two(text) == which


def test_what_one_clause_repeats_another_takes_back(words: DialogueWords) -> None:
    question = "失业前参加过失业保险吗?"
    assert words.echoed("工资条上看得见,我都参加了", question) is True
    assert words.echoed("公司都参加了,就我没有", question) is None
    assert words.echoed("参加吧", question) is None
