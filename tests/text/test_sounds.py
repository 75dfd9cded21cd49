"""Terms written by sound, with the policies' own words; and the false restorings among the training questions."""

from __future__ import annotations

import time
from functools import cache
from itertools import accumulate
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from koujing.knowledge.schemas import validate
from koujing.knowledge.yaml_lines import read_document
from koujing.rasa.tools import Tools, build_tools
from koujing.settings import ROOT
from koujing.text.normalise import normalise
from koujing.text.sounds import SoundTable, TermRestorer
from tests.answering.replies import policies

DATA = read_document(ROOT / "policies" / "sounds.yml")
SOUNDS = SoundTable(DATA.data["confused"])
NAMES = sorted({word for matter in policies().matters.values() for word in (matter.name, *matter.words)})
TERMS = sorted({*NAMES, *DATA.data["terms"]})
LONG = [term for term in TERMS if len(term) >= 4 and all("一" <= character <= "龥" for character in term)]
PLACES = sorted(policies().regions.finder_data()["surfaces"])
# Characters that people's input methods offer: those of the training questions that are not always meant.
COMMON = "".join(
    sorted(
        {c for path in (ROOT / "data" / "nlu").glob("*.yml") for c in path.read_text() if "一" <= c <= "龥"}
        - set(DATA.data["meant"])
    )
)
# The log-probability from which a single character is a word that may well have been meant (也, 是, 急).
COMMON_WORD = -9.0


@cache
def tools() -> Tools:
    return build_tools(policies(), ROOT / "policies")


def restore(text: str) -> str:
    return tools().terms.restore(text)


def test_the_data_is_well_formed() -> None:
    validate(DATA, "sounds")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("稳岗反还怎么申请", "稳岗返还怎么申请"),
        ("我想领失业不助金", "我想领失业补助金"),
        ("工益性岗位", "公益性岗位"),
        ("间习补贴多少", "见习补贴多少"),
        ("技能题升", "技能提升"),
        ("就业困南人员", "就业困难人员"),
        ("零就业家停", "零就业家庭"),
        ("以工带训", "以工代训"),
        ("灵活旧业", "灵活就业"),
        ("求职床业补贴", "求职创业补贴"),
        ("失业保险稳港返还", "失业保险稳岗返还"),
        ("三只一扶", "三支一扶"),
        ("技能登记证书补贴", "技能等级证书补贴"),
        ("工益岗", "公益岗"),
        ("参宝的三十个人整,去年裁源六个", "参保的三十个人整,去年裁员六个"),
        ("我是残集人,家里脱平户", "我是残疾人,家里脱贫户"),
        ("大砖毕业,考了个技能正书", "大专毕业,考了个技能证书"),
    ],
)
def test_terms_written_by_sound_are_restored(said: str, meant: str) -> None:
    assert restore(said) == meant


@pytest.mark.parametrize(
    "text",
    [
        "建西", "十页金", "补铁", "我失业近一年了", "失业金今年发多少", "失业补助今年还有吗", "失业补助近半年了", "失业经历",
        "失业保险经办事项", "交失业保险仅三个月", "失业保险近两年没交", "失业保险进度查询", "今年见习计划", "见习其他单位", "见习给多少",
        "能领就业补贴吗", "您就业了吗", "事业单位招聘", "事业单位失业保险", "失业不足一年", "失业不住院", "公司改成绩效工资", "上网上班",
        "招聘回复", "正在研究衔接", "以工代赈", "办公岗位", "有专长招聘吗", "青年就业", "X证书", "残保金怎么报", "再职业培训", "啲保险费", "喺度评残", "从专账出", "", "a" * 10,
    ],
)  # fmt: skip
def test_what_may_be_meant_as_it_stands_stays(text: str) -> None:
    assert restore(text) == text


def test_readings_are_many_toneless_and_confused_ones_are_one() -> None:
    assert {"hai", "huan"} <= SOUNDS.of("还")
    assert {"xin", "han"} <= SOUNDS.of("行")
    assert SOUNDS.of("张") == SOUNDS.of("赞") == {"zan"}
    assert SOUNDS.of("A") == SOUNDS.of("，") == frozenset()
    assert SOUNDS.of_term("返还") == ("fan", "huan")


