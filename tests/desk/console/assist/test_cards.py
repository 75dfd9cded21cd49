"""How sure a reply is, and the words relied on in a clause."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from koujing.answering.answer import answer
from koujing.desk.console.assist.cards import badge, card, marked
from koujing.desk.web.view import view
from koujing.knowledge.base import Knowledge
from tests.answering.replies import asked, situation
from tests.desk.conftest import blank_reply

CALIBER = [{"id": "huludao.x.y", "version": "1"}]


def reply(status: str, **given: Any) -> dict[str, Any]:
    return blank_reply(status, "一句话。", dt.date(2021, 9, 15), **given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (reply("determined"), "rule"),
        (reply("listed"), "rule"),
        (reply("answered", calibers=CALIBER), "caliber"),
        (reply("referred", calibers=CALIBER), "caliber"),
        (reply("referred"), "pending"),
        (reply("answered"), "pending"),
        (reply("quoted"), "quote"),
        *((reply(status, calibers=CALIBER), "pending") for status in ("clarifying", "outside_region", "refused", "error")),
    ],
)  # fmt: skip
def test_the_badge(given: dict[str, Any], expected: str) -> None:
    assert badge(given) == expected


def test_only_rules_and_calibers_are_copied_with_one_key(knowledge: Knowledge) -> None:
    copied = {
        status: card(reply(status, calibers=CALIBER), knowledge, view).copied
        for status in ("determined", "listed", "answered", "referred", "quoted", "clarifying", "refused")
    }
    assert [status for status, may in copied.items() if may] == ["determined", "listed", "answered", "referred"]


@pytest.mark.parametrize(
    ("text", "quote", "relied"),
    [
        ("甲乙丙丁", "乙丙", "乙丙"),
        ("甲 乙\n丙，丁", "乙丙", "乙\n丙"),
        ("高於６％的單位", "高于6％的", "高於６％的"),
        ("甲乙", "丙", ""),
        ("甲乙", "", ""),
    ],
)
def test_the_words_relied_on_are_marked(text: str, quote: str, relied: str) -> None:
    pieces = marked(text, quote)
    assert "".join(piece for piece, _ in pieces) == text
    assert "".join(piece for piece, on in pieces if on) == relied


def test_every_quote_of_every_caliber_is_marked_in_its_clause(knowledge: Knowledge) -> None:
    for provision in knowledge.provisions.values():
        for calibers in provision.calibers.values():
            for cite in (cite for caliber in calibers for cite in caliber.cites):
                assert any(on for _, on in marked(knowledge.clauses[cite.clause].text, cite.quote)), cite


def test_related_questions_know_their_aspect(knowledge: Knowledge) -> None:
    given = answer(knowledge, asked("job_retention_refund", "amount"), situation("huludao"))
    related = card(given, knowledge, view).related
    assert [each["text"] for each in related] == given["suggestions"]
    assert {each["pick"]["matter"] for each in related} == {"job_retention_refund"}
    assert [each["pick"]["aspect"] for each in related] == ["conditions", "deadline", "how"]


def test_other_words_have_another_key(knowledge: Knowledge) -> None:
    keys = {
        card(given, knowledge, view).key
        for given in (reply("answered"), reply("answered", calibers=CALIBER), reply("answered", region="huludao"))
    }
    assert len(keys) == 3
