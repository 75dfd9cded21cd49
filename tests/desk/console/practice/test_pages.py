"""A round of practice by its pages, one's own results, and the overview for reviewers."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.desk.console.practice.pages import practice_routes
from koujing.store.audit import Filter
from koujing.store.practice import Practice
from koujing.store.store import Store
from tests.desk.conftest import blank_reply
from tests.desk.console.conftest import Browser, Console, MakeConsole, Time, shown
from tests.desk.console.matrix import wrong_answers

pytestmark = pytest.mark.anyio

PAGE = "/console/practice"


@pytest.fixture
def console(make_console: MakeConsole) -> Console:
    return make_console(lambda kit, _parts: practice_routes(kit, Random(3)))


@pytest.fixture
def practice(engine: Engine, time: Time) -> Practice:
    return Practice(engine, Clock(now=lambda: time.now))


async def begin(person: Browser, **scope: str) -> str:
    response = await person.post(PAGE, {"region": "", "matter": "", **scope})
    assert response.status_code == 303, response.text
    return str(response.headers["location"])


async def test_a_round_from_the_first_question_to_the_results(console: Console, practice: Practice) -> None:
    person = await console.person("operator")
    assert "还没有练过" in (await person.page(PAGE)).text
    address = await begin(person)
    staff = console.parts.staff.named("operator")
    assert staff is not None
    for n in range(1, 11):
        page = await person.page(address)
        assert f"第 {n} 题，共 10 题" in page.text
        assert len(page.all("button", class_="option")) == 5
        assert page.all("mark") == [], "the proof is shown after the answer"
        one = practice.round(1, staff.id)
        assert one is not None
        assert one.next is not None
        right = one.next.answer
        choice = right if n % 2 else (right + 1) % 5
        response = await person.post(address, {"position": str(n), "choice": str(choice)})
        assert response.headers["location"] == f"{address}?shown={n}"
        told = await person.page(f"{address}?shown={n}")
        assert ("答对了" if n % 2 else "答错了") in told.text
        assert one.next.proof["text"] in told.text
        assert told.all("mark")
    assert "这一轮：5／10" in (await person.page(address)).text
    home = await person.page(PAGE)
    assert "共答 10 题，答对 5 题（50%）" in home.text
    assert "接着练上次那轮" not in home.text


async def test_a_round_is_gone_on_with(console: Console) -> None:
    person = await console.person("operator")
    address = await begin(person, matter="job_retention_refund", region="huludao")
    await person.post(address, {"position": "1", "choice": "0"})
    assert "接着练上次那轮（已答 1 题）" in (await person.page(PAGE)).text
    assert "第 2 题" in (await person.page(address)).text


async def test_what_is_sent_twice_counts_once_and_nonsense_not_at_all(console: Console) -> None:
    person = await console.person("operator")
    address = await begin(person)
    for _ in range(2):
        assert (await person.post(address, {"position": "1", "choice": "4"})).status_code == 303
    for wrong in (
        {"position": "2"},
        {"position": "2", "choice": "9"},
        {"position": "x", "choice": "1"},
        {"position": "99", "choice": "1"},
    ):
        response = await person.post(address, wrong)
        assert response.status_code == 409
        shown(response)
    assert "已答 1 题" in (await person.page(address)).text


async def test_a_round_is_one_s_own(console: Console) -> None:
    address = await begin(await console.person("operator"))
    other = await console.person("operator", name="li")
    assert (await other.get(address)).status_code == 404
    assert (await other.post(address, {"position": "1", "choice": "0"})).status_code == 404
    assert (await other.get(f"{PAGE}/nothing")).status_code == 404


async def test_past_questions_are_shown_and_that_is_noted(console: Console, engine: Engine, time: Time) -> None:
    store = Store(engine, Clock(now=lambda: time.now))
    reply = blank_reply(
        "answered", "按六成返还。", dt.date(2021, 9, 15), question="稳岗返还到底能返多少钱", matter="job_retention_refund",
        aspect="amount", region="huludao", calibers=[{"id": "huludao.job_retention_refund.amount", "version": "1"}],
    )  # fmt: skip
    store.record(store.session("web:demo", "a"), "m1", "d", [reply])
    person = await console.person("operator")
    address = await begin(person, matter="job_retention_refund")
    pages = []
    for n in range(1, 11):
        pages.append((await person.page(address)).text)
        await person.post(address, {"position": str(n), "choice": "0"})
    assert sum("稳岗返还到底能返多少钱" in page and "以往的问题" in page for page in pages) == 1
    [entry] = console.parts.audit.find(Filter(action="practice_begin"), limit=5)
    assert (entry.object, entry.detail["rows"]) == ("practice:1", 1)


async def test_a_scope_without_questions_is_told(console: Console) -> None:
    person = await console.person("operator")
    for scope in ({"matter": "internship_subsidy", "region": "guangzhou"}, {"matter": "x"}, {"region": "x"}):
        response = await person.post(PAGE, scope)
        assert response.status_code == 422
        assert 'role="alert"' in response.text


async def test_reviewers_see_everybody_s_results(console: Console) -> None:
    operator = await console.person("operator")
    address = await begin(operator)
    await operator.post(address, {"position": "1", "choice": "0"})
    page = await (await console.person("reviewer")).page(f"{PAGE}/team")
    assert "Operator" in page.text
    assert (await operator.get(f"{PAGE}/team")).status_code == 403
    assert "全员成绩" not in (await operator.page(PAGE)).text


async def test_only_those_who_may_practise(console: Console) -> None:
    assert [wrong async for wrong in wrong_answers(console)] == []
