"""Nothing is lost and nothing is doubled: reloads, second tabs, cut networks, and desks that end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.e2e.running import Running
from tests.e2e.web.window import Window, kinds

ASSISTANCE = "我失业了能领失业补助金吗"
LAW_FIRM = "律所12个人参保去年一个没裁能领稳岗返还吗"
DEADLINE = "稳岗返还什么时候截止"
BACK = 60_000
ONCE = ["message", "reply"]


def test_a_reload_in_an_interview_goes_on(window: Window) -> None:
    window.ask(ASSISTANCE)
    window.press("是")
    window.input.fill("写到一半")
    window.page.reload()
    expect(window.replies).to_have_count(2)
    expect(window.input).to_have_value("写到一半")
    window.input.fill("")
    reply = window.press("否")
    expect(reply).to_contain_text("参加过失业保险")
    assert kinds(window.record()) == ONCE * 3


def test_a_second_tab_keeps_step(window: Window, context: BrowserContext) -> None:
    window.ask(ASSISTANCE)
    second = Window(context.new_page(), window.page.url)
    second.page.goto(window.page.url)
    second.open()
    expect(second.replies).to_have_count(1)
    assert second.session["token"] == window.session["token"]
    second.press("是")
    # What was said in one is seen in the other, whose older buttons are of no use any more.
    expect(window.said).to_have_count(2)
    window.expect_replies(2)
    expect(window.replies.first.locator("[data-option]:not([aria-disabled])")).to_have_count(0)
    window.press("否")
    second.expect_replies(3)
    expect(second.said).to_have_count(3)
    assert kinds(window.record()) == ONCE * 3


def test_the_network_is_cut_after_a_message_was_sent(window: Window, context: BrowserContext) -> None:
    with window.page.expect_response("**/api/v1/web/messages"):
        window.input.fill(LAW_FIRM)
        window.input.press("Enter")
    context.set_offline(True)
    window.input.fill(DEADLINE)
    window.input.press("Enter")
    expect(window.root.get_by_text("网络断开了").first).to_be_visible()
    expect(window.said.last).to_contain_text(DEADLINE)
    assert kinds(window.record()).count("message") == 1
    context.set_offline(False)
    expect(window.replies).to_have_count(2, timeout=BACK)
    expect(window.said).to_have_count(2)
    expect(window.root.get_by_text("网络断开了")).to_have_count(0)
    assert kinds(window.record()) == ONCE * 2


def test_a_message_whose_answer_was_lost_is_sent_again_and_taken_once(window: Window) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        if len(lost) < 2:
            route.fetch()  # the desk has it
            lost.append(str(route.request.post_data))
            route.abort("connectionreset")
        else:
            route.continue_()

    window.page.route("**/api/v1/web/messages", lose)
    window.input.fill(DEADLINE)
    window.input.press("Enter")
    expect(window.replies).to_have_count(1, timeout=BACK)
    window.wait_for(lambda kept: not kept.get("outbox"))
    assert len(set(lost)) == 1
    expect(window.said).to_have_count(1)
    assert kinds(window.record()) == ONCE


def test_without_streams_it_polls(stack: Running, context: BrowserContext) -> None:
    def no_stream(route: Route) -> None:
        if "text/event-stream" in route.request.headers.get("accept", ""):
            route.abort("failed")
        else:
            route.continue_()

    page = context.new_page()
    page.route("**/api/v1/web/events*", no_stream)
    page.goto(f"{stack.url}/?region=huludao")
    window = Window(page, stack.url).open()
    window.input.fill(DEADLINE)
    window.input.press("Enter")
    expect(window.replies).to_have_count(1, timeout=BACK)
    assert kinds(window.record()) == ONCE


def _stop(stack: Running) -> None:
    stack.stop_desk()


def _kill(stack: Running) -> None:
    stack.kill_desk()


@pytest.mark.parametrize("end", [_stop, _kill], ids=["stopped", "killed"])
def test_the_desk_ends_in_a_turn_and_comes_back(window: Window, stack: Running, end: Callable[[Running], None]) -> None:
    reply = window.ask(DEADLINE)
    reply.get_by_role("button", name="有用", exact=True).click()
    expect(reply.locator("footer")).to_contain_text("谢谢，已记下")
    window.root.get_by_role("button", name="转人工").click()
    dialog = window.root.get_by_role("dialog")
    dialog.get_by_label("我同意").check()
    dialog.get_by_label("电话号码", exact=True).fill("13800000000")
    dialog.get_by_role("button", name="提交").click()
    expect(dialog.get_by_role("status")).to_contain_text("已留下回电请求")
    with window.page.expect_response("**/api/v1/web/messages"):
        dialog.get_by_role("button", name="返回").click()
        window.last.locator("[data-option]").first.click()
    end(stack)
    window.input.fill(LAW_FIRM)
    window.input.press("Enter")
    expect(window.root.get_by_text("网络断开了").first).to_be_visible()
    stack.start_desk()
    expect(window.replies).to_have_count(3, timeout=BACK)
    expect(window.said).to_have_count(3)
    events = window.record()
    assert sorted(kinds(events)) == ["message"] * 3 + ["notice"] + ["reply"] * 3
    assert len({event["message_id"] for event in events if event["type"] == "reply"}) == 3
    # The request is still there: it can be taken back. So is what was said of the reply.
    window.root.get_by_role("button", name="转人工").click()
    dialog.get_by_role("button", name="撤回请求").click()
    expect(dialog.get_by_role("status")).to_contain_text("已撤回")
    assert _judged(window, stack) == 1


def _judged(window: Window, stack: Running) -> int:
    """How many replies of this conversation the page without script shows as judged."""
    context = window.page.context.browser
    assert context is not None
    plain = context.new_context(java_script_enabled=False)
    token = window.session["token"]
    plain.add_cookies([{"name": "koujing_chat", "value": token, "url": f"{stack.url}/chat"}])
    page = plain.new_page()
    page.goto(f"{stack.url}/chat?site=demo")
    count = page.locator(".noted", has_text="有用").count()
    plain.close()
    return count
