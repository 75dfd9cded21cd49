"""The clause that a question names by its number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.answering.numbered import clause_numbered
from koujing.text.normalise import normalise
from tests.answering.replies import policies


def named(text: str, notice: str = "hld-2021-2") -> str | None:
    return clause_numbered(policies(), normalise(text), policies().notices[notice])


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("第六条原文", "hld-2021-2:6"),
        ("（六）项怎么写的", "hld-2021-2:6"),
        ("（十八）全文", "hld-2021-2:18"),
        ("葫人社发〔2021〕2号（一）里免申即享原话怎么说的", "hld-2021-2:1"),
        ("葫人社发2号第（十四）项", "hld-2021-2:14"),
        ("2号文第十条", "hld-2021-2:10"),
        ("第3点一字不改发我", "hld-2021-2:3"),
        ("附件1第8项", "hld-2021-2:a1.8"),
        ("附件2第一大项第5小项，一字不改发我", "hld-2021-2:a2.1.5"),
        ("附件二第二部分第（三）项原话", "hld-2021-2:a2.2.3"),
        ("附件2第一部分", "hld-2021-2:a2.1"),
        ("附件2原文", "hld-2021-2:a2"),
        ("附件2第九项", "hld-2021-2:a2"),
    ],
)
def test_numbers_lead_to_the_narrowest_clause(text: str, clause: str) -> None:
    assert named(text) == clause


def test_a_heading_names_its_clause() -> None:
    assert named("条文：四、提升经办服务能力 全部内容", "gd-2021-28") == "gd-2021-28:4"


@pytest.mark.parametrize(
    "text",
    [
        "把那一条的原话给我",
        "每一条都要",
        "第四十条",
        "第二次怎么办",
        "葫人社发〔2021〕2号原文",
        "2021年12月31日",
        "附件9",
        "",
    ],
)
def test_other_numbers_lead_nowhere(text: str) -> None:
    assert named(text) is None


@given(st.text(alphabet="第附件（()）一二三四五十0123456789条项款、大小部分号年〔〕 原文", max_size=30))
def test_whatever_is_written_leads_to_a_clause_of_the_notice_or_nowhere(text: str) -> None:
    found = named(text)
    assert found is None or (found in policies().clauses and found.startswith("hld-2021-2:"))
