from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from koujing.knowledge.base import load_knowledge
from koujing.settings import ROOT
from tests.evaluation.dialogue_expect import unmet
from tests.evaluation.dialogue_judge import DialogueScore, Judge
from tests.evaluation.dialogue_report import dialogue_report, dialogue_values, median_questions, record, transcript
from tests.evaluation.dialogue_run import play
from tests.evaluation.dialogues import Dialogue, Turn, Wanted
from tests.evaluation.gold import Figure
from tests.evaluation.scripted import asking, citation, determined, dialogue, fact, scripted, turn

# What 稳岗返还 in Huludao is decided on.
REFUND = {
    "unit_kind": fact("enterprise"),
    "unit_insured": fact(True),
    "insured_headcount": fact(28),
    "layoffs_last_year": fact(4),
}
ALL = turn(most=9)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(load_knowledge(ROOT / "policies"))


def judged(judge: Judge, held: Dialogue | tuple[Turn, ...], *answers: Any) -> DialogueScore:
    held = held if isinstance(held, Dialogue) else dialogue(*held, **dict.fromkeys(REFUND, "是"))
    return judge.judge(held, play(held, scripted(*answers)[0]))


def problems(score: DialogueScore) -> list[str]:
    return [str(problem) for problem in score.problems]


def asks(*facts: str) -> list[list[dict[str, Any]]]:
    return [[asking(each)] for each in facts]


def test_an_interview_that_goes_well_has_no_problems(judge: Judge) -> None:
    score = judged(
        judge, (turn("够吗", asks=True), ALL), *asks("unit_kind", "unit_insured"), [determined(facts=REFUND)]
    )
    assert problems(score) == []
    assert score.questions == (2,)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted(status=frozenset({"answered"})), ["状态是 determined，应为 answered"]),
        (Wanted(verdict="ineligible"), ["判定是 eligible，应为 ineligible"]),
        (Wanted(matters=frozenset({"tax_relief", "startup_support"})), ["事项是 job_retention_refund，应为 startup_support／tax_relief"]),
        (Wanted(region="xingcheng"), ["地区是 huludao，应为 xingcheng"]),
        (Wanted(cites=("hld-2021-2:2", "gd-")), ["条款是 hld-2021-2:1，应有 hld-2021-2:2／gd-"]),
        (Wanted(cites=("hld-2021-2",)), []),
        (Wanted(facts={"insured_headcount": 32, "unit_kind": "enterprise"}), ["事实 insured_headcount 是 28，应为 32"]),
        (Wanted(facts={"layoff_rate": 6}), ["事实 layoff_rate 是 None，应为 6"]),
        (Wanted(amounts=(Figure(Decimal(300), "CNY"),)), ["金额没有 300 CNY"]),
        (Wanted(earliest="2021-10-01"), ["没有给出最早日期 2021-10-01"]),
        (Wanted(says=("符合", "不够")), ["没有说 不够"]),
        (Wanted(items={"eligible": ("tax_relief",)}), ["清单里没有 tax_relief（eligible）"]),
    ],
)  # fmt: skip
def test_what_one_reply_lacks_is_told(wanted: Wanted, said: list[str]) -> None:
    assert unmet(wanted, determined(facts=REFUND)) == said


def test_all_that_is_wanted_must_be_in_one_reply(judge: Judge) -> None:
    wanted = turn("两件事", matters=frozenset({"tax_relief"}), cites=("hld-2021-2:7",))
    apart = [determined(facts=REFUND, citations=[citation("hld-2021-2:7")]), asking("region", matter="tax_relief")]
    together = [asking("region"), asking("region", matter="tax_relief", citations=[citation("hld-2021-2:7")])]
    assert len(problems(judged(judge, (wanted,), apart))) == 1
    assert problems(judged(judge, (wanted,), together)) == []


@pytest.mark.parametrize(
    ("unwanted", "said"),
    [
        ({"cites_not": ("hld-",)}, "不该引用 hld-2021-2:1"),
        ({"facts_not": ("unit_kind",)}, "不该有事实 unit_kind"),
        ({"says_not": ("符合",)}, "不该说 符合"),
    ],
)
def test_what_must_not_be_is_looked_for_in_every_reply(judge: Judge, unwanted: dict[str, Any], said: str) -> None:
    score = judged(judge, (turn("够吗", **unwanted),), [asking("region"), determined(facts=REFUND)])
    assert problems(score) == [f"第 1 轮：{said}"]


