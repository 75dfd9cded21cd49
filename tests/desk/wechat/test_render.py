"""Replies as a follower reads them: the same words as on the website and the API, what can be tapped, and never too much."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from koujing.answering.ask import ask_fact, ask_matter
from koujing.desk.web.choices import choices
from koujing.desk.web.view import view
from koujing.desk.wechat.links import LINK
from koujing.desk.wechat.offers import Offer, Screen, resolve
from koujing.desk.wechat.profile import load_profile
from koujing.desk.wechat.render import Screens
from koujing.desk.wechat.split import LIMIT, size
from koujing.settings import DEMO_DATE, ROOT
from tests.answering.replies import policies, situation
from tests.answering.test_spoken import spoken as calibers
from tests.desk.conftest import blank_reply
from tests.desk.web.conftest import CALIBER, CITATION
from tests.desk.web.test_view import cases, spoken

CODE = "AB12CD34EF56"
URL = "https://zx.example.gov.cn"
Reply = dict[str, Any]


@cache
def phrases() -> Any:
    return load_profile(ROOT / "wechat.yml", policies().regions).phrases


def screen(*replies: Any, public_url: str | None = URL) -> Screen:
    """As a follower gets it; within every limit."""
    found = Screens(policies(), public_url, phrases())([{**reply, "receipt": CODE} for reply in replies])
    assert 1 <= len(found.parts) <= 3
    assert all(part.strip() and size(part) <= LIMIT for part in found.parts)
    assert all("<" not in LINK.sub("", part) for part in found.parts)
    return found


def one(*replies: Any, **how: Any) -> str:
    """The only text, its links as [label]."""
    (part,) = screen(*replies, **how).parts
    return LINK.sub(r"[\1]", part)


def bare(text: str) -> str:
    return "".join(text.split())


def asking(put: str, kind: str, *labels: str, fact: str = "region", **more: Any) -> Reply:
    options = [{"id": str(n), "label": label, "value": label} for n, label in enumerate(labels)]
    ask = {"fact": fact, "question": put, "why": None, "type": kind, "options": options}
    return blank_reply("clarifying", more.pop("text", put), DEMO_DATE, ask=ask, **more)


def answered(text: str, **more: Any) -> Reply:
    return blank_reply("answered", text, DEMO_DATE, citations=[CITATION], calibers=[CALIBER], region="huludao", **more)


def listing(*names: str, **more: Any) -> Reply:
    items = [
        {"matter": "m", "name": name, "verdict": "need_info", "summary": "看情况", "missing": [], "clause": None}
        for name in names
    ]
    return blank_reply("listed", "可能适用的有：", DEMO_DATE, items=items, citations=[CITATION], **more)


def test_every_caliber_says_on_wechat_what_it_says_on_the_website_and_the_api() -> None:
    seen = 0
    for _, _, _, reply in calibers():
        kept = {**reply, "receipt": CODE}
        (part,) = screen(reply).parts
        website = view(kept, policies())
        assert bare("".join(website["text"]) + website["basis"]) == bare(reply["text"])
        # Every sentence in its place; the basis, as on the website, comes last, with the way to the caliber's id and version.
        said, basis = bare("".join(website["text"])), bare(website["basis"])
        assert bare(part).startswith(said)
        assert bare(LINK.sub(r"\1", part)).endswith(f"{basis}回执{CODE}全文")
        assert part.endswith(f'<a href="{URL}/r/{CODE}">全文</a>')
        assert website["calibers"] == [f"{c['id']}@{c['version']}" for c in reply["calibers"]] != []
        seen += 1
    assert seen > 100


def test_every_verdict_is_said_word_for_word_and_stands_first() -> None:
    seen = set()
    for reply in cases():
        shown = view(reply, policies())
        text = bare(LINK.sub(r"\1", "".join(screen(reply).parts)))
        for paragraph in shown["text"]:
            assert bare(paragraph) in text
        if reply["verdict"] in ("eligible", "ineligible"):
            seen.add(reply["verdict"])
            word = shown["badge"]["text"]
            assert text.startswith((word, f"【{word}】"))
    assert seen == {"eligible", "ineligible"}


def test_every_status_keeps_its_words() -> None:
    for status, reply in spoken().items():
        text = bare(LINK.sub(r"\1", "".join(screen(reply).parts)))
        for paragraph in view(reply, policies())["text"]:
            assert bare(paragraph) in text, status
        assert reply["ask"] is None or bare(reply["ask"]["question"]) in text, status


def test_a_real_screening_fits_one_text_with_its_question_last() -> None:
    text = one(spoken()["listed"])
    assert "【还缺信息】\n· " in text
    assert "【另有文件规定】\n· 失业保险金" in text
    assert (
        text.index("· 失业保险金")
        < text.index("请问：")
        < text.index("[1. 是]\n\n[2. 否]\n\n回复数字也可以。")
        < text.index("依据：")
    )


def test_a_question_with_options_is_answered_by_a_tap_or_a_number() -> None:
    found = screen(asking("您问的是哪个地方？", "choice", "广东省", "葫芦岛市"))
    assert LINK.sub(r"[\1]", found.parts[0]) == "您问的是哪个地方？\n\n[1. 广东省]\n\n[2. 葫芦岛市]\n\n回复数字也可以。"
    assert found.offers == (Offer("广东省", "广东省"), Offer("葫芦岛市", "葫芦岛市"))
    assert resolve("2", None, found.offers) == "葫芦岛市"


def test_where_a_figure_is_asked_for_nothing_is_numbered() -> None:
    found = screen(spoken()["clarifying"])
    text = LINK.sub(r"[\1]", found.parts[0])
    assert "[是，28人都参保]\n\n[不是]\n\n不清楚就回复“不知道”。" in text
    assert "数字" not in text
    assert all(offer.figure for offer in found.offers)
    assert resolve("1", None, found.offers) == "1"


def test_a_question_that_the_text_does_not_hold_is_put() -> None:
    text = one(asking("多少岁？", "number", fact="asker_age", text="还要知道一件事。"))
    assert text == "还要知道一件事。\n\n多少岁？"


def test_few_listed_matters_are_tapped_and_many_are_named() -> None:
    found = screen(listing("稳岗返还", "见习补贴"))
    text = LINK.sub(r"[\1]", found.parts[0])
    assert f"{phrases()['items']}\n\n【还缺信息】\n[1. 稳岗返还]\n\n[2. 见习补贴]" in text
    assert found.offers == (Offer("稳岗返还", "第1个"), Offer("见习补贴", "第2个"))
    many = screen(listing(*(f"某某某某某某补贴{n}" for n in range(20))))
    assert "1. 某某某某某某补贴0\n2. " in many.parts[0]
    assert resolve("20", None, many.offers) == "第20个"


def test_beside_a_question_the_numbers_are_its_options_and_matters_go_by_name() -> None:
    reply = listing("稳岗返还", ask=asking("失业了吗？", "yes_no", "是", "否")["ask"])
    found = screen(reply)
    assert [offer.says for offer in found.offers] == ["是", "否", "第1个"]
    assert [resolve(said, None, found.offers) for said in ("1", "稳岗返还", "第一个", "3")] == [
        "是",
        "第1个",
        "第1个",
        "3",
    ]


def test_beside_a_figure_listed_matters_are_only_shown() -> None:
    reply = listing("稳岗返还", ask=asking("多少岁？", "number")["ask"])
    assert screen(reply).offers == ()
    assert "【还缺信息】\n· 稳岗返还" in one(reply)


def test_suggestions_are_offered_while_nothing_is_asked() -> None:
    found = screen(answered("可以。", suggestions=["要什么条件？", "多少钱？"]))
    assert "还可以问：\n\n[1. 要什么条件？]\n\n[2. 多少钱？]" in LINK.sub(r"[\1]", found.parts[0])
    assert resolve("2", None, found.offers) == "多少钱？"


def test_what_does_not_fit_one_text_with_links_is_typed() -> None:
    long = screen(answered("可以申领。" * 100, suggestions=["要什么条件？" * 3, "多少钱？" * 4, "什么时候截止？" * 3]))
    assert len(long.parts) == 1
    assert "1. 要什么条件？要什么条件？要什么条件？\n2. 多少钱？" in long.parts[0]
    assert resolve("2", None, long.offers) == "多少钱？" * 4
    kinds = screen(asking("哪一类？", "choice", *policies().facts["unit_kind"].options.values()))
    assert len(LINK.findall(kinds.parts[0])) == 11


def test_every_question_of_the_policies_fits_one_text_with_its_links() -> None:
    for id in policies().facts:
        ask = ask_fact(policies(), id)
        reply = blank_reply("clarifying", f"请问：{ask['question']}", DEMO_DATE, ask=ask)
        (part,) = screen(reply).parts
        assert len(LINK.findall(part)) == len(ask["options"]), id
    assert "[1. " in one(ask_matter(policies(), "能领多少", situation("huludao")))


def test_contacts_are_a_line_unless_the_text_names_them_with_their_number() -> None:
    contacts = [
        {"name": "就业热线", "phone": "12333", "url": None},
        {"name": "便民热线", "phone": "12345", "url": None, "hours": "全天"},
    ]
    far = blank_reply("outside_region", "没有收录，请拨12333。", DEMO_DATE, contacts=contacts)
    assert one(far) == "没有收录，请拨12333。\n\n联系：\n就业热线 12333\n便民热线 12345 全天"
    near = blank_reply(
        "handed_off", "请拨12333（就业热线）。", DEMO_DATE, contacts=contacts[:1], handoff={"state": "offered"}
    )
    assert one(near) == "请拨12333（就业热线）。"
    assert (
        one(blank_reply("signposted", "请先联系。", DEMO_DATE, contacts=contacts[:1]))
        == "请先联系。\n\n联系：就业热线 12333"
    )


def test_a_person_is_offered_with_the_hours() -> None:
    handoff = {"state": "offered", "ticket": None, "hours": "人工服务时间：工作日 9:00–17:00。"}
    reply = blank_reply("handed_off", "已记下。", DEMO_DATE, handoff=handoff)
    assert one(reply) == "已记下。\n\n人工服务时间：工作日 9:00–17:00。"


def test_what_rests_on_no_document_carries_no_receipt() -> None:
    assert one(blank_reply("smalltalk", "您好。", DEMO_DATE)) == "您好。"
    assert one(answered("可以。依据：某号第一条。")) == f"可以。\n\n依据：某号第一条。　回执{CODE}　[全文]"
    assert one(answered("可以。依据：某号第一条。"), public_url=None) == f"可以。\n\n依据：某号第一条。　回执{CODE}"


def test_two_answers_to_one_message_each_stand_under_their_question() -> None:
    first = answered("甲可以。", question="甲能领吗？", suggestions=["甲多少钱？"])
    second = answered("乙可以。", question="乙能领吗", suggestions=["乙多少钱？"])
    found = screen(first, second)
    text = LINK.sub(r"[\1]", found.parts[0])
    assert text.startswith("关于“甲能领吗”：\n甲可以。\n\n")
    assert "\n\n关于“乙能领吗”：\n乙可以。" in text
    assert [offer.says for offer in found.offers] == ["乙多少钱？"]
    # Of two, the one that asks is answered next.
    found = screen(
        asking("哪里？", "choice", "广州市", question="甲"),
        answered("乙可以。", question="乙", suggestions=["乙多少钱？"]),
    )
    assert [offer.says for offer in found.offers] == ["广州市"]
    assert "关于" not in one(first)


def test_the_words_of_a_person_never_become_markup() -> None:
    evil = '<a href="https://evil.example">点我</a>'
    reply = answered(f"按您说的：{evil}。可以。", question=evil, suggestions=[evil])
    found = screen(reply, answered("乙可以。", question="乙", suggestions=[evil]))
    text = "".join(found.parts)
    assert "＜a href=" in text
    assert all(url.startswith(("weixin://bizmsgmenu?", f"{URL}/r/")) for url in _urls(text))
    # What it stands for is said as it was, though.
    assert resolve(evil.replace("<", "＜").replace(">", "＞"), None, found.offers) == evil


def _urls(text: str) -> list[str]:
    return [link[0].split('"')[1] for link in LINK.finditer(text)]


def test_more_than_one_text_is_cut_between_blocks_and_numbered() -> None:
    found = screen(*(answered(f"答{n}。" + "可以申领。" * 40, question=f"问{n}") for n in range(4)))
    assert [part.rpartition("\n")[2] for part in found.parts] == [
        f"（{n}/{len(found.parts)}）" for n in range(1, len(found.parts) + 1)
    ]
    assert sum(part.count("全文") for part in found.parts) == 4


def test_of_more_than_three_texts_the_rest_is_on_the_page() -> None:
    replies = [answered(f"答{n}。" + "可以申领。" * 200, question=f"问{n}") for n in range(6)]
    found = screen(*replies, asking("哪里？", "choice", "广州市", "葫芦岛市", question="问5"))
    assert len(found.parts) == 3
    assert "可以申领。……" in found.parts[0]
    last = LINK.sub(r"[\1]", found.parts[-1])
    assert f"[2. 葫芦岛市]\n\n回复数字也可以。\n\n{phrases()['rest']}\n\n回执{CODE}　[全文]\n（3/3）" in last
    assert all(f"答{n}。" in "".join(found.parts) for n in range(6))
    assert phrases()["rest"] not in screen(*replies, public_url=None).parts[-1]


def test_even_of_very_many_answers_the_question_at_the_end_is_put() -> None:
    replies = [answered("可以。" + "申" * 40, question=f"问{n}", kind=None) for n in range(60)]
    found = screen(*replies, asking("哪里？", "choice", "广州市", question="问"))
    assert found.parts[0].startswith("……\n\n")
    assert "哪里？" in found.parts[-1]
    assert resolve("1", None, found.offers) == "广州市"


def test_a_reply_of_another_day_keeps_its_words() -> None:
    """The clock of the caliber's own windows is the core's; nothing here looks at a date."""
    reply = {**answered("已于2021年12月31日截止。"), "on": dt.date(2030, 1, 1).isoformat()}
    assert one(reply).startswith("已于2021年12月31日截止。")


def test_buttons_are_those_of_the_website() -> None:
    for reply in spoken().values():
        found = screen(reply).offers
        assert {(offer.label, offer.says) for offer in found} == {
            (c.label, c.says) for c in choices({**reply, "receipt": CODE})
        }
