"""Sending and reading over bad networks: nothing lost, nothing twice; and the parts of it alone."""

from __future__ import annotations

from typing import Any

import opencc
import pytest
from playwright.sync_api import Browser, Page, expect

from koujing.settings import ROOT
from tests.widget.chromium import HOST, Desk, ask, opened, say, view, visit


@pytest.fixture
def modules(browser: Browser) -> Page:
    """A page that can import the widget's modules one by one, as they lie on disk."""
    page = browser.new_page()
    page.route(f"{HOST}/**", lambda route, request: _source(route, request.url.rsplit("/", 1)[1]))
    page.goto(f"{HOST}/")
    return page


def _source(route: Any, name: str) -> None:
    body = (ROOT / "widget" / name).read_text(encoding="utf-8") if name else ""
    route.fulfill(body=body, content_type="text/javascript" if name else "text/html")


def run(page: Page, module: str, script: str) -> Any:
    """Run a script in which `m` is a module."""
    return page.evaluate(f"async () => {{ const m = await import('{HOST}/{module}'); {script} }}")


def test_waiting_doubles_up_to_half_a_minute_with_chance_in_it(modules: Page) -> None:
    least = run(modules, "transport.js", "return [0, 1, 2, 3, 4, 5, 9].map(n => m.backoff(n, () => 0))")
    most = run(modules, "transport.js", "return [0, 1, 2, 3, 4, 5, 9].map(n => m.backoff(n, () => 1))")
    assert most == [1000, 2000, 4000, 8000, 16000, 30000, 30000]
    assert least == [wait / 2 for wait in most]


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_stream_may_be_cut_anywhere(modules: Page, cut: int) -> None:
    text = 'retry: 2000\\n\\n: beat\\n\\nid: 1\\r\\nevent: message\\r\\ndata: {"a":\\r\\ndata: 1}\\r\\n\\r\\ndata:{"b":"二"}\\n\\ndata: {"c"'
    script = f"const got = []; const feed = m.sse(one => got.push(one)); ('{text}'.match(/[^]{{1,{cut}}}/g)).forEach(feed); return got"
    assert run(modules, "stream.js", script) == [{"a": 1}, {"b": "二"}]


def test_ids_are_random_uuids_without_the_secure_way(modules: Page) -> None:
    ids = run(modules, "browser.js", "return Array.from(Array(200), m.uuid)")
    assert len(set(ids)) == 200
    pattern = r"return got.every(one => /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(one))"
    assert run(modules, "browser.js", f"const got = Array.from(Array(200), m.uuid); {pattern}")


def test_only_safe_addresses_become_links(modules: Page) -> None:
    tried = [
        "https://a.gov.cn/",
        "tel:12345",
        "mailto:a@b.cn",
        "http://a.cn",
        "javascript:alert(1)",
        "data:text/html,x",
        "//a.cn",
        "",
        None,
    ]
    kinds = modules.evaluate(
        f"async (all) => {{ const m = await import('{HOST}/dom.js'); return all.map(one => typeof m.link(one, 'x', [])) }}",
        tried,
    )
    assert kinds == ["object"] * 3 + ["string"] * 6


def test_the_words_in_the_other_script_are_those_of_opencc(modules: Page) -> None:
    source = (ROOT / "widget" / "strings.js").read_text(encoding="utf-8")
    keys = [
        line.split(":")[0].strip()
        for line in source.split("const WORDS = {")[1].split("};")[0].splitlines()
        if ":" in line
    ]
    both = modules.evaluate(
        f"async (keys) => {{ const m = await import('{HOST}/strings.js'); const all = () => keys.map(key => m.t(key, '{{0}}', '{{1}}')); const hans = all(); m.use('hant'); return [hans, all()] }}",
        keys,
    )
    converter = opencc.OpenCC("s2hk")
    assert both[1] == [converter.convert(text) for text in both[0]]