@pytest.mark.parametrize(
    ("wanted", "then", "said"),
    [
        ({"asks": False}, asking("unit_kind"), "不该再问（unit_kind）"),
        ({"asks": True}, determined(facts=REFUND), "应当还在问"),
        ({"asks": frozenset({"region"})}, asking("unit_kind"), "问的是 unit_kind，应问 region"),
        ({"same_question": True}, asking("unit_insured"), "应回到原来的问题 unit_kind，现在是 unit_insured"),
        ({"same_question": True}, asking("unit_kind"), None),
        ({"new_question": True}, asking("unit_insured"), None),
        ({"new_question": True}, determined(facts=REFUND), None),
    ],
)
def test_the_question_open_after_a_turn_is_held(
    judge: Judge, wanted: dict[str, Any], then: Any, said: str | None
) -> None:
    score = judged(judge, (turn("够吗"), turn("那个呢", **wanted)), [asking("unit_kind")], [then])
    assert problems(score) == ([f"第 2 轮：{said}"] if said else [])


def test_two_replies_wanted_must_come_in_their_order(judge: Judge) -> None:
    both = Turn("两件事", None, 0, (Wanted(status=frozenset({"determined"})), Wanted(status=frozenset({"clarifying"}))))
    first, second = determined(facts=REFUND), asking("region")
    assert problems(judged(judge, (both,), [first, second])) == []
    assert len(problems(judged(judge, (both,), [second, first]))) == 2
    assert problems(judged(judge, (both,), [first])) == ["第 1 轮：应有 2 条答复，只有 1 条"]


def test_after_an_answer_no_answered_question_comes_again(judge: Judge) -> None:
    score = judged(
        judge, (turn("够吗"), turn(most=3)), *asks("unit_kind", "unit_insured", "unit_kind"), [determined(facts=REFUND)]
    )
    assert problems(score) == ["第 2 轮：又问了已经答过的 unit_kind"]


def test_the_fact_just_given_may_be_confirmed_once(judge: Judge) -> None:
    once = judged(judge, (turn("够吗"), ALL), *asks("unit_kind", "unit_kind"), [determined(facts=REFUND)])
    assert problems(once) == []
    twice = judged(judge, (turn("够吗"), ALL), *asks("unit_kind", "unit_kind", "unit_kind"), [determined(facts=REFUND)])
    assert problems(twice) == ["第 2 轮：又问了已经答过的 unit_kind"]


def test_who_does_not_know_is_not_asked_again(judge: Judge) -> None:
    held = dialogue(turn("够吗"), ALL)
    score = judged(judge, held, *asks("unit_kind", "unit_kind"), [determined(facts=REFUND)])
    assert problems(score) == ["第 2 轮：又问了已经答过的 unit_kind"]


@pytest.mark.parametrize("words", ["上一步", "不对，是32人", "稳岗返还到哪天截止"])
def test_after_other_words_a_question_may_come_again(judge: Judge, words: str) -> None:
    turns = (turn("够吗"), turn(answer=1), turn(words), ALL)
    score = judged(
        judge, turns, *asks("unit_kind", "unit_insured", "unit_kind", "unit_insured"), [determined(facts=REFUND)]
    )
    assert problems(score) == []


def test_what_was_skipped_does_not_come_again(judge: Judge) -> None:
    turns = (turn("够吗"), turn("跳过"), ALL)
    at_once = judged(judge, turns, *asks("unit_kind", "unit_kind"), [determined(facts=REFUND)])
    assert "第 2 轮：又问了已经跳过的 unit_kind" in problems(at_once)
    later = judged(judge, turns, *asks("unit_kind", "unit_insured", "unit_kind"), [determined(facts=REFUND)])
    assert problems(later) == ["第 3 轮：又问了已经答过的 unit_kind"]


def test_what_the_person_told_while_asked_does_not_come_again(judge: Judge) -> None:
    told = asking("unit_insured", facts={"unit_kind": fact("enterprise")})
    turns = (turn("够吗"), turn("我们是个厂"), ALL)
    score = judged(judge, turns, [asking("unit_kind")], [told], [asking("unit_kind")], [determined(facts=REFUND)])
    assert problems(score) == ["第 3 轮：又问了已经答过的 unit_kind"]


