"""Accounts and sessions as kept."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.store.audit import Audit, Filter
from koujing.store.clients import Clients
from koujing.store.staff import LastAdministratorError, NameTakenError, StaffStore
from koujing.store.store import Store
from koujing.store.switches import Switches
from tests.store.conftest import Time

IDLE, ABSOLUTE = dt.timedelta(minutes=60), dt.timedelta(hours=12)


@pytest.fixture
def staff(engine: Engine, clock: Clock) -> StaffStore:
    return StaffStore(engine, clock)


def whose(staff: StaffStore, token: str) -> str | None:
    found = staff.signed_in(token, idle=IDLE, absolute=ABSOLUTE)
    return found.name if found else None


def test_names_are_taken_once(staff: StaffStore) -> None:
    first = staff.add("wang", "王", ["operator", "analyst"], None, "hash")
    assert first.roles == {"operator", "analyst"}
    with pytest.raises(NameTakenError):
        staff.add("wang", "王二", ["operator"], None, "hash")


def test_sessions_end_by_time_and_are_tidied(staff: StaffStore, time: Time) -> None:
    id = staff.add("wang", "王", ["operator"], None, "hash").id
    token = staff.sign_in(id, "::1")
    assert token
    assert whose(staff, token) == "wang"
    assert whose(staff, "x") is None
    for _ in range(11):
        time.pass_(minutes=59)
        assert whose(staff, token) == "wang"
    time.pass_(minutes=71)
    assert whose(staff, token) is None
    assert staff.sessions(id, idle=IDLE, absolute=ABSOLUTE) == []
    staff.tidy(idle=IDLE, absolute=ABSOLUTE)
    assert staff.end_sessions(id) == 0


def test_looking_without_touching_keeps_nothing_alive(staff: StaffStore, time: Time) -> None:
    id = staff.add("wang", "王", ["operator"], None, "hash").id
    token = staff.sign_in(id, "::1")
    assert token
    time.pass_(minutes=40)
    assert staff.signed_in(token, idle=IDLE, absolute=ABSOLUTE, touch=False)
    time.pass_(minutes=21)
    assert whose(staff, token) is None


def test_a_disabled_account_is_nobodys(staff: StaffStore) -> None:
    id = staff.add("wang", "王", ["operator"], None, "hash").id
    token = staff.sign_in(id, "::1")
    assert token
    staff.disable(id)
    assert whose(staff, token) is None
    assert staff.sign_in(id, "::1") is None
    staff.enable(id)
    assert whose(staff, token) is None


def test_the_last_administrator_stays(staff: StaffStore) -> None:
    operator = staff.add("li", "李", ["operator"], None, "hash")
    # Where there never was one, nothing is held back.
    staff.change(operator.id, display="李四")
    boss = staff.add("boss", "主任", ["administrator"], None, "hash")
    staff.add("demo", "演示", ["administrator"], None, "hash", demo=True)
    for attempt in (lambda: staff.disable(boss.id), lambda: staff.change(boss.id, roles=["operator"])):
        with pytest.raises(LastAdministratorError):
            attempt()
    kept = staff.get(boss.id)
    assert kept
    assert kept.disabled_at is None
    assert kept.roles == {"administrator"}


def test_a_password_changed_meanwhile_is_not_overwritten(staff: StaffStore) -> None:
    id = staff.add("wang", "王", ["operator"], None, "old").id
    staff.set_password(id, "new", must_change=False)
    staff.rehash(id, "old", "old under other parameters")
    kept = staff.get(id)
    assert kept
    assert kept.password == "new"


def test_the_audit_names_the_account_it_was(engine: Engine, clock: Clock, staff: StaffStore) -> None:
    audit = Audit(engine, clock)
    id = staff.add("wang", "王", ["operator"], None, "hash").id
    audit.note(id, "call_view", "call:1_2", {"at": clock.now(), "n": 1})
    audit.note(None, "sign_in_failed", "staff:unknown")
    first, second = audit.find(Filter())[::-1]
    assert (first.name, first.display, first.object) == ("wang", "王", "call:1_2")
    assert first.detail == {"at": str(clock.now()), "n": 1}
    assert (second.name, second.detail) == (None, {})
    # A beginning is taken as it is: _ and % stand for themselves.
    assert [entry.id for entry in audit.find(Filter(object="call:1_"))] == [first.id]
    assert audit.find(Filter(object="call:__")) == []


def test_a_note_is_undone_with_the_change_it_belongs_to(engine: Engine, clock: Clock) -> None:
    audit = Audit(engine, clock)
    with engine.connect() as connection, connection.begin() as change:
        audit.note(None, "staff_add", "staff:1", connection=connection)
        change.rollback()
    assert audit.find(Filter()) == []


class Seconds:
    """A stopwatch moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_switches_hold_until_their_end_and_are_kept_for_seconds(engine: Engine, clock: Clock, time: Time) -> None:
    here, seconds = Switches(engine, clock, Seconds()), Seconds()
    there = Switches(engine, clock, seconds)
    assert not there.now().off
    until = clock.now() + dt.timedelta(hours=1)
    assert here.set("matter", "m", off=True, reason="核对", staff_id=None, until=until)
    assert not here.set("matter", "m", off=True, reason="核对", staff_id=None, until=until)
    assert here.now().is_off("matter", "m")
    assert not here.now().is_off("matter", None)
    assert not there.now().is_off("matter", "m")
    seconds.now += 2
    assert there.now().is_off("matter", "m")
    time.pass_(hours=1)
    seconds.now += 2
    assert not there.now().off
    # On again by itself: to switch it on is no change, to switch it off is one.
    assert not here.set("matter", "m", off=False, reason="好了", staff_id=None)
    assert here.set("matter", "m", off=True, reason="核对", staff_id=None, until=until + dt.timedelta(hours=9))
    assert [change.off for change in here.history()] == [True, True]


def test_announcements_hold_from_and_to(engine: Engine, clock: Clock, time: Time) -> None:
    seconds = Seconds()
    switches = Switches(engine, clock, seconds)

    def holding() -> list[str]:
        seconds.now += 2
        return [one.text for one in switches.now().announcements]

    start = clock.now() + dt.timedelta(hours=1)
    id = switches.announce("维护", start, start + dt.timedelta(hours=1), staff_id=None)
    assert holding() == []
    time.pass_(hours=1)
    assert holding() == ["维护"]
    assert switches.withdraw(id, staff_id=None)
    assert not switches.withdraw(id, staff_id=None)
    assert holding() == []
    other = switches.announce("再次维护", start, start + dt.timedelta(hours=1), staff_id=None)
    assert other == id + 1
    time.pass_(hours=1)
    assert holding() == []


def test_a_session_tells_whose_it_is(engine: Engine, store: Store) -> None:
    clients = Clients(engine)
    assert clients.of(store.session("web:demo", "name")) == "web:demo"
    assert clients.of("none") == ""
