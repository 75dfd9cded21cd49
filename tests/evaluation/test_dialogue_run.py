from __future__ import annotations

from tests.evaluation.dialogue_run import UNKNOWN, play
from tests.evaluation.scripted import asking, determined, dialogue, scripted, turn


def test_the_person_answers_what_is_asked_in_its_own_words() -> None:
    say, heard = scripted([asking("unit_kind")], [asking("insured_headcount")], [determined()])
    played = play(dialogue(turn("够条件吗"), turn(most=6), unit_kind="是个厂", insured_headcount="28个"), say)
    assert heard == ["够条件吗", "是个厂", "28个"]
    assert [step.answering for each in played for step in each.steps] == [False, True, True]
    assert [step.open_before for step in played[1].steps] == ["unit_kind", "insured_headcount"]
    assert played[1].steps[-1].open_after is None
    assert played[1].hindrance is None


def test_what_the_person_does_not_know_is_said_so() -> None:
    say, heard = scripted([asking("unit_kind")], [determined()])
    play(dialogue(turn("够条件吗"), turn(answer=1)), say)
    assert heard == ["够条件吗", UNKNOWN]


def test_the_last_reply_that_asks_holds_the_open_question() -> None:
    say, heard = scripted([asking("region"), asking("unit_kind"), determined()], [determined()])
    play(dialogue(turn("两件事"), turn(answer=1), region="葫芦岛", unit_kind="厂"), say)
    assert heard == ["两件事", "厂"]


def test_only_so_many_questions_are_answered() -> None:
    say, heard = scripted(*[[asking("unit_kind")], [asking("insured_headcount")], [asking("layoffs_last_year")]])
    played = play(dialogue(turn("够条件吗"), turn(most=2)), say)
    assert len(heard) == 3
    assert played[1].hindrance == "答了 2 个问题还在问（layoffs_last_year）"


def test_one_answer_leaves_the_next_question_open() -> None:
    say, heard = scripted([asking("unit_kind")], [asking("insured_headcount")], [determined()])
    played = play(dialogue(turn("够条件吗"), turn(answer=1), turn("为什么问这个")), say)
    assert heard[-1] == "为什么问这个"
    assert played[1].hindrance is None
    assert played[2].steps[0].open_before == "insured_headcount"


def test_with_nothing_asked_there_is_nothing_to_answer() -> None:
    say, heard = scripted([determined()])
    played = play(dialogue(turn("够条件吗"), turn(most=3), turn(answer=1)), say)
    assert heard == ["够条件吗"]
    assert [each.hindrance for each in played] == [None, None, "没有问题可答"]


def test_a_dialogue_ends_where_no_reply_comes() -> None:
    say, heard = scripted("HTTP 500", [determined()])
    played = play(dialogue(turn("够条件吗"), turn("那多少钱")), say)
    assert heard == ["够条件吗"]
    assert [each.steps[0].error for each in played] == ["HTTP 500"]