def test_a_verdict_that_the_rules_do_not_give_is_wrong(judge: Judge) -> None:
    assert judged(judge, (turn("够吗"),), [determined(facts=REFUND)]).wrong_verdicts == ()
    for facts in (
        {**REFUND, "insured_headcount": fact(32)},
        {**REFUND, "insured_headcount": fact(28, confirmed=False)},
    ):
        score = judged(judge, (turn("够吗", verdict="eligible"),), [determined(facts=facts)])
        assert len(score.wrong_verdicts) == 1
        assert not score.success


def test_an_approximate_fact_decides_by_its_bounds(judge: Judge) -> None:
    about = {**fact(25, confirmed=False), "low": 22, "high": 28}
    assert judged(judge, (turn("够吗"),), [determined(facts={**REFUND, "insured_headcount": about})]).success


def test_the_verdicts_of_a_list_are_checked_too(judge: Judge) -> None:
    item = {
        "matter": "job_retention_refund",
        "name": "稳岗返还",
        "verdict": "ineligible",
        "summary": "",
        "missing": [],
        "clause": None,
    }
    reply = {**determined(facts=REFUND, verdict=None, items=[item]), "status": "listed"}
    assert len(judged(judge, (turn("能领什么"),), [reply]).wrong_verdicts) == 1


def test_the_opposite_of_the_wanted_verdict_is_counted(judge: Judge) -> None:
    score = judged(judge, (turn("够吗", verdict="ineligible"),), [determined(facts=REFUND)])
    assert (score.contrary, len(score.wrong_verdicts), score.success) == (1, 0, False)


def test_a_reply_off_the_contract_and_an_error_are_problems(judge: Judge) -> None:
    score = judged(judge, (turn("够吗"),), [{**determined(facts=REFUND), "verdict": "need_info"}])
    assert problems(score)[0].startswith("第 1 轮：不合契约：$.verdict")
    assert "第 1 轮：没有答复：HTTP 500" in problems(judged(judge, (turn("够吗"), turn("好")), "HTTP 500"))
    assert "第 1 轮：对话到此中断" in problems(judged(judge, (turn("够吗"), turn("好")), "HTTP 500"))


def test_a_question_open_through_a_digression_is_put_once(judge: Judge) -> None:
    turns = (turn("够吗"), turn("到哪天截止"), ALL)
    score = judged(judge, turns, *asks("unit_kind", "unit_kind", "unit_insured"), [determined(facts=REFUND)])
    assert score.questions == (2,)


def test_an_interview_without_a_verdict_counts_nothing(judge: Judge) -> None:
    dropped = {**determined(verdict=None), "status": "smalltalk", "citations": [], "reasons": [], "calibers": []}
    score = judged(
        judge, (turn("够吗"), turn("取消"), turn("够吗")), *asks("unit_kind"), [dropped], [determined(facts=REFUND)]
    )
    assert (score.questions, score.direct_verdicts) == ((), 1)


def test_the_measures_are_over_all_dialogues(judge: Judge) -> None:
    good = judged(judge, (turn("够吗"), ALL), *asks("unit_kind", "unit_insured"), [determined(facts=REFUND)])
    bad = judged(judge, (turn("够吗", asks=False), ALL), *asks("unit_kind"), [determined("ineligible", facts=REFUND)])
    values = dialogue_values([good, bad])
    assert [values[name][1] for name in ("dialogue_success", "wrong_verdicts", "median_questions")] == [0.5, 1, 1.5]
    assert [value for _, value in dialogue_values([]).values()] == [None, None, None]
    assert median_questions([]) is None
    assert "50.0％（9.5–90.5）1/2" in dialogue_report([good, bad])


def test_a_failed_dialogue_is_written_with_all_that_was_said(judge: Judge) -> None:
    score = judged(judge, (turn("够吗"), turn(most=1)), *asks("unit_kind", "unit_insured"))
    told = transcript(score)
    for words in (
        "人：够吗",
        "人：是",
        "问 unit_insured：是多少？",
        "✗ 答了 1 个问题还在问（unit_insured）",
        "有 1 处不对",
    ):
        assert words in told
    written = record(score)
    assert [(step["said"], step["answers"]) for step in written["transcript"]] == [("够吗", None), ("是", "unit_kind")]
    assert written["failed"] == ["第 2 轮：答了 1 个问题还在问（unit_insured）"]
