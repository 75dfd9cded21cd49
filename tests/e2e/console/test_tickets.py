"""A ticket is opened by an operator from a citizen's conversation, answered, and received by the citizen on the page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.console.conftest import NewContext
from tests.e2e.console.phone import Phones
from tests.e2e.console.waiting import keys_work, open_waiting
from tests.e2e.running import Running
from tests.e2e.web.window import Window


def clean(page: Page) -> None:
    assert Axe().run(page).response["violations"] == []


def test_a_citizen_of_the_website_gets_the_answer(stack: Running, console: Page, new_context: NewContext) -> None:
    citizen = new_context().new_page()
    citizen.goto(f"{stack.url}/?region=huludao")
    window = Window(citizen, stack.url).open()
    window.ask("就业见习补贴什么时候能发到单位")
    window.ask("转人工")
    open_waiting(console, "见习补贴")
    # By keyboard alone, from the conversation to the answer.
    console.keyboard.press("u")
    expect(console.locator("#question")).to_have_value("就业见习补贴什么时候能发到单位")
    expect(console.locator("#matter")).to_have_value("internship_subsidy")
    expect(console.locator("#region")).to_have_value("葫芦岛市")
    keys_work(console)
    clean(console)
    console.keyboard.press("Control+Enter")
    expect(console.locator(".ticket-head .tag").first).to_have_text("已派")
    told = window.root.locator("li.operator")
    expect(told).to_contain_text("已为您登记工单")
    number = console.locator(".ticket-head .mono").inner_text()
    expect(told).to_contain_text(number)
    keys_work(console)
    console.keyboard.press("a")
    expect(console.locator(".ticket-head .tag").first).to_have_text("办理中")
    keys_work(console)
    clean(console)
    console.keyboard.press("r")
    console.keyboard.type("见习期满后")
    # What is being written stays.
    console.reload()
    expect(console.locator("#reply")).to_have_value("见习期满后")
    keys_work(console)
    console.locator("#reply").fill("资金拨付时间由当地人社部门安排，请与见习基地联系。")
    console.keyboard.press("Control+Enter")
    expect(console.locator(".ticket-head .tag").first).to_have_text("已答复")
    expect(told.last).to_contain_text(f"工单{number}")
    expect(told.last).to_contain_text("请与见习基地联系")
    expect(told).to_have_count(2)
    # The conversation itself goes on with the bot.
    window.ask("失业补助金怎么领")
    code = console.locator(".pairs .mono", has_text="").nth(1).inner_text()
    look = new_context().new_page()
    look.goto(f"{stack.url}/t")
    look.locator("#code").fill(code)
    look.get_by_role("button", name="查询").click()
    expect(look.locator("main")).to_contain_text("请与见习基地联系")
    clean(look)
    keys_work(console)
    console.keyboard.press("d")
    expect(console.locator(".ticket-head .tag").first).to_have_text("办结")
    console.keyboard.press("Escape")
    expect(console.locator("main h1")).to_have_text("工单")
    clean(console)


def test_a_follower_on_wechat_gets_the_answer(stack: Running, phones: Phones, console: Page) -> None:
    phone = phones.phone()
    phone.say("葫芦岛失业补助金怎么领")
    phone.sees("失业补助金")
    phone.say("转人工")
    phone.sees("工作人员")
    open_waiting(console, "葫芦岛失业补助金")
    console.keyboard.press("u")
    keys_work(console)
    # It would cost one of the few messages.
    console.locator("[name=tell]").uncheck()
    console.locator("#title").press("Control+Enter")
    expect(console.locator(".ticket-head")).to_be_visible()
    keys_work(console)
    console.locator("#reply").fill("请在葫芦岛市失业保险经办机构申领。")
    with console.expect_navigation():
        console.keyboard.press("Control+Enter")
    phone.sees("请在葫芦岛市失业保险经办机构申领。")
    phone.sees("【人工】")
    # The platform has taken it: seen with the next look.
    console.goto(console.url)
    expect(console.locator(".ticket-head .tag").first).to_have_text("已答复", timeout=10_000)


def test_two_people_on_one_ticket(stack: Running, console: Page, new_context: NewContext) -> None:
    console.goto(f"{stack.url}/console/tickets/new")
    console.locator("#title").fill("两人同时改")
    console.locator("#question").fill("问")
    console.locator("#question").press("Control+Enter")
    expect(console.locator(".ticket-head")).to_be_visible()
    ticket = console.url
    other = console.context.new_page()
    other.goto(ticket)
    keys_work(other)
    other.keyboard.press("a")
    expect(other.locator(".ticket-head .tag").first).to_have_text("办理中")
    console.locator("#reply").fill("写了很久的答复")
    console.keyboard.press("Control+Enter")
    expect(console.locator(".error")).to_contain_text("被改动过")
    expect(console.locator("#reply")).to_have_value("写了很久的答复")
    clean(console)
    console.get_by_role("button", name="保存答复").click()
    expect(console.locator(".ticket-head .tag").first).to_have_text("待送达")
    console.get_by_role("button", name="已告知市民").click()
    expect(console.locator(".ticket-head .tag").first).to_have_text("已答复")
