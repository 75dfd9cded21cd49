"""Events as turns."""

from __future__ import annotations

from typing import Any

from koujing.desk.web.talk import Retried, turning, turns

AT = "2021-09-15T15:42:00.000+08:00"


def event(kind: str, message_id: str | None = "m1", **given: Any) -> dict[str, Any]:
    return {"id": 1, "type": kind, "at": AT, "message_id": message_id, **given}


def view(**given: Any) -> dict[str, Any]:
    return {"ask": None, "items": [], "suggestions": [], **given}


def test_a_message_waits_until_it_has_a_reply_or_has_failed() -> None:
    asked = event("message", text="甲")
    assert turns([asked])[0].waiting
    assert not turns([asked, event("reply", view=view())])[0].waiting
    failed = turns([asked, event("failed", code="x", text="稍后", retry=True)])[0]
    assert failed.failed is not None
    assert not failed.waiting
    retried = turns([asked, event("failed", code="x", text="稍后", retry=True), event("reply", view=view())])[0]
    assert (retried.failed, len(retried.views), retried.at) == (None, 1, "15:42")


def test_replies_stand_under_their_message_though_another_came_between() -> None:
    found = turns([event("message", text="甲"), event("message", "m2", text="乙"), event("reply", view=view())])
    assert [(turn.said, len(turn.views)) for turn in found] == [("甲", 1), ("乙", 0)]


def test_a_notice_stands_alone_and_what_belongs_to_nothing_is_left_out() -> None:
    found = turns([event("notice", None, text="已留下"), event("reply", "gone", view=view())])
    assert [(turn.notice, turn.waiting) for turn in found] == [("已留下", False)]
    assert turning(found) is None


def test_the_next_message_answers_the_last_that_asks() -> None:
    asks, offers = view(ask={"question": "在哪？"}), view(suggestions=[{"id": "1", "label": "怎么办？"}])
    said = event("message", text="甲")
    assert turning(turns([said, event("reply", view=asks), event("reply", view=offers)])) is asks
    assert turning(turns([said, event("reply", view=offers), event("reply", view=view())])) is offers
    later = [said, event("reply", view=asks), event("message", "m2", text="乙")]
    assert turning(turns(later)) is None


def test_a_message_tried_again_waits_until_something_newer_comes() -> None:
    asked, failed = event("message", text="甲"), event("failed", code="x", text="稍后", retry=True)
    assert turns([asked, failed], Retried("m1", 1))[0].waiting
    assert not turns([asked, failed], Retried("m2", 1))[0].waiting
    assert not turns([asked, failed, {**failed, "id": 2}], Retried("m1", 1))[0].waiting
