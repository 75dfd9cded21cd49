"""Messages read with a tiny model and the policies' own words."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from koujing.rasa.reader import MessageReader, train
from koujing.rasa.tools import Tools, build_tools
from koujing.settings import DEMO_DATE, ROOT
from koujing.text.learnt import SURE
from koujing.text.normalise import normalise
from tests.answering.replies import policies
from tests.search.examples import ASSISTANCE, LABELLED, REFUND
from tests.search.marked_examples import ANSWERED, MARKED


@pytest.fixture(scope="module")
def tools() -> Tools:
    return build_tools(policies(), ROOT / "policies")


@pytest.fixture(scope="module")
def reader(tools: Tools) -> MessageReader:
    return MessageReader(policies(), tools, train(policies(), tools, LABELLED))


@pytest.fixture(scope="module")
def taught(tools: Tools) -> MessageReader:
    """A reader that has learnt from marked sentences too."""
    return MessageReader(policies(), tools, train(policies(), tools, LABELLED, [*MARKED, *ANSWERED]))


def read(reader: MessageReader, text: str) -> dict[str, Any]:
    return reader.read(text, DEMO_DATE)


def test_a_message_is_read_whole(reader: MessageReader) -> None:
    reading = read(reader, "葫蘆島律所12个人参保，去年一个没裁，能申请稳岗返还吗？")
    (question,) = reading["questions"]
    assert (question["topic"], question["intent"]) == (REFUND, "ask_eligibility")
    facts = {fact["fact"]: fact["value"] for fact in reading["facts"]}
    assert (facts["unit_kind"], facts["insured_headcount"], facts["layoffs_last_year"]) == ("law_firm", 12, 0)
    (place,) = reading["places"]
    assert place["regions"] == ["huludao"]
    assert reading["text"][place["start"] : place["end"]] == place["surface"]


def test_two_questions_are_two(reader: MessageReader) -> None:
    reading = read(reader, "失业补助金一个月多少钱？另外稳岗返还什么时候截止？")
    assert [(q["topic"], q["intent"]) for q in reading["questions"]] == [
        (ASSISTANCE, "ask_amount"),
        (REFUND, "ask_deadline"),
    ]


def test_what_is_supposed_is_read_apart(reader: MessageReader) -> None:
    reading = read(reader, "如果是律所呢")
    assert (reading["facts"], [fact["value"] for fact in reading["supposed"]]) == ([], ["law_firm"])
    assert read(reader, "是律所")["supposed"] == []


def test_the_same_question_twice_is_one(reader: MessageReader) -> None:
    assert len(read(reader, "稳岗返还什么时候截止？稳岗返还什么时候截止？")["questions"]) == 1


def test_out_of_scope_and_small_talk_have_their_own_intents(reader: MessageReader) -> None:
    kinds = {text: read(reader, text)["questions"][0] for text in ("养老金什么时候涨", "你好")}
    assert [(q["topic"], q["intent"]) for q in kinds.values()] == [
        ("pension", "out_of_scope"),
        ("greeting", "smalltalk"),
    ]


def test_place_names_do_not_move_the_reading(reader: MessageReader) -> None:
    here, there = (read(reader, f"{place}稳岗返还能领多少钱")["questions"][0] for place in ("广州", "葫芦岛"))
    assert [here[key] for key in ("topics", "intents", "outside")] == [
        there[key] for key in ("topics", "intents", "outside")
    ]


def test_facts_of_two_people_are_not_mixed(reader: MessageReader) -> None:
    def facts(text: str) -> set[str]:
        return {fact["fact"] for fact in read(reader, text)["facts"]}

    assert facts("我妈是残疾人，我失业了，能领失业补助金吗") == {"is_unemployed"}
    # Asked for another alone, it is that person's facts that count.
    assert "is_disabled" in facts("我妈是残疾人，她能领失业补助金吗")


@pytest.mark.parametrize("text", ["", "。", "   ", "？？？", "😀", "a" * 1000, "能领吗。" * 250])
def test_anything_is_read_as_something(reader: MessageReader, text: str) -> None:
    reading = read(reader, text)
    assert reading["questions"]
    known = set(policies().matters) | set(policies().refusals["kinds"])
    assert all(question["topic"] in known for question in reading["questions"])


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("葫芦岛稳岗反还怎么领😭", "葫芦岛稳岗返还怎么领"),
        ("失业不助金的 deadline 是几号", "失业补助金的截止时间是几号"),
        ("怎么领(｡•́︿•̀｡)失业不助金？", "怎么领 失业补助金?"),
    ],
)
def test_wrong_characters_faces_and_english_are_understood(reader: MessageReader, said: str, understood: str) -> None:
    reading = read(reader, said)
    assert reading["text"] == understood
    assert [question["text"] for question in reading["questions"]] == [understood]
    # What is trained on is what is read.
    assert reader.plain(said) == reader.plain(understood)


def test_what_a_place_covers_is_never_corrected_nor_made(reader: MessageReader, tools: Tools) -> None:
    for id in policies().regions.ids():
        name = normalise(policies().regions.name(id))
        for text in (name, f"{name}稳岗反还怎么领"):
            reading = read(reader, text)
            assert reading["text"] == text.replace("稳岗反还", "稳岗返还")
            cuts = partial(set, (0, len(name)))
            assert [p["surface"] for p in reading["places"]] == [p.surface for p in tools.places.find(name, cuts)]


def test_reading_is_plain_json_and_repeatable(reader: MessageReader, tools: Tools) -> None:
    import json

    again = MessageReader(policies(), tools, train(policies(), tools, LABELLED))
    text = "我去年3月失业，交过1年失业保险，在兴城，失业补助金一个月多少钱"
    assert json.dumps(read(reader, text)) == json.dumps(read(again, text)) == json.dumps(read(reader, text))


def told(reader: MessageReader, text: str) -> dict[str, Any]:
    return {fact["fact"]: fact["value"] for fact in read(reader, text)["facts"]}


def test_facts_are_read_by_cues_and_by_what_was_learnt(reader: MessageReader, taught: MessageReader) -> None:
    text = "參保28人，手底下43張嘴，如今在家摳腳"
    assert told(reader, text) == {"insured_headcount": 28}
    assert told(taught, text) == {"insured_headcount": 28, "company_headcount": 43, "is_unemployed": True}


def test_what_was_learnt_keeps_persons_apart_too(taught: MessageReader) -> None:
    assert told(taught, "我妈在家抠脚，我参保的厂28人") == told(taught, "我参保的厂28人")
    reading = read(taught, "我妈如今在家抠脚")
    assert ([fact["fact"] for fact in reading["facts"]], reading["person"]) == (["is_unemployed"], "我妈")


def test_a_short_message_is_read_as_an_answer_to_any_question(reader: MessageReader, taught: MessageReader) -> None:
    answers = read(taught, "厂里一直给上着")["answers"]
    assert {id for id, kind in policies().facts.items() if kind.type == "yes_no"} <= set(answers)
    assert answers["was_insured"]["true"] > answers["was_insured"]["false"]
    assert read(taught, "車間踩機子的")["answers"]["post_kind"]["worker"] >= SURE
    assert read(reader, "厂里一直给上着")["answers"] == {}


def test_a_long_message_is_no_mere_answer(taught: MessageReader) -> None:
    assert read(taught, "厂里" + "一直" * 18 + "给上")["answers"]
    assert read(taught, "厂里" + "一直" * 18 + "给上着")["answers"] == {}


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("我失业了，闺女在沈阳租房还得我贴补，我能领失业补助金吗", []),
        ("闺女在沈阳租房，她能领失业补助金吗", ["shenyang"]),
        ("我在沈阳打工，能领失业补助金吗", ["shenyang"]),
    ],
)
def test_where_somebody_else_lives_is_no_place_asked_about(reader: MessageReader, text: str, places: list[str]) -> None:
    assert [region for place in read(reader, text)["places"] for region in place["regions"]] == places


def test_acts_are_read_where_they_were_learnt(tools: Tools, reader: MessageReader) -> None:
    assert read(reader, "这条先撂一边")["acts"] == {}
    steering = [("这条先撂一边", "skip"), ("跳过这个", "skip"), ("28个人", "none"), ("没有", "none")] * 5
    acting = MessageReader(policies(), tools, train(policies(), tools, LABELLED, steering=steering))
    assert max(read(acting, "这条撂一边")["acts"]) == "skip"
    assert read(acting, "这条撂一边" * 20)["acts"] == {}


def test_a_sigh_is_no_sentence_and_a_not_a_asks_whether_one_can(reader: MessageReader) -> None:
    assert reader.plain("……唉。失业补助金多少钱") == reader.plain("失业补助金多少钱")
    assert "能不能申请到" in reader.plain("失业补助金申唔申请到")
    assert "信唔信得过" in reader.plain("你信唔信得过")


def test_figures_set_apart_are_of_the_word_before_them(reader: MessageReader) -> None:
    told = {fact["fact"]: fact["value"] for fact in read(reader, "企业 参保 46 人 去年 裁 3 人 返多少")["facts"]}
    assert (told["insured_headcount"], told["layoffs_last_year"]) == (46, 3)


@pytest.mark.parametrize(
    ("text", "situated"),
    [("厂里生意淡裁过人，稳岗返还能申请吗", True), ("您好，稳岗返还能申请吗", False), ("稳岗返还能申请吗", False)],
)
def test_a_situation_told_before_the_question_is_marked(reader: MessageReader, text: str, situated: bool) -> None:
    (question,) = read(reader, text)["questions"]
    assert question["situated"] is situated
