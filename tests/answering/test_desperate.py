"""Who speaks of ending a life is told whom to call, whatever the model made of the message."""

from __future__ import annotations

from typing import Any

import pytest

from koujing.answering.conversation import respond
from koujing.settings import DEMO_DATE
from tests.answering.replies import misfits, policies

MATTER = {"topic": "unemployment_assistance", "intent": "ask_how", "share": 0.99}


def replies(text: str, memory: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    understood = {"text": text, "questions": [{**MATTER, "text": text}]}
    said, _ = respond(policies(), understood, {"region": "huludao", "facts": {}}, memory or {}, DEMO_DATE)
    return said


@pytest.mark.parametrize(
    "text",
    [
        "补贴批不下来,我真的不想活了",
        "失业补助金再不发我就从楼上跳下去",
        "催债的天天来,不如跳落珠江",
        "我企喺天台,唔知点算",
        "活着没意思",
        "遗书我都写好了",
        "昨晚吃了半瓶安眠药",
        "没钱没工作,死了算了",
    ],
)
def test_whom_to_call_is_said(text: str) -> None:
    reply = replies(text)[0]
    assert misfits(reply) == []
    assert (reply["status"], reply["kind"]) == ("signposted", "distress")
    assert {"120", "12356"} <= {contact["phone"] for contact in reply["contacts"]}


def test_what_is_asked_beside_it_is_answered_after() -> None:
    first, second = replies("我弟说活着没意思,他失业补助金怎么申请")
    assert first["kind"] == "distress"
    assert second["matter"] == "unemployment_assistance"
    assert len(replies("我真的不想活了")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "天台县的失业补助金怎么领",
        "他们搞跳楼价甩卖,我们店能领稳岗返还吗",
        "我在江湖上跑了十年,怎么申请失业补助金",
        "去年裁员,今年怎么申请",
        "我家在珠江边,失业补助金去哪办",
        "人情往来做不了,怎么申请补贴",
        "想死你们了,稳岗返还怎么申请",
        "农药厂的工人失业了怎么领补助",
    ],
)
def test_what_only_sounds_so_is_answered(text: str) -> None:
    assert all(reply["kind"] != "distress" for reply in replies(text))
