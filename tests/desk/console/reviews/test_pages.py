"""The list of turns to look at, and one of them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from koujing.settings import ROOT
from koujing.store.audit import Filter as AuditFilter
from tests.desk.console.matrix import wrong_answers
from tests.desk.console.reviews.conftest import DRAFT, EXAMPLE, HOME, TOPIC, Desk, reply, silent

pytestmark = pytest.mark.anyio


async def questions(browser: Any, query: str = "") -> list[str]:
    page = await browser.page(f"{HOME}{query}")
    return [link.text.strip() for link in page.all("a") if "data-row" in link.attributes]


def git_takes(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    subprocess.run(["git", "apply", "--check", str(path)], cwd=ROOT, check=True)


async def test_what_was_not_answered_not_sure_or_of_no_use_is_listed(desk: Desk) -> None:
    desk.say(reply("answered", "答得好的"))
    desk.say(reply("outside_scope", "养老金怎么领", matter=None, aspect=None))
    desk.say(reply("answered", "像这样那样的", aspect="amount"), read={"share": 0.31, "topics": [[TOPIC, 0.31]]})
    desk.say(reply("answered", "有把握的"), read={"share": 0.97, "topics": [[TOPIC, 0.97]]})
    desk.say(reply("quoted", "原文念给我", kind="original"))
    (receipt,) = desk.say(reply("answered", "答得没用的"))
    desk.useless(receipt, note="不对")
    browser = await desk.reviewer()
    assert await questions(browser) == ["答得没用的", "像这样那样的", "养老金怎么领"]
    for query, found in (
        ("?kind=useless", ["答得没用的"]),
        ("?kind=doubtful", ["像这样那样的"]),
        ("?status=outside_scope", ["养老金怎么领"]),
        (f"?matter={TOPIC}", ["答得没用的", "像这样那样的"]),
        ("?q=养老", ["养老金怎么领"]),
        ("?channel=wechat", []),
        (
            "?channel=web&region=huludao&since=2026-11-20&until=2026-11-20",
            ["答得没用的", "像这样那样的", "养老金怎么领"],
        ),
        ("?until=2026-11-19", []),
        ("?state=done", []),
        ("?state=all", ["答得没用的", "像这样那样的", "养老金怎么领"]),
        ("?page=2", []),
    ):
        assert await questions(browser, query) == found, query
    page = await browser.page(HOME)
    assert "把握低 31%" in " ".join(page.text.split())
    assert (await browser.get(f"{HOME}?since=2021-02-30")).status_code == 422


async def test_a_turn_shows_the_words_around_it_and_its_proof_and_is_noted(desk: Desk) -> None:
    desk.say(reply("answered", "先前的问题"), client="hotline")
    fact = {
        "insured_headcount": {"value": 28, "words": "28人", "label": "参保人数", "said": "28个人", "confirmed": True}
    }
    (receipt,) = desk.say(reply("referred", "去哪里办", aspect="where", facts=fact), client="hotline")
    desk.useless(receipt, "hotline", reason="incomplete", note="没有说窗口")
    browser = await desk.reviewer()
    await questions(browser)
    page = await browser.page(f"{HOME}/1")
    for words in ("先前的问题", "去哪里办", "28个人", "不完整：没有说窗口", receipt):
        assert words in page.text
    (noted,) = desk.console.parts.audit.find(AuditFilter(action="review_view"))
    assert noted.object == "review:1"
    assert "去哪里办" not in str(noted.detail)
    assert (await browser.get(f"{HOME}/99")).status_code == 404


async def test_a_label_is_kept_and_nobody_overwrites_it_unseen(desk: Desk) -> None:
    desk.say(silent())
    browser, other = await desk.reviewer(), await desk.editor()
    await questions(browser)
    label = {"label": "wrong_matter", "matter": "unemployment_assistance", "note": "电话13812345678", "revision": "0"}
    missing = await browser.post(f"{HOME}/1/label", {**label, "matter": ""})
    assert (missing.status_code, "还没有选正确的事项" in missing.text) == (422, True)
    assert (await browser.post(f"{HOME}/1/label", label)).status_code == 303
    turn = desk.made.reviews.reviews.get(1)
    assert (turn.state, turn.label, turn.right_matter, turn.by) == (
        "labelled", "wrong_matter", "unemployment_assistance", "Reviewer"
    )  # fmt: skip
    assert turn.note == "电话【手机号】"
    late = await other.post(f"{HOME}/1/label", {"label": "correct", "note": "我写的", "revision": "0"})
    assert late.status_code == 409
    assert "我写的" in late.text
    assert desk.made.reviews.reviews.get(1).label == "wrong_matter"
    by_caliber = {"label": "wrong_aspect", "caliber": f"huludao.{TOPIC}.amount", "revision": "1"}
    assert (await other.post(f"{HOME}/1/label", by_caliber)).status_code == 303
    assert desk.made.reviews.reviews.get(1).right_aspect == "amount"
    assert (await other.post(f"{HOME}/1/label", {**by_caliber, "caliber": "no.such.one"})).status_code == 422


async def test_a_turn_is_dismissed_with_a_reason_done_and_opened_again(desk: Desk) -> None:
    desk.say(silent())
    browser = await desk.reviewer()
    await questions(browser)

    async def move(name: str, revision: int, **more: str) -> int:
        return (await browser.post(f"{HOME}/1/{name}", {"revision": str(revision), **more})).status_code

    assert await move("done", 0) == 409
    assert await move("dismiss", 0) == 422
    assert await move("dismiss", 0, note="打错字") == 303
    assert desk.made.reviews.reviews.get(1).state == "dismissed"
    assert await move("reopen", 1) == 303
    assert await move("label", 2, label="correct") == 303
    assert await move("done", 3) == 303
    assert await questions(browser, "?state=done") == ["稳岗返还去哪个窗口办"]
    assert await move("reopen", 4) == 303
    assert desk.made.reviews.reviews.get(1).state == "labelled"


async def test_the_next_and_the_one_before_follow_the_filters(desk: Desk, time: Any) -> None:
    for n in range(3):
        desk.say(reply("referred", f"问题{n}"))
        time.pass_(minutes=1)
    desk.say(reply("outside_scope", "别的", matter=None, aspect=None))
    browser = await desk.reviewer()
    assert len(await questions(browser)) == 4
    page = await browser.page(f"{HOME}/2?from=status%3Dreferred%26state%3Dopen")
    links = {
        link.attributes["data-key"]: link.attributes["href"] for link in page.all("a") if "data-key" in link.attributes
    }
    assert links["k"].startswith(f"{HOME}/3?")
    assert links["j"].startswith(f"{HOME}/1?")
    last = await browser.page(f"{HOME}/3?from=status%3Dreferred")
    assert "k" not in [link.attributes.get("data-key") for link in last.all("a")]


async def test_what_a_citizen_clears_is_gone_here_too(desk: Desk) -> None:
    desk.say(silent())
    browser = await desk.reviewer()
    assert await questions(browser) == ["稳岗返还去哪个窗口办"]
    with desk.console.parts.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM sessions")
    assert await questions(browser, "?state=all") == []
    assert (await browser.get(f"{HOME}/1")).status_code == 404


async def test_from_review_to_a_patch_that_git_takes(desk: Desk, tmp_path: Path) -> None:
    """An example and a draft of two turns in one patch; tried for good."""
    desk.say(silent(), reply("referred", "我们合作社今年还能不能申报呢", aspect="eligibility"))
    reviewer, editor = await desk.reviewer(), await desk.editor()
    await questions(reviewer)
    assert (await reviewer.post(f"{HOME}/1/label", {"label": "wording", "revision": "0"})).status_code == 303
    assert (await reviewer.post(f"{HOME}/2/example", EXAMPLE)).status_code == 303
    assert (await reviewer.post(f"{HOME}/1/draft", DRAFT)).status_code == 303
    # Who labels does not make the patch.
    patch = {"title": "十一月复核", "reason": "两条没答上\n换行", "change": ["1", "2"]}
    assert (await reviewer.post(f"{HOME}/patches", patch)).status_code == 403
    made = await editor.post(f"{HOME}/patches", patch)
    assert made.headers["location"] == f"{HOME}/patches/1?done=made"
    page = await editor.page(f"{HOME}/patches/1")
    assert "通过" in page.text
    assert "全部通过" in page.text
    response = await editor.get(f"{HOME}/patches/1.patch")
    assert response.headers["content-disposition"] == 'attachment; filename="koujing-0001.patch"'
    assert (await reviewer.get(f"{HOME}/patches/1.patch")).status_code == 403
    text = response.text
    assert "# 作者角色：政策编辑" in text
    assert "Reviewer" not in text
    assert 'approval: {status: draft, role: "班长（质检）", date: 2026-11-20}' in text
    git_takes(tmp_path / "1.patch", text)
    assert [desk.made.reviews.reviews.get(id).state for id in (1, 2)] == ["patched", "patched"]
    # A change is in one patch only.
    assert (await editor.post(f"{HOME}/patches", patch)).status_code == 422
    assert (await editor.post(f"{HOME}/changes/1/withdraw")).status_code == 409
    assert (await editor.post(f"{HOME}/patches/1/merged", {"why": "3fa92c1"})).status_code == 303
    assert [desk.made.reviews.reviews.get(id).state for id in (1, 2)] == ["done", "done"]
    actions = {entry.action for entry in desk.console.parts.audit.find(AuditFilter())}
    assert {"review_label", "review_change", "patch_make", "patch_take", "patch_merge"} <= actions


async def test_a_patch_that_does_not_fit_tells_why_and_its_changes_come_back(
    desk: Desk, untried: Callable[[bool], None]
) -> None:
    untried(False)
    desk.say(silent())
    editor = await desk.editor()
    await questions(editor)
    assert (await editor.post(f"{HOME}/1/draft", DRAFT)).status_code == 303
    assert (await editor.post(f"{HOME}/patches", {"title": "一", "reason": "二", "change": "1"})).status_code == 303
    assert "没有通过" in (await editor.page(f"{HOME}/patches/1")).text
    untried(True)
    assert (await editor.post(f"{HOME}/patches/1/try")).status_code == 303
    assert "没有通过" not in (await editor.page(f"{HOME}/patches/1")).text
    assert (await editor.post(f"{HOME}/patches/1/dropped", {"why": ""})).status_code == 422
    assert (await editor.post(f"{HOME}/patches/1/dropped", {"why": "说法再想想"})).status_code == 303
    assert (await editor.post(f"{HOME}/patches/1/merged", {"why": "x"})).status_code == 409
    assert desk.made.reviews.reviews.get(1).state == "labelled"
    page = await editor.page(f"{HOME}/patches")
    assert [box.attributes["value"] for box in page.all("input") if box.attributes.get("type") == "checkbox"] == ["1"]
    assert (await editor.post(f"{HOME}/changes/1/withdraw")).status_code == 303
    assert desk.made.reviews.patches.ready() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "我叫【身份证号】能领吗"}, "遮盖"),
        ({"seen": ""}, "勾选"),
        ({"aspect": ""}, "方面"),
        ({"matter": ""}, "事项"),
    ],
)
async def test_an_example_that_may_not_be_learnt_from_is_refused(
    desk: Desk, change: dict[str, str], field: str
) -> None:
    desk.say(silent())
    browser = await desk.reviewer()
    await questions(browser)
    response = await browser.post(f"{HOME}/1/example", {**EXAMPLE, **change})
    assert response.status_code == 422
    assert field in response.text


@pytest.mark.parametrize(
    "change",
    [{"quote": "通知里没有这句"}, {"clause": "x:1"}, {"provision": "huludao.nothing"}, {"text": "短"}, {"aspect": "x"},
     {"text": "打13812345678问问看吧"}, {"seen": ""}, {"plain": ""}, {"reason": ""}],
)  # fmt: skip
async def test_a_draft_needs_all_that_a_caliber_needs(desk: Desk, change: dict[str, str]) -> None:
    desk.say(silent())
    browser = await desk.reviewer()
    await questions(browser)
    response = await browser.post(f"{HOME}/1/draft", {**DRAFT, **change})
    assert response.status_code == 422
    assert desk.made.reviews.patches.ready() == []


async def test_every_route_asks_for_its_permission(desk: Desk) -> None:
    desk.say(silent())
    assert [wrong async for wrong in wrong_answers(desk.console)] == []
