"""What is switched off is not said."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from koujing.desk.stopping import KINDS, Stopping, channel_of
from koujing.knowledge.base import Knowledge
from koujing.store.switches import Change, State
from tests.desk.conftest import blank_reply, refuse

ON = dt.date(2021, 9, 15)
MATTER, CALIBER = "job_retention_refund", "huludao.job_retention_refund.conditions"


def reply(status: str = "answered", **given: Any) -> dict[str, Any]:
    """About one matter, by one caliber."""
    said: dict[str, Any] = {"matter": MATTER, "calibers": [{"id": CALIBER, "version": "1"}], "question": "问", **given}
    return blank_reply(status, "可以。", ON, **said)


def stopping(*off: tuple[str, str]) -> Stopping:
    """With these switched off."""
    now = dt.datetime(2021, 9, 15, tzinfo=dt.timezone.utc)
    state = State({(kind, key): Change(1, kind, key, True, "核对", "甲", now, None) for kind, key in off})
    return Stopping(lambda: state, refuse)


def kinds(replies: list[dict[str, Any]]) -> list[str | None]:
    """What each was refused for, None where it was said."""
    return [one["kind"] for one in replies]


def test_nothing_is_touched_where_nothing_is_off() -> None:
    replies = [reply(), reply("clarifying")]
    assert stopping().stopped(replies, "web") is replies


@pytest.mark.parametrize("channel", ["web", "wechat", "api", "console"])
def test_a_matter_is_off_on_every_channel(channel: str) -> None:
    stop = stopping(("matter", MATTER))
    replies = stop.stopped([reply(), reply("clarifying"), reply(matter="other", calibers=[])], channel)
    assert kinds(replies) == ["switched_off_matter", "switched_off_matter", None]
    assert replies[0]["question"] == "问"
    assert replies[0]["calibers"] == []


def test_a_caliber_is_off_and_others_of_the_matter_speak() -> None:
    stop = stopping(("caliber", CALIBER))
    assert kinds(stop.stopped([reply(), reply(calibers=[])], "web")) == ["switched_off_caliber", None]


def test_a_screening_that_names_a_matter_that_is_off_is_not_said() -> None:
    items = [{"matter": "other"}, {"matter": MATTER}]
    listed = reply("listed", matter=None, calibers=[], items=items)
    assert kinds(stopping(("matter", MATTER)).stopped([listed], "web")) == ["switched_off_matter"]


def test_a_channel_that_is_off_says_so_once() -> None:
    stop = stopping(("channel", "web"))
    assert kinds(stop.stopped([reply(), reply()], "web")) == ["switched_off_channel"]
    assert kinds(stop.stopped([reply()], "wechat")) == [None]
    assert stop.stopped([], "web") == []


def test_who_to_call_in_need_is_said_whatever_is_off() -> None:
    stop = stopping(("channel", "web"), ("matter", MATTER))
    urgent = reply("signposted", calibers=[])
    assert stop.stopped([reply(), urgent], "web") == [urgent]
    assert stop.stopped([urgent], "wechat") == [urgent]


def test_a_session_is_known_by_its_client() -> None:
    off = stopping(("channel", "wechat"))
    clients = {"s1": "wechat:wx1", "s2": "web:demo", "s3": "0f" * 32, "s4": "console"}
    stop = Stopping(off._state, refuse, clients.__getitem__)
    assert {id: kinds(stop.in_session(id, [reply()]))[0] for id in clients} == {
        **dict.fromkeys(clients), "s1": "switched_off_channel"
    }  # fmt: skip
    assert [channel_of(client) for client in clients.values()] == ["wechat", "web", "api", "console"]


def test_nobody_is_looked_up_while_nothing_is_off() -> None:
    replies = [reply()]
    nobody: dict[str, str] = {}
    assert Stopping(stopping()._state, refuse, nobody.__getitem__).in_session("s", replies) is replies


def test_every_kind_has_its_wording(knowledge: Knowledge) -> None:
    assert set(KINDS) <= set(knowledge.refusals["kinds"])
