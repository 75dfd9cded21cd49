"""The window in a real browser, its desk played by the test: what people see, hear and press."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from koujing.answering.answer import answer
from koujing.desk.web.view import view as real
from tests.answering.replies import asked, policies, situation
from tests.widget.chromium import NARROW, Desk, ask, html, opened, options, say, view, visit

HOSTILE = """<style>
* { font-size: 9px !important; line-height: 1 !important; letter-spacing: .5em; float: left; color: lime !important; box-sizing: content-box }
html { font-size: 62.5% } button, li, div { display: none !important } koujing-chat { display: none; opacity: .1; position: absolute; left: -999px }
</style>"""


def active(page: Page) -> str:
    """What has the focus inside the window: its class or tag."""
    return str(
        page.evaluate(
            "(() => { const a = document.querySelector('koujing-chat').shadowRoot.activeElement; return a ? a.className || a.id || a.tagName : '' })()"
        )
    )


def heard(page: Page) -> list[str]:
    return [text for text in page.locator("[aria-live=polite]").all_inner_texts() if text]


def test_the_views_of_these_tests_have_the_keys_of_real_ones() -> None:
    reply = answer(policies(), asked("job_retention_refund", "deadline"), situation("huludao"))
    assert set(view()) == set(real({**reply, "receipt": "AAAA00000001"}, policies()))


def test_the_launcher_opens_and_escape_gives_the_focus_back(browser: Browser, desk: Desk) -> None:
    page = visit(browser, desk)
    launcher = page.get_by_role("button", name="政策咨询")
    expect(launcher).to_have_attribute("aria-expanded", "false")
    launcher.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="就业政策咨询")).to_be_visible()
    assert active(page) == "input"
    page.keyboard.press("Escape")
    expect(launcher).to_be_visible()
    assert active(page) == "launcher"


def test_nothing_is_asked_of_the_desk_before_it_is_opened(browser: Browser, desk: Desk) -> None:
    visit(browser, desk)
    assert desk.calls == []


def test_on_a_phone_it_is_a_dialog_that_keeps_the_focus(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk, viewport={"width": 390, "height": 800})
    dialog = page.get_by_role("dialog", name="就业政策咨询")
    expect(dialog).to_have_attribute("aria-modal", "true")
    for key in ("Tab", "Shift+Tab"):
        for _ in range(24):
            page.keyboard.press(key)
            assert active(page)
    page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.style.overflow") == ""


def test_enter_sends_and_shift_enter_does_not(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk)
    box = page.locator("textarea")
    box.fill("第一行")
    box.press("Shift+Enter")
    page.keyboard.type("第二行")
    box.press("Enter")
    expect(page.locator("li.person .bubble p")).to_have_text("第一行\n第二行", use_inner_text=True)
    expect(box).to_have_value("")


@pytest.mark.parametrize("how", ["isComposing: true", "keyCode: 229"])
def test_enter_of_an_input_method_does_not_send(browser: Browser, desk: Desk, how: str) -> None:
    page = opened(browser, desk)
    page.locator("textarea").fill("shiye")
    page.locator("textarea").evaluate(
        f"box => box.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'Enter', bubbles: true, {how} }}))"
    )
    page.wait_for_timeout(200)
    expect(page.locator("textarea")).to_have_value("shiye")
    assert page.locator("li.person").count() == 0


def test_a_reply_says_all_of_its_view(browser: Browser, desk: Desk) -> None:
    reason = {"mark": "符合", "condition": "参保", "said": "12人", "clause": "（一）", "referred_to": None}
    given = view(
        status="determined", label="判定", badge={"verdict": "ineligible", "text": "不符合"}, text=["不符合：裁员多。", "按您说的。"],
        reasons=[{**reason, "holds": True}, {**reason, "holds": False, "mark": "不符合", "condition": "裁员率"}],
        changes=[{"text": "裁员率降到6％以下", "earliest": "2022年1月1日"}],
        amounts=[{"label": "比例", "value": "最高 60%", "formula": "按上年"}],
        windows=[{"text": "申请受理：已截止，到2021年12月31日止", "state": "closed", "state_text": "已截止"}] * 2,
        citations=[{"id": "a:1", "notice": "葫人社发〔2021〕2号", "clause_label": "（一）", "heading": "返还", "quote": "原文一句", "url": "https://example.com/a", "official": False}],
        contacts=[{"name": "热线", "phone": "12333", "tel": "tel:12333", "url": "javascript:alert(1)", "official": False, "hours": None}],
        suggestions=options("怎么办"), basis="依据：葫人社发〔2021〕2号（一）。", region="葫芦岛市", feedback=True,
    )  # fmt: skip
    desk.answer = lambda _: [given]
    page = opened(browser, desk)
    say(page, "能领吗")
    card = page.locator("article")
    expect(card.locator(".verdict")).to_contain_text("不符合")
    assert card.locator(".verdict svg").count() == 1
    for words in (
        "不符合：裁员多。",
        "裁员率降到6％以下",
        "最早 2022年1月1日",
        "最高 60%",
        "回执 AAAA00000001",
        "以官方文件为准",
        "按2021年9月15日的规定",
    ):
        expect(card).to_contain_text(words)
    # What stands against it comes first; the same window is said once.
    assert card.locator(".reasons li").first.inner_text().startswith("不符合")
    assert card.locator(".windows li").count() == 1
    expect(card.locator("blockquote")).to_be_hidden()
    card.get_by_text("依据与原文（1 条）").click()
    expect(card.locator("blockquote")).to_have_text("原文一句")
    source = card.get_by_role("link", name="查看文件原文")
    expect(source).to_contain_text("（非政府网站）")
    expect(source).to_contain_text("（新窗口打开）")
    assert card.locator("a").evaluate_all("all => all.map(a => a.protocol)") == ["tel:", "https:", "tel:"]
    assert page.problems == []


def test_text_is_never_taken_for_markup(browser: Browser, desk: Desk) -> None:
    evil = "<img src=x onerror=alert(1)><b>x</b>"
    desk.answer = lambda _: [view(text=[evil], summary=evil, suggestions=options(evil))]
    page = opened(browser, desk)
    say(page, evil)
    assert page.locator("koujing-chat img, koujing-chat .words b").count() == 0
    expect(page.locator(".words p")).to_have_text(evil)


def test_options_stay_marked_and_keep_the_focus(browser: Browser, desk: Desk) -> None:
    desk.answer = lambda text: [view(ask=ask("失业吗？", "是", "否"), text=[])] if text == "问" else [view()]
    page = opened(browser, desk)
    say(page, "问")
    group = page.get_by_role("list", name="请选择，或直接输入")
    yes = group.get_by_role("button", name="是")
    yes.focus()
    page.keyboard.press("Enter")
    page.locator("li.reply").nth(1).wait_for()
    assert desk.posted[-1]["option"] == "AAAA00000001.1"
    assert "text" not in desk.posted[-1]
    expect(yes).to_have_attribute("aria-pressed", "true")
    expect(yes).to_contain_text("（已选）")
    expect(yes).to_be_focused()
    expect(group.get_by_role("button", name="否")).to_have_attribute("aria-disabled", "true")
    sent = len(desk.posted)
    group.get_by_role("button", name="否").click(force=True)
    assert len(desk.posted) == sent


def test_buttons_of_an_earlier_turn_do_nothing_and_what_was_typed_is_marked(browser: Browser, desk: Desk) -> None:
    desk.answer = lambda text: [view(ask=ask("失业吗？", "是", "否"))] if text == "问" else [view()]
    page = opened(browser, desk)
    say(page, "问")
    say(page, "否")
    expect(page.get_by_role("button", name="否")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="是")).to_have_attribute("aria-disabled", "true")


def test_the_keyboard_fits_the_question(browser: Browser, desk: Desk) -> None:
    views = {
        "人": ask("几人？", mode="numeric", unit="人"),
        "钱": ask("多少？", mode="decimal"),
        "日": ask("几时？", mode="date"),
        "完": None,
    }
    desk.answer = lambda text: [view(ask=views[text])]
    page = opened(browser, desk)
    box = page.locator("textarea")
    for text, mode, hint in (
        ("人", "numeric", "请填数字，单位：人"),
        ("钱", "decimal", "请填数字"),
        ("日", "text", "如 2021年3月5日"),
        ("完", "text", "说说您的情况或问题"),
    ):
        say(page, text)
        expect(box).to_have_attribute("inputmode", mode)
        expect(box).to_have_attribute("placeholder", hint)


def test_the_counter_comes_at_four_fifths_and_too_much_is_not_sent(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk)
    box, count = page.locator("textarea"), page.locator(".count")
    box.fill("字" * 800)
    expect(count).to_have_text("")
    box.fill("字" * 801)
    expect(count).to_have_text("还可输入 199 字")
    box.fill("字" * 1001)
    expect(count).to_have_text("超出 1 字，请分开说")
    box.press("Enter")
    page.wait_for_timeout(200)
    assert desk.posted == []


def test_only_the_summary_and_the_number_of_options_are_said_aloud(browser: Browser, desk: Desk) -> None:
    long = view(
        summary="结论在前。",
        text=["结论在前。", "很长的说明。"],
        ask=ask("失业吗？", "是", "否"),
        badge={"verdict": "need_info", "text": "还缺信息"},
    )
    desk.answer = lambda _: [long]
    page = opened(browser, desk)
    say(page, "一")
    assert heard(page) == ["还缺信息 结论在前。 失业吗？，有 2 个选项"]
    first = page.locator("[aria-live=polite]").evaluate_all("all => all.findIndex(one => one.textContent)")
    say(page, "二")
    # The same words again, in the other region: read again.
    assert heard(page) == ["还缺信息 结论在前。 失业吗？，有 2 个选项"]
    assert page.locator("[aria-live=polite]").evaluate_all("all => all.findIndex(one => one.textContent)") != first
    expect(page.get_by_role("log", name="对话记录")).to_have_attribute("aria-live", "off")
    assert page.locator("li.person .hidden").first.text_content() == "您说："
    assert page.locator("li.reply > .hidden").first.text_content() == "助手回答："


def test_history_is_shown_and_not_said_aloud(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk)
    say(page, "一")
    page.locator("textarea").fill("没说完")
    page.reload()
    expect(page.locator("li.reply")).to_have_count(1)
    expect(page.locator("textarea")).to_have_value("没说完")
    assert heard(page) == []
    assert desk.sessions == 1


def test_new_messages_do_not_pull_away_who_reads_above(browser: Browser, desk: Desk) -> None:
    desk.answer = lambda text: [view(text=[f"{text}{n}" for n in range(60)])]
    page = opened(browser, desk)
    say(page, "长")
    page.locator(".scroller").evaluate("one => { one.scrollTop = 300 }")
    desk.event(type="message", message_id="another", text="别处说的")
    desk.event(type="reply", message_id="another", view=view())
    jump = page.get_by_role("button", name="有新消息")
    expect(jump).to_be_visible()
    assert page.locator(".scroller").evaluate("one => one.scrollTop") == 300
    jump.click()
    expect(jump).to_be_hidden()
    assert active(page) == "scroller"


def test_elder_mode_is_offered_once_and_remembered(browser: Browser, desk: Desk) -> None:
    desk.answer = lambda _: [
        view(plain=["简单说。"], text=["原来的话。"], summary="原来的话。", ask=ask("哪里？", *"一二三四五"))
    ]
    page = visit(browser, desk)
    page.locator(".launcher").click()
    page.locator(".strip").get_by_role("button", name="长者版").click()
    say(page, "问")
    card = page.locator("article")
    expect(card.locator(".words")).to_have_text("简单说。")
    expect(card.get_by_text("完整答复")).to_be_visible()
    assert [one.inner_text() for one in card.locator(".options button:visible").all()] == [
        "一",
        "二",
        "三",
        "更多选项（还有 2 个）",
    ]
    card.get_by_role("button", name="更多选项").click()
    expect(card.locator(".options button:visible")).to_have_count(5)
    expect(card.get_by_role("button", name="四")).to_be_focused()
    assert desk.posted[0]["mode"] == "elder"
    sizes = []
    for _ in range(5):
        sizes.append(page.locator(".words p").evaluate("one => parseFloat(getComputedStyle(one.parentNode).fontSize)"))
        page.get_by_role("button", name="字大一点").click(force=True)
    assert sizes == [20, 22, 24, 27, 30]
    expect(page.get_by_role("button", name="字大一点")).to_have_attribute("aria-disabled", "true")
    small = page.locator("button:visible").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 60 || one.getBoundingClientRect().width < 60).map(one => one.textContent)"
    )
    assert small == []
    page.reload()
    expect(page.get_by_role("button", name="退出长者版")).to_be_visible()
    expect(page.locator(".strip button")).to_have_count(0)


def test_targets_are_large_enough(browser: Browser, desk: Desk) -> None:
    desk.answer = lambda _: [view(ask=ask("失业吗？", "是", "否"), feedback=True)]
    page = opened(browser, desk)
    say(page, "问")
    assert (
        page.locator("button:visible").evaluate_all(
            "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.textContent)"
        )
        == []
    )


def test_the_other_script_is_asked_of_the_desk_and_worn_by_the_window(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk)
    say(page, "问")
    page.get_by_role("button", name="繁體").click()
    expect(page.get_by_role("button", name="發送")).to_be_visible()
    expect(page.locator("koujing-chat .root")).to_have_attribute("lang", "zh-Hant")
    expect(page.get_by_role("button", name="簡體")).to_be_visible()


def test_feedback_is_told_with_its_reason(browser: Browser, desk: Desk) -> None:
    desk.answer = lambda _: [view(feedback=True)]
    page = opened(browser, desk)
    say(page, "问")
    page.get_by_role("button", name="没用").click()
    page.get_by_role("button", name="答非所问").click()
    expect(page.get_by_text("谢谢，已记下")).to_be_visible()
    assert desk.posted[1:] == [
        {"receipt": "AAAA00000001", "useful": False},
        {"receipt": "AAAA00000001", "useful": False, "reason": "not_my_question"},
    ]
    page.get_by_role("button", name="有用").click()
    expect(page.get_by_role("button", name="有用")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="答非所问")).to_be_hidden()


def test_a_number_is_asked_only_after_consent(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk)
    page.get_by_role("button", name="转人工").click()
    dialog = page.get_by_role("dialog", name="请工作人员回电")
    phone = dialog.get_by_label("电话号码", exact=True)
    expect(phone).to_be_disabled()
    dialog.get_by_role("button", name="提交").click()
    expect(dialog.get_by_role("alert")).to_have_text("请先勾选同意，再填电话")
    dialog.get_by_role("checkbox").check()
    phone.fill("12")
    dialog.get_by_role("button", name="提交").click()
    expect(dialog.get_by_role("alert")).to_contain_text("电话号码不对")
    expect(phone).to_be_focused()
    phone.fill("13800000000")
    dialog.get_by_text("下午").click()
    dialog.get_by_role("button", name="提交").click()
    expect(dialog.get_by_role("status")).to_contain_text("编号 K7Q2")
    (posted,) = desk.posted
    UUID(posted.pop("request_id"))
    assert posted == {"phone": "13800000000", "consent": True, "when": "afternoon"}
    dialog.get_by_role("button", name="撤回请求").click()
    expect(dialog.get_by_role("status")).to_have_text("已撤回，电话号码已删除")
    assert "DELETE callbacks/K7Q2" in desk.calls
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="转人工")).to_be_focused()


def test_clearing_asks_first_and_begins_anew(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk)
    say(page, "问")
    page.get_by_role("button", name="更多").click()
    page.get_by_role("button", name="清除对话").click()
    page.get_by_role("button", name="取消").click()
    expect(page.locator("li.reply")).to_have_count(1)
    page.get_by_role("button", name="清除对话").click()
    page.get_by_role("dialog").last.get_by_role("button", name="清除对话").click()
    expect(page.locator("li.reply")).to_have_count(0)
    assert "DELETE session" in desk.calls
    assert desk.sessions == 2
    say(page, "再问")


def test_the_conversation_can_be_saved_and_an_answer_copied(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk, permissions=["clipboard-read", "clipboard-write"])
    say(page, "问")
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_text("已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("答：问")
    page.get_by_role("button", name="更多").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="保存对话").click()
    assert saved.value.suggested_filename == "政策咨询对话.txt"


def test_it_works_on_a_strict_page(browser: Browser, desk: Desk) -> None:
    desk.strict = True
    page = opened(browser, desk)
    say(page, "问")
    assert page.locator("koujing-chat .panel").evaluate("one => getComputedStyle(one).position") == "fixed"
    assert page.problems == []


def test_a_hostile_page_does_not_break_it(browser: Browser, desk: Desk) -> None:
    desk.page = html(head=HOSTILE)
    page = opened(browser, desk)
    say(page, "问")
    style = page.locator(".words p").evaluate(
        "one => { const s = getComputedStyle(one.parentNode); return [s.fontSize, s.letterSpacing, s.color, s.display] }"
    )
    assert style == ["16px", "normal", "rgb(27, 36, 48)", "block"]
    assert page.locator("koujing-chat").evaluate("one => getComputedStyle(one).opacity") == "1"


@pytest.mark.parametrize("size", [None, "30"])
def test_nothing_scrolls_sideways_at_320_pixels(browser: Browser, desk: Desk, size: str | None) -> None:
    reason = {
        "holds": True,
        "mark": "符合",
        "condition": "很长的条件" * 12,
        "said": None,
        "clause": "（一）",
        "referred_to": None,
    }
    desk.answer = lambda _: [
        view(
            reasons=[reason],
            suggestions=options("很长的问题" * 8),
            feedback=True,
            status="determined",
            badge={"verdict": "eligible", "text": "符合"},
        )
    ]
    page = opened(browser, desk, viewport=NARROW)
    if size:
        page.evaluate("KoujingChat.setMode('elder')")
        page.get_by_role("button", name="更多").click()
        for _ in range(4):
            page.get_by_role("button", name="字大一点").click()
        page.get_by_role("button", name="更多").click()
    say(page, "问")
    wide = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible' && one.className !== 'hidden').map(one => one.className)"
    assert page.locator("koujing-chat *").evaluate_all(wide) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    box = page.locator("article").bounding_box()
    assert box
    assert box["x"] + box["width"] <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_in_the_colour_given_can_be_read(browser: Browser, desk: Desk, scheme: str) -> None:
    page = opened(browser, desk, color_scheme=scheme)
    ratios = page.evaluate("""() => ['#005ea5', '#c8102e', '#ffd400', '#fff', '#000', '#777777'].map(colour => {
        document.querySelector('koujing-chat').dataset.color = colour;
        const root = document.querySelector('koujing-chat').shadowRoot;
        const part = (one) => { const c = one / 255; return c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4 };
        const light = (text) => { const [r, g, b] = text.match(/[\\d.]+/g).map(Number).map(part); return .2126 * r + .7152 * g + .0722 * b };
        const ratio = (fore, back) => { const [a, b] = [light(fore), light(back)].sort((x, y) => y - x); return (a + .05) / (b + .05) };
        const style = (name) => getComputedStyle(root.querySelector(name));
        const card = style('.welcome').backgroundColor;
        return [ratio(style('.head').color, style('.head').backgroundColor), ratio(style('.composer .main').color, style('.composer .main').backgroundColor), ratio(style('.welcome button').color, card)];
    })""")
    assert len({tuple(each) for each in ratios}) > 3
    assert min(min(each) for each in ratios) >= 4.5


def test_the_page_speaks_to_it_and_hears_it(browser: Browser, desk: Desk) -> None:
    desk.page = html(inside="<script>window.heard = []</script>", head="")
    page = visit(browser, desk)
    page.evaluate(
        """() => ['open', 'message', 'reply', 'mode', 'close', 'reset'].forEach(name => KoujingChat.on(name, detail => heard.push([name, detail && detail.text])))"""
    )
    page.evaluate("KoujingChat.send('替我问')")
    page.locator("li.reply").wait_for()
    page.evaluate("KoujingChat.setMode('elder')")
    page.evaluate("KoujingChat.close()")
    page.evaluate("KoujingChat.toggle()")
    page.evaluate("KoujingChat.reset()")
    page.wait_for_function("heard.some(([name]) => name === 'reset')")
    names = [name for name, _ in page.evaluate("heard")]
    assert names[:5] == ["open", "message", "reply", "mode", "close"]
    assert ["message", "替我问"] in page.evaluate("heard")


def test_calls_made_before_it_has_come_are_kept(browser: Browser, desk: Desk) -> None:
    desk.page = html(inside="<script>addEventListener('DOMContentLoaded', () => KoujingChat.open())</script>")
    page = visit(browser, desk)
    expect(page.get_by_role("region", name="就业政策咨询")).to_be_visible()


def test_as_a_page_it_covers_what_stands_there_without_script(browser: Browser, desk: Desk) -> None:
    desk.sessions = 7
    desk.event(type="message", message_id="before", text="页面上说的")
    desk.event(type="reply", message_id="before", view=view())
    desk.page = html(
        inside='<koujing-chat data-mode="page" data-site="demo" data-token="v1.7"><p id="plain">没有脚本</p></koujing-chat>'
    )
    page = visit(browser, desk)
    expect(page.locator("li.reply")).to_have_count(1)
    expect(page.locator("#plain")).to_be_hidden()
    assert page.locator("koujing-chat").count() == 1
    assert page.locator(".launcher").count() == 0
    assert desk.sessions == 7
    page.keyboard.press("Escape")
    say(page, "接着问")


def test_a_public_computer_is_cleared(browser: Browser, desk: Desk) -> None:
    desk.page = html('data-site="demo" data-kiosk="1"')
    page = visit(browser, desk)
    page.clock.install()
    page.locator(".launcher").click()
    page.get_by_role("button", name="不用了").click()
    page.clock.run_for(500)
    page.locator("textarea").fill("问")
    page.locator("textarea").press("Enter")
    for _ in range(20):
        page.clock.run_for(200)
    expect(page.locator("li.reply")).to_have_count(1)
    page.clock.run_for(31_000)
    page.get_by_role("button", name="继续使用").click()
    page.clock.run_for(35_000)
    expect(page.get_by_role("button", name="继续使用")).to_be_visible()
    page.clock.run_for(31_000)
    expect(page.locator("li.reply")).to_have_count(0)
    assert "DELETE session" in desk.calls
