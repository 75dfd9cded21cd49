"""Buttons: numbered through, resolved from the reply that they stand under."""

from __future__ import annotations

from typing import Any

from koujing.desk.web.choices import choices, chosen, receipt_of
from tests.desk.conftest import DEMO_DATE, blank_reply

RECEIPT = "AB12CD34EF56"


def listed(**given: Any) -> dict[str, Any]:
    item = {"matter": "m", "verdict": "need_info", "summary": "说明", "missing": [], "clause": None}
    items = [{**item, "name": "稳岗返还"}, {**item, "name": "失业补助金"}]
    return blank_reply("listed", "有这些。", DEMO_DATE, items=items, receipt=RECEIPT, **given)


def ask(kind: str) -> dict[str, Any]:
    options = [{"id": "yes", "label": "是"}, {"id": "no", "label": "否"}]
    return {"fact": "f", "question": "参保了吗？", "why": None, "type": kind, "options": options}


def test_a_listed_matter_is_said_by_its_place_and_shown_by_its_name() -> None:
    found = choices(listed(suggestions=["怎么办？"]))
    assert [(choice.id, choice.kind, choice.label, choice.says) for choice in found] == [
        (f"{RECEIPT}.1", "item", "稳岗返还", "第1个"),
        (f"{RECEIPT}.2", "item", "失业补助金", "第2个"),
        (f"{RECEIPT}.3", "suggestion", "怎么办？", "怎么办？"),
    ]


def test_beside_a_question_nothing_leads_away_from_it() -> None:
    kinds = [choice.kind for choice in choices(listed(ask=ask("yes_no"), suggestions=["怎么办？"]))]
    assert kinds == ["option", "option", "item", "item"]
    assert [choice.kind for choice in choices(listed(ask=ask("number")))] == ["option", "option"]


def test_a_button_is_found_again_by_its_id() -> None:
    reply = listed()
    found = chosen(reply, f"{RECEIPT}.2")
    assert found is not None
    assert found.says == "第2个"
    assert chosen(reply, f"{RECEIPT}.9") is None
    assert chosen(reply, "") is None
    assert receipt_of(f"{RECEIPT}.2") == RECEIPT
