"""What comes in, row by row, and what nobody has heard of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koujing.desk.wechat.errors import CallbackError
from koujing.desk.wechat.inbound import (
    Click,
    HumanSession,
    Inbound,
    Location,
    Media,
    Other,
    Revoked,
    Scan,
    Subscribe,
    Text,
    Unsubscribe,
    Voice,
    read,
)

HEAD = {"ToUserName": "gh_1", "FromUserName": "o1", "CreateTime": "1631669400"}
COMMON = ("gh_1", "o1", 1631669400)


def message(kind: str, **fields: Any) -> Inbound:
    return read({**HEAD, "MsgType": kind, "MsgId": "7", **fields})


def event(name: str, **fields: Any) -> Inbound:
    return read({**HEAD, "MsgType": "event", "Event": name, **fields})


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("text", {"Content": " 怎么领 "}, Text(*COMMON, "m:7", " 怎么领 ", None)),
        ("text", {"Content": "一", "bizmsgmenuid": "101"}, Text(*COMMON, "m:7", "一", "101")),
        ("text", {}, Text(*COMMON, "m:7", "", None)),
        ("voice", {"MediaId": "x", "Format": "amr"}, Voice(*COMMON, "m:7", None)),
        ("voice", {"Recognition": " "}, Voice(*COMMON, "m:7", None)),
        ("voice", {"Recognition": "怎么领。 "}, Voice(*COMMON, "m:7", "怎么领。")),
        ("image", {"PicUrl": "http://x", "MediaId": "x"}, Media(*COMMON, "m:7", "image")),
        ("video", {}, Media(*COMMON, "m:7", "video")),
        ("shortvideo", {}, Media(*COMMON, "m:7", "shortvideo")),
        ("link", {"Url": "http://x"}, Media(*COMMON, "m:7", "link")),
        ("file", {}, Media(*COMMON, "m:7", "file")),
        (
            "location",
            {"Location_X": "40.7", "Location_Y": "120.8", "Scale": "15", "Label": "葫芦岛市龙港区"},
            Location(*COMMON, "m:7", "葫芦岛市龙港区", "40.7", "120.8"),
        ),
        ("hologram", {"What": {"Is": "it"}}, Other(*COMMON, "m:7", "hologram")),
    ],
)
def test_messages(kind: str, fields: dict[str, Any], expected: Inbound) -> None:
    assert message(kind, **fields) == expected


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("subscribe", {}, (Subscribe, None)),
        ("subscribe", {"EventKey": ""}, (Subscribe, None)),
        ("subscribe", {"EventKey": "qrscene_"}, (Subscribe, None)),
        ("subscribe", {"EventKey": "last_trade_no_1"}, (Subscribe, None)),
        ("subscribe", {"EventKey": "qrscene_xingcheng", "Ticket": "t"}, (Subscribe, "xingcheng")),
        ("unsubscribe", {"EventKey": ""}, (Unsubscribe,)),
        ("SCAN", {"EventKey": "xingcheng"}, (Scan, "xingcheng")),
        ("CLICK", {"EventKey": "guide"}, (Click, "guide")),
        ("kf_create_session", {"KfAccount": "a@b"}, (HumanSession, True, "a@b")),
        ("kf_close_session", {"KfAccount": "a@b"}, (HumanSession, False, "a@b")),
        ("kf_switch_session", {"FromKfAccount": "a@b", "ToKfAccount": "c@b"}, (HumanSession, True, "c@b")),
        ("VIEW", {"EventKey": "http://x"}, (Other, "VIEW")),
        ("LOCATION", {"Latitude": "1", "Longitude": "2", "Precision": "3"}, (Other, "LOCATION")),
        ("scancode_waitmsg", {"EventKey": "k", "ScanCodeInfo": {"ScanType": "qrcode"}}, (Other, "scancode_waitmsg")),
        ("TEMPLATESENDJOBFINISH", {"MsgID": "1", "Status": "success"}, (Other, "TEMPLATESENDJOBFINISH")),
        ("of_next_year", {"EventKey": {"a": "b"}, "List": [{"a": "1"}, {"a": "2"}]}, (Other, "of_next_year")),
        ("", {}, (Other, "event")),
    ],
)
def test_events(name: str, fields: dict[str, Any], expected: tuple[Any, ...]) -> None:
    found = event(name, **fields)
    kind, *values = expected
    assert found == kind(*COMMON, found.key, *values)


@pytest.mark.parametrize("name", ["user_authorization_revoke", "user_authorization_cancellation"])
def test_who_takes_back_consent_is_not_the_system_that_says_so(name: str) -> None:
    found = event(name, OpenID="o2", RevokeInfo="1")
    assert found == Revoked("gh_1", "o2", 1631669400, f"e:o2:1631669400:{name}:")
    assert event(name).sender == "o1"


def test_the_key_tells_a_retry_from_another_message() -> None:
    assert message("text", Content="a").key == message("text", Content="a").key == "m:7"
    assert message("text", MsgId="8").key == "m:8"
    assert event("CLICK", EventKey="a").key == "e:o1:1631669400:CLICK:a"
    different = [
        event("CLICK", EventKey="a"),
        event("CLICK", EventKey="b"),
        event("VIEW", EventKey="a"),
        event("CLICK", EventKey="a", FromUserName="o2"),
        event("CLICK", EventKey="a", CreateTime="1631669401"),
        event("CLICK", EventKey="a" * 200),
        event("CLICK", EventKey="a" * 201),
        read({**HEAD, "MsgType": "text", "Content": "a"}),
        read({**HEAD, "MsgType": "text", "Content": "b"}),
        read({**HEAD, "MsgType": "text", "Content": "a", "MsgId": "7" * 65}),
    ]
    assert len({found.key for found in different}) == len(different)
    assert all(len(found.key) <= 128 for found in different)


@pytest.mark.parametrize(
    "broken",
    [
        {"ToUserName": None},
        {"FromUserName": None},
        {"CreateTime": None},
        {"MsgType": None},
        {"MsgType": ""},
        {"FromUserName": ""},
        {"FromUserName": "o 1"},
        {"FromUserName": "o1\n"},
        {"FromUserName": "口径"},
        {"FromUserName": "o" * 65},
        {"FromUserName": {"a": "b"}},
        {"FromUserName": ["o1", "o2"]},
        {"CreateTime": "now"},
        {"CreateTime": "-1"},
        {"CreateTime": "１６３１"},
        {"CreateTime": "1" * 13},
        {"Content": ["a", "b"]},
        {"MsgId": ["7", "8"]},
        {"MsgType": ["text", "event"]},
    ],
)
def test_what_every_message_has_must_be_there_once(broken: dict[str, Any]) -> None:
    fields = {**HEAD, "MsgType": "text", "Content": "a", "MsgId": "7", **broken}
    with pytest.raises(CallbackError):
        read({name: value for name, value in fields.items() if value is not None})


@given(
    kind=st.text(min_size=1, max_size=20),
    name=st.text(max_size=40),
    extra=st.dictionaries(st.text(max_size=10), st.text(max_size=200)),
)
def test_no_name_is_an_error(kind: str, name: str, extra: dict[str, str]) -> None:
    for fields in ({"MsgType": kind}, {"MsgType": "event", "Event": name}):
        found = read({**extra, **HEAD, **fields})
        assert isinstance(found, Inbound)
        assert len(found.key) <= 128
