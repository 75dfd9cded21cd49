"""Open points keep their numbers, count each question once, and refuse what was made on an older revision."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.open_points import NewPoint, OpenPoints, PointChangedError, PointGoneError
from tests.store.conftest import Time

NEW = NewPoint("huludao.x.where", "huludao", "x", "where", "n:1", "标题", "问什么", "office")


@pytest.fixture
def points(engine: Engine, clock: Clock) -> OpenPoints:
    return OpenPoints(engine, clock)


def test_a_point_is_opened_once_and_its_number_is_not_used_again(points: OpenPoints, engine: Engine) -> None:
    assert points.open(NEW) == (1, True)
    assert points.open(replace(NEW, title="别的")) == (1, False)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM open_points")
    assert points.open(NEW) == (2, True)
    assert points.get(2).number == "DM-002"


def test_many_at_once_open_one(points: OpenPoints) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: points.open(NEW), range(24)))
    assert {id for id, _ in made} == {1}
    assert [new for _, new in made].count(True) == 1


def test_a_question_counts_once(points: OpenPoints, engine: Engine, session: str, receipt: str, clock: Clock) -> None:
    hit: dict[str, Any] = {
        "receipt": receipt, "session_id": session, "at": clock.now(), "source": "auto", "question": "去哪办"
    }  # fmt: skip
    for _ in range(2):
        with engine.begin() as connection:
            points.hit_in(connection, NEW, hit)
    assert points.get(1).hits == 1
    own = {"receipt": receipt, "session_id": session}
    assert not points.link(1, "review", "去哪办", at=clock.now(), **own)
    # Under another point it may stand too.
    second, _ = points.open(replace(NEW, key="other"))
    assert points.link(second, "review", "去哪办", at=clock.now(), **own)
    assert {point.id for point in points.of_receipt(receipt)} == {1, second}


def test_conversations_and_tickets_by_hand(points: OpenPoints, session: str, receipt: str, clock: Clock) -> None:
    id, _ = points.open(NEW)
    assert points.link(id, "review", "一", at=clock.now(), receipt=receipt, session_id=session)
    assert points.link(id, "talk", "二", at=clock.now(), session_id=session)
    assert not points.link(id, "talk", "二", at=clock.now(), session_id=session)
    assert points.link(id, "ticket", "三", at=clock.now(), ticket="7")
    assert not points.link(id, "ticket", "三", at=clock.now(), ticket="7")
    assert points.link(id, "hand", "四", at=clock.now())
    assert (points.get(id).hits, points.get(id).waiting) == (4, 1)
    assert points.unlink(id, points.hits(id)[0].id)
    assert not points.unlink(id, 99)
    with pytest.raises(PointGoneError):
        points.link(99, "hand", "五", at=clock.now())


def test_first_and_last_and_the_most_asked_first(points: OpenPoints, clock: Clock, time: Time) -> None:
    points.open(NEW)
    id, _ = points.open(replace(NEW, key="other", title="资金来源", office="b"))
    first = clock.now()
    points.link(id, "hand", "一", at=first)
    time.pass_(days=2)
    points.link(id, "hand", "二", at=clock.now())
    (most, none) = points.find()
    assert (most.id, most.hits, most.first, most.last) == (id, 2, first, clock.now())
    assert (none.hits, none.first) == (0, None)
    assert [point.id for point in points.find(text="资金")] == [id]
    assert [point.id for point in points.find(office="b", matter="x", state="open")] == [id]


def test_states_and_revisions(points: OpenPoints) -> None:
    id, _ = points.open(NEW)
    points.change(id, 0, 1, {"title": "一"})
    with pytest.raises(PointChangedError):
        points.change(id, 0, 2, {"title": "二"})
    points.change(id, 1, 1, {}, "asked")
    assert points.get(id).asked_at is not None
    points.change(id, 2, 1, {"answer": "答"}, "answered")
    points.change(id, 3, 1, {}, "dropped")
    with pytest.raises(PointChangedError):
        points.change(id, 4, 1, {"answer": "x"}, "answered")
    with pytest.raises(PointGoneError):
        points.change(99, 0, 1, {})
    assert points.counts()["dropped"] == 1
