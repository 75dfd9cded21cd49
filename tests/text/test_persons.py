"""Who is spoken of, by the words of the project's own cue file."""

import pytest
import yaml

from koujing.settings import ROOT
from koujing.text.persons import ASKER, TOGETHER, PersonFinder


@pytest.fixture(scope="module")
def finder() -> PersonFinder:
    return PersonFinder(yaml.safe_load((ROOT / "policies/fact_words.yml").read_text("utf-8"))["persons"])


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("我妈下岗了,我没下岗", ["我妈", ASKER]),
        ("我母亲下岗了,俺妈还没登记", ["我妈", "我妈"]),
        ("老公缴满一年,他在船厂", ["我老公", "我老公"]),
        # one who is no subject can still be meant by 他
        ("我跟表哥一个班组,他刚取证", [ASKER, "表哥"]),
        ("我妹妹带着孩子,她能领吗", ["我妹", "我妹"]),
        ("他缴满一年", ["他"]),
        # the asker only tells
        ("我想问一下,表姐失业了", ["表姐"]),
        ("表姐失业了,我替她问", ["表姐", "表姐"]),
        ("我听说可以领", []),
        ("小李缴了26个月,小王才9个月", ["小李", "小王"]),
        ("小赵的见习协议签了一年,小高的额度不够", ["小赵"]),
        ("阿强同我一条拉,老头子没工作", ["阿强", "老头子"]),
        ("表姐夫下岗了", ["表姐夫"]),
        # 他自己 is he, and who looks something up only tells
        ("表弟失业了,他自己去办的", ["表弟", "表弟"]),
        ("我又翻了登记本,他那回不算", ["他"]),
        ("张师傅下岗了,李姐没下岗", ["张师傅", "李姐"]),
        ("甲公司参保40人,B厂参保22人", ["甲公司", "B厂"]),
        # sizes and amounts are no persons
        ("小微企业裁员小于6%", []),
        # whose unit it is does not turn to the asker
        ("小王是我们公司的", ["小王"]),
        ("小王下岗了,我们公司没裁人", ["小王", ASKER]),
        # somebody not spoken of before, and whom 自己 means
        ("还有个小伙,他的协议是6个月", ["还有个小伙", "还有个小伙"]),
        ("第三家是个商会", ["第三家"]),
        ("换个学生,也是我们高职的", ["换个学生"]),
        ("我们社区有个大姐,带着个闺女,她没工作", [ASKER, "社区有个大姐", "社区有个大姐"]),
        ("我家老二毕业了,我替孩子打听打听", ["我家老二"]),
        ("表哥缴满了,我没缴满,先看看表哥能不能领", ["表哥", ASKER, "表哥"]),
        ("前夫不管,她自己过", ["前夫", "她"]),
        ("表姐在我们水泥厂上班", ["表姐"]),
        ("去年裁了3个,还有个员工自己走的", [ASKER]),
        ("表姐三月自己辞工的", ["表姐"]),
        ("社保同佢讲了,自己辞工不行", ["佢"]),
        ("小李缴了26个月,小王才9个月,俩人都在厂里", ["小李", "小王", TOGETHER]),
    ],
)
def test_a_person_takes_over_as_subject(finder: PersonFinder, text: str, who: list[str]) -> None:
    assert [each.who for each in finder.mentions(text)] == who


@pytest.mark.parametrize(
    "text", ["我和表哥都在船厂", "表哥跟我现在都在船厂", "表哥缴得久,我们俩在船厂", "表哥缴得久,我们都在船厂"]
)
def test_the_asker_and_another_are_one_subject(finder: PersonFinder, text: str) -> None:
    assert finder.mentions(text)[-1].who == TOGETHER
    assert finder.others(text) == ["表哥"]


@pytest.mark.parametrize("text", ["我们都在船厂", "我们俩在船厂", "我和同乡都在船厂"])
def test_without_another_named_the_asker_is_alone(finder: PersonFinder, text: str) -> None:
    assert [each.who for each in finder.mentions(text)] == [ASKER]


def test_the_words_for_others_are_told_apart_from_whom_they_mean(finder: PersonFinder) -> None:
    text = "俺妈和我,她五十"
    assert (finder.words(text), finder.others(text)) == (["俺妈", "她"], ["我妈"])


def test_a_word_of_kinship_tells_the_sex(finder: PersonFinder) -> None:
    assert finder.told_of("我爸") == ("sex", "male")
    assert finder.told_of("我妈") == ("sex", "female")
    assert finder.told_of("我爱人") is None
