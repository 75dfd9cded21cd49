"""What steers a conversation is learnt from wordings of it; answers and questions are none."""

from __future__ import annotations

import pytest

from koujing.search.acts import NONE, ActModel

EXAMPLES = {
    "skip": ["这条先撂一边", "跳过这个", "先不说这个，下一条", "这题略过吧", "下一个问题", "这条搁一搁，问别的"],
    "why": ["问这个干嘛用", "打听这个有啥用", "你要知道这个做什么", "这跟领钱有什么关系", "为什么要问这个"],
    NONE: ["28个人", "没有，从来没领过", "上个月底", "是的", "要什么材料", "多少钱一个月", "在厂里上班", "交了两年"],
}


@pytest.fixture(scope="module")
def model() -> ActModel:
    model = ActModel()
    model.fit([(text, act) for act, texts in EXAMPLES.items() for text in texts * 3])
    return model


@pytest.mark.parametrize(("text", "act"), [("这条撂一边去吧", "skip"), ("打听这个干啥用", "why")])
def test_other_wordings_of_an_act_are_that_act(model: ActModel, text: str, act: str) -> None:
    shares = model.read(text)
    assert max(shares, key=lambda each: shares[each]) == act
    assert shares[act] > 0.5


@pytest.mark.parametrize("text", ["32个人", "没领过", "要交什么材料"])
def test_an_answer_or_a_question_is_none(model: ActModel, text: str) -> None:
    assert max(model.read(text).values(), default=0) < 0.5
    assert NONE not in model.read(text)