def test_spans_kept_are_not_changed() -> None:
    assert tools().terms.restore("稳岗反还", [(2, 3)]) == "稳岗反还"
    assert tools().terms.restore("稳岗反还", [(0, 2)]) == "稳岗返还"


def test_a_stand_in_for_the_weights_is_enough() -> None:
    def weigh(text: str) -> tuple[float, list[str]]:
        return (10.0 if "稳岗返还" in text else 0.0), list(text)

    assert TermRestorer(["稳岗返还"], weigh, SOUNDS).restore("稳港凡还") == "稳岗返还"
    assert TermRestorer([], weigh, SOUNDS).restore("稳港凡还") == "稳港凡还"


def written_by_sound(term: str, position: int) -> list[str]:
    """The term with another character of the same sound at one position."""
    sound = SOUNDS.of_term(term)[position]
    others = (c for c in COMMON if c != term[position] and sound in SOUNDS.of(c))
    return [term[:position] + other + term[position + 1 :] for other in others]


def unambiguous(written: str, position: int) -> bool:
    """No word that people use stands there, nor a term with one character beside it."""
    if {written, written[1:], written[:-1]} & set(TERMS) or tools().cutter.weigh(written[position])[0] > COMMON_WORD:
        return False
    ends = list(accumulate(map(len, tools().cutter.weigh(written)[1])))
    return position in {0, *ends} and position + 1 in ends


@given(st.data())
def test_one_character_of_the_same_sound_anywhere_is_restored(data: st.DataObject) -> None:
    term = data.draw(st.sampled_from(LONG))
    position = data.draw(st.integers(0, len(term) - 1))
    written = data.draw(st.sampled_from([term, *written_by_sound(term, position)]))
    if unambiguous(written, position):
        assert restore(written) == term


def test_hardly_any_character_of_the_same_sound_is_not_restored() -> None:
    every = [(term, written) for term in LONG for i in range(len(term)) for written in written_by_sound(term, i)]
    tried = every[::5]
    assert sum(restore(written) == term for term, written in tried) > 0.98 * len(tried)


@given(st.lists(st.sampled_from(TERMS), max_size=6).map("".join))
def test_a_text_of_terms_is_never_changed(text: str) -> None:
    assert restore(text) == text


@given(st.lists(st.sampled_from([*TERMS, "，", "和", "怎么领"]), max_size=8).map("".join), st.text(COMMON, max_size=20))
def test_restoring_twice_changes_nothing_more_and_no_length(terms: str, other: str) -> None:
    text = other[:10] + terms + other[10:]
    once = restore(text)
    assert len(once) == len(text)
    assert restore(once) == once


@given(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4))
def test_place_names_are_never_changed(names: list[str]) -> None:
    text = "".join(names)
    assert tools().terms.restore(text, [(0, len(text))]) == text
    assert all(restore(name) == name for name in names)


def questions() -> list[str]:
    texts = []
    for path in sorted(Path(ROOT / "data" / "nlu").glob("*.yml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            texts += [normalise(line[2:]) for line in group.get("examples", "").splitlines()]
    return texts


def test_of_the_training_questions_only_those_with_wrong_characters_change() -> None:
    changed = {}
    for text in questions():
        restored = restore(text)
        changed |= {text[i]: restored[i] for i in range(len(text)) if text[i] != restored[i]}
    # Every one was looked at: 58 of 18,111 questions, each written by sound on purpose.
    assert set(changed) <= set(
        "零厂之夫迹南弄建反刚港事文环只益工一希份生赤帖旦宽并推木祝阔住宫公带挺岭界歀平厚陪宝正席"
    )


def test_a_message_of_full_length_takes_a_moment() -> None:
    for text in ("".join(questions()[::97])[:1000], ("领失业不助金要去" * 125), "失业不住" * 250):
        best = min(_seconds(text) for _ in range(5))
        assert best < 0.1, "five times what it takes"


def _seconds(text: str) -> float:
    """Of the processor, so that a busy machine fails nobody."""
    began = time.thread_time()
    restore(text)
    return time.thread_time() - began
