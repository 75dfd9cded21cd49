"""What PostgreSQL alone can get wrong: two desks in the same rows at once, and a server that is away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from koujing.clock import Clock
from koujing.postgres import PostgresError, postgres_engine, shown, wait_for
from koujing.store.database import open_database
from koujing.store.errors import HeldError, SessionGoneError
from koujing.store.events import Events
from koujing.store.open_points import NewPoint, OpenPoints
from koujing.store.store import Store
from koujing.store.switches import Switches
from koujing.store.tables import messages, receipts, web_events
from koujing.store.tables_figures import turns
from koujing.store.tables_reviews import open_points
from koujing.store.tables_staff import switch_changes
from koujing.store.takeovers import Takeovers
from koujing.store.visits import Visits
from tests.store.conftest import REPLY
from tests.store.postgres_server import PostgresServer

T = TypeVar("T")
_ROUNDS = 12


@pytest.fixture
def desks(postgres_url: str) -> Iterator[list[Engine]]:
    """The engines of two desks."""
    engines = [open_database(postgres_url) for _ in range(2)]
    yield engines
    for engine in engines:
        engine.dispose()


def at_once(*works: Callable[[], T]) -> list[T | Exception]:
    """What each gives or raises, all begun at the same moment."""
    together = threading.Barrier(len(works))

    def one(work: Callable[[], T]) -> T | Exception:
        together.wait(10)
        try:
            return work()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(one, works))


def count(engine: Engine, table: Any, **of: Any) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table).filter_by(**of)).scalar_one())


def test_a_message_recorded_by_two_desks_at_once_has_one_answer(desks: list[Engine], clock: Clock) -> None:
    stores = [Store(engine, clock) for engine in desks]
    for n in range(_ROUNDS):
        names = at_once(*(lambda s=store, n=n: s.session("web:demo", f"s{n}") for store in stores))
        assert names[0] == names[1]
        session = str(names[0])
        said = at_once(*(lambda s=store, of=session: s.record(of, "m", "d", [REPLY]) for store in stores))
        assert said[0] == said[1]
        assert not isinstance(said[0], Exception)
        of_two = at_once(
            *(lambda s=store, k=k, of=session: s.record(of, f"m{k}", "d", [REPLY]) for k, store in enumerate(stores))
        )
        assert not any(isinstance(each, Exception) for each in of_two), of_two
    assert count(desks[0], messages) == count(desks[0], receipts) == 3 * _ROUNDS
    assert count(desks[0], turns) == 3 * _ROUNDS
    assert count(desks[0], turns, last=True) == _ROUNDS


def test_a_web_message_sent_to_two_desks_at_once_is_kept_once(desks: list[Engine], clock: Clock) -> None:
    session = Store(desks[0], clock).session("web:demo", "s")
    both = [Events(engine, clock) for engine in desks]
    data = {"text": "能领吗", "says": "能领吗"}
    for n in range(_ROUNDS):
        cursors = at_once(*(lambda e=events, n=n: e.accept(session, f"m{n}", "d", data) for events in both))
        assert cursors[0] == cursors[1]
        [code] = [reply["receipt"] for reply in Store(desks[0], clock).record(session, f"m{n}", "d", [REPLY])]
        done = at_once(*(lambda e=events, n=n, c=code: e.answer(session, f"m{n}", [c]) for events in both))
        assert done == [None, None]
    assert count(desks[0], web_events, type="message", state="answered") == _ROUNDS
    assert count(desks[0], web_events, type="reply") == _ROUNDS


def test_an_answer_is_spoken_before_a_takeover_or_not_at_all(desks: list[Engine], clock: Clock) -> None:
    store, takeovers = Store(desks[0], clock), Takeovers(desks[1], clock)
    ends = set()
    for n in range(_ROUNDS):
        session = store.session("web:demo", f"s{n}")
        store.record(session, "first", "d", [REPLY])
        said, taken = at_once(
            lambda s=session: store.record(s, "m", "d", [REPLY]), lambda s=session: takeovers.claim(s, 1, "k")
        )
        assert taken is True
        assert isinstance(said, (list, HeldError))
        kept = count(desks[0], receipts, session_id=session, message_id="m")
        assert kept == (0 if isinstance(said, HeldError) else 1)
        ends.add(kept)
        with pytest.raises(HeldError):
            store.record(session, "later", "d", [REPLY])
    assert ends


def test_of_two_operators_one_gets_a_conversation(desks: list[Engine], clock: Clock) -> None:
    store = Store(desks[0], clock)
    for n in range(_ROUNDS):
        session = store.session("web:demo", f"s{n}")
        store.record(session, "first", "d", [REPLY])
        claimed = at_once(
            *(
                lambda e=engine, k=k, s=session: Takeovers(e, clock).claim(s, k, f"k{k}")
                for k, engine in enumerate(desks)
            )
        )
        assert sorted(map(bool, claimed)) == [False, True]


def test_what_reads_before_it_writes_is_done_one_after_another(desks: list[Engine], clock: Clock) -> None:
    new = NewPoint(
        key="k", region="huludao", matter="m", aspect="overview", clause="hld:1", title="t", question="q", office=None
    )
    opened = at_once(*(lambda e=engine: OpenPoints(e, clock).open(new) for engine in desks * 2))
    assert sorted(is_new for _, is_new in opened) == [False, False, False, True]  # type: ignore[misc]
    assert count(desks[0], open_points) == 1
    off = at_once(
        *(
            lambda e=engine: Switches(e, clock).set("matter", "m", off=True, reason="错", staff_id=1)
            for engine in desks * 2
        )
    )
    assert sorted(map(bool, off)) == [False, False, False, True]
    assert count(desks[0], switch_changes) == 1


def test_a_session_removed_while_it_is_answered_leaves_nothing(desks: list[Engine], clock: Clock) -> None:
    store = Store(desks[0], clock)
    for n in range(_ROUNDS):
        session = store.session("web:demo", f"s{n}")
        said, gone = at_once(
            lambda s=session: store.record(s, "m", "d", [REPLY]), lambda s=session: Visits(desks[1]).remove(s)
        )
        assert gone is None
        assert isinstance(said, (list, SessionGoneError)), said
        assert count(desks[0], messages, session_id=session) == 0


def test_a_restart_of_the_server_is_survived(postgres: PostgresServer, clock: Clock) -> None:
    engine = open_database(postgres.create("ready"))
    store = Store(engine, clock)
    session = store.session("web:demo", "s")
    [before] = store.record(session, "m1", "d", [REPLY])
    postgres.stop()
    with pytest.raises(OperationalError) as caught:
        store.answered(session, "m1", "d")
    assert "p@ss" not in str(caught.value)
    postgres.start()
    assert store.answered(session, "m1", "d") == [before]
    assert store.record(session, "m2", "d", [REPLY])
    engine.dispose()


def test_a_server_that_is_starting_is_waited_for(postgres: PostgresServer) -> None:
    postgres.stop()
    engine = postgres_engine(postgres.url(), "test")
    tries = 0

    def start(_: float) -> None:
        nonlocal tries
        tries += 1
        if tries == 2:
            postgres.start()

    wait_for(engine, 60, sleep=start)
    assert tries >= 2
    with engine.connect() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "30s"
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "10s"
    engine.dispose()


@pytest.mark.parametrize(
    ("part", "by", "why"),
    [
        ("p%40ss-word", "wrong-one", "password authentication failed"),
        ("/ready", "/no_such", "does not exist"),
    ],
)
def test_what_waiting_does_not_mend_is_said_at_once(postgres: PostgresServer, part: str, by: str, why: str) -> None:
    url = postgres.url("ready").replace(part, by)
    engine = postgres_engine(url, "test")
    with pytest.raises(PostgresError, match=why) as caught:
        wait_for(engine, 3600)
    assert "KOUJING_DATABASE" in str(caught.value)
    assert [each for each in ("p@ss", "p%40ss", "wrong-one") if each in str(caught.value)] == []
    engine.dispose()


def test_the_wait_ends(postgres: PostgresServer) -> None:
    url = f"postgresql://koujing:geheim@127.0.0.1:{postgres.port + 1 if postgres.port < 65535 else 1}/koujing"
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    engine = postgres_engine(url, "test")
    with pytest.raises(PostgresError) as caught:
        wait_for(engine, 5, seconds=lambda: now, sleep=sleep)
    assert now >= 4
    assert "geheim" not in str(caught.value)
    assert shown(url) in str(caught.value)