def test_reading_goes_on_by_a_simpler_way(modules: Page) -> None:
    """A stream that stays silent, then long polls, each event once."""
    script = """
        const { Transport } = await import('%s/transport.js');
        const asked = []; let silent = true; const events = [{ id: 1 }, { id: 2 }, { id: 3 }];
        const fetch = (url, { headers, signal }) => {
            const stream = headers.Accept === 'text/event-stream';
            asked.push([stream ? 'stream' : url.includes('wait=25') ? 'long' : 'poll', url.match(/after=(\\d+)/)[1]]);
            if (stream) return Promise.resolve(new Response(new ReadableStream({ start() {} }), { headers: { 'Content-Type': 'text/event-stream' } }));
            const after = Number(url.match(/after=(\\d+)/)[1]);
            return Promise.resolve(new Response(JSON.stringify({ events: events.filter(one => one.id > after) }), { headers: { 'Content-Type': 'application/json' } }));
        };
        const got = [];
        const stream = new m.Stream(new Transport('', fetch), { event: one => got.push(one.id), up() {}, down() {}, refused() {} }, { first: 50, stall: 50, poll: 20 });
        stream.start(1);
        await new Promise(done => setTimeout(done, 400));
        stream.stop();
        return { got, ways: asked.map(one => one[0]), after: asked.map(one => one[1]) };
    """
    seen = run(modules, "stream.js", script % HOST)
    assert seen["got"] == [2, 3]
    assert seen["ways"][0] == "stream"
    assert set(seen["ways"][1:]) == {"long"}
    assert seen["after"][:2] == ["1", "1"]
    assert seen["after"][-1] == "3"


def test_an_event_held_back_by_a_proxy_is_fetched(modules: Page) -> None:
    script = """
        const { Transport } = await import('%s/transport.js');
        const fetch = (url, { headers }) => {
            const stream = headers.Accept === 'text/event-stream';
            const after = Number(url.match(/after=(\\d+)/)[1]);
            if (stream) return Promise.resolve(new Response(new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode('retry: 1\\n\\n')) } }), { headers: { 'Content-Type': 'text/event-stream' } }));
            return Promise.resolve(new Response(JSON.stringify({ events: after < 1 ? [{ id: 1 }] : [] })));
        };
        const got = [];
        const stream = new m.Stream(new Transport('', fetch), { event: one => got.push(one.id), up() {}, down() {}, refused() {} });
        stream.start(0);
        await stream.expect(1);
        const way = stream.way;
        stream.stop();
        return [got, m.WAYS[way]];
    """
    assert run(modules, "stream.js", script % HOST) == [[1], "long"]


def test_a_cut_network_loses_and_doubles_nothing(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk)
    say(page, "先问")
    desk.cut = True
    page.context.set_offline(True)
    expect(page.get_by_text("网络断开了")).to_be_visible()
    for text in ("一", "二"):
        page.locator("textarea").fill(text)
        page.locator("textarea").press("Enter")
    expect(page.locator("li.person small").last).to_have_text("等待发送")
    page.context.set_offline(False)
    desk.cut = False
    expect(page.locator("li.reply")).to_have_count(3, timeout=15_000)
    assert [body["text"] for body in desk.posted] == ["先问", "一", "二"]
    assert page.locator("li.person .bubble p").all_inner_texts() == ["先问", "一", "二"]
    expect(page.get_by_text("网络断开了")).to_be_hidden()


def test_an_answer_lost_on_the_way_is_not_asked_twice(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk)
    desk.lost = True
    say(page, "问")
    page.wait_for_function("() => !document.querySelector('koujing-chat').app.client.outbox.queue.length")
    assert len({body["message_id"] for body in desk.posted}) == 1
    assert len(desk.posted) == 2
    assert page.locator("li.person").count() == 1
    assert page.locator("li.reply").count() == 1


def test_no_more_than_five_wait(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk)
    desk.cut = True
    for n in range(6):
        page.locator("textarea").fill(f"第{n}条")
        page.locator("textarea").press("Enter")
    expect(page.locator("li.person")).to_have_count(5)
    expect(page.locator("textarea")).to_have_value("第5条")
    expect(page.locator(".strip", has_text="还有 5 条没有发出")).to_be_visible()


def test_what_waits_survives_a_reload(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk)
    desk.trouble = [None] * 50
    page.locator("textarea").fill("问")
    page.locator("textarea").press("Enter")
    expect(page.locator("li.person")).to_have_count(1)
    desk.trouble = []
    page.reload()
    expect(page.locator("li.reply")).to_have_count(1)
    assert len(desk.posted) == 1


def test_too_fast_waits_as_long_as_it_is_told(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk)
    desk.trouble = [(429, "too_many", {"Retry-After": "2"})]
    page.locator("textarea").fill("问")
    page.locator("textarea").press("Enter")
    expect(page.locator(".strip", has_text="发得太快了，2 秒后自动再发")).to_be_visible()
    expect(page.locator("li.reply")).to_have_count(1)
    assert len(desk.posted) == 1


def test_what_is_refused_stays_to_be_mended(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk)
    desk.trouble = [(400, "empty_text", {})]
    page.locator("textarea").fill("问")
    page.locator("textarea").press("Enter")
    expect(page.locator("li.person small")).to_have_text("没有发出")
    expect(page.locator("textarea")).to_have_value("问")
    expect(page.get_by_role("alert")).to_have_text("没有成功：不行：empty_text")
    page.get_by_role("button", name="重新发送").click()
    expect(page.locator("li.reply")).to_have_count(1)


def test_an_answer_that_could_not_be_made_can_be_asked_for_again(browser: Browser, desk: Desk) -> None:
    page = opened(browser, desk)
    desk.answer = lambda _: []
    page.locator("textarea").fill("问")
    page.locator("textarea").press("Enter")
    expect(page.get_by_role("status").filter(has_text="正在查询")).to_be_visible()
    desk.event(
        type="failed", message_id=desk.posted[0]["message_id"], code="unavailable", text="暂时答不了。", retry=True
    )
    expect(page.get_by_role("alert")).to_have_text("暂时答不了。")
    page.get_by_role("button", name="重新发送").click()
    expect(page.get_by_text("暂时答不了。").and_(page.locator("p"))).to_be_hidden()
    desk.event(type="reply", message_id=desk.posted[0]["message_id"], view=view())
    expect(page.locator("li.reply")).to_have_count(1)
    expect(page.locator(".thinking")).to_have_text("")
    assert {body["message_id"] for body in desk.posted} == {desk.posted[0]["message_id"]}


def test_a_session_that_has_ended_gives_way_to_a_new_one_and_says_so(browser: Browser, desk: Desk) -> None:
    desk.answer = lambda text: [view(ask=ask("失业吗？", "是", "否"))]
    page = opened(browser, desk)
    say(page, "问")
    desk.dead.add("v1.1")
    desk.events.clear()
    page.get_by_role("button", name="是").click()
    expect(page.locator("li.system")).to_contain_text("之前的对话已过期")
    expect(page.locator("li.reply")).to_have_count(2)
    assert desk.sessions == 2
    # A button belongs to its session: in the new one its words are said.
    assert [body.get("text") for body in desk.posted] == ["问", "是"]


def test_a_second_tab_is_in_step(browser: Browser, desk: Desk) -> None:
    first = opened(browser, desk)
    say(first, "问")
    second = first.context.new_page()
    second.goto(f"{HOST}/")
    second.locator(".launcher").click()
    expect(second.locator("li.reply")).to_have_count(1)
    assert desk.sessions == 1
    say(second, "另问")
    expect(first.locator("li.reply")).to_have_count(2)
    assert first.locator("li.person .bubble p").all_inner_texts() == ["问", "另问"]
    second.evaluate("KoujingChat.reset()")
    expect(first.locator("li.reply")).to_have_count(0)
    assert desk.sessions == 2


def test_it_works_where_storage_is_shut(browser: Browser, desk: Desk) -> None:
    page = visit(browser, desk)
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new Error('shut') } }); delete window.BroadcastChannel"
    )
    page.reload()
    page.locator(".launcher").click()
    say(page, "问")
    assert page.problems == []  # type: ignore[attr-defined]
