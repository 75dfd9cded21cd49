"""What a client gets: an event with the view of its reply, and the site with all that stands around a conversation."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Protocol

from koujing.clock import Clock
from koujing.desk.opening import Staffed
from koujing.desk.script import DEFAULT_SCRIPT, converted
from koujing.desk.web.sites import Site
from koujing.desk.web.transcript import DISCLAIMER
from koujing.desk.web.view import reach
from koujing.knowledge.base import Knowledge
from koujing.knowledge.figures import date_words
from koujing.settings import Settings
from koujing.store.events import Event

__all__ = ["Shown", "View", "greeting"]

log = logging.getLogger(__name__)

# Parts of a reply that lead into the knowledge, of which a later edition may have lost what an old reply names.
_LEADING = ("reasons", "changes", "amounts", "windows", "citations", "items")
PRIVACY_PATH = "/privacy"


class View(Protocol):
    """`koujing.desk.web.view.view`."""

    def __call__(
        self, reply: dict[str, Any], knowledge: Knowledge, *, script: str = DEFAULT_SCRIPT
    ) -> dict[str, Any]: ...


class Shown:
    """Makes events ready for a client."""

    def __init__(self, knowledge: Knowledge, view: View) -> None:
        self._knowledge, self._view = knowledge, view

    def event(self, event: Event, script: str) -> dict[str, Any]:
        """One event, its words in a script but for what the person said."""
        shown: dict[str, Any] = {"id": event.id, "type": event.type, "at": event.at.isoformat(timespec="milliseconds")}
        if event.type == "message":
            return {**shown, "message_id": event.message_id, "text": event.data["text"], "from": "person"}
        if event.reply is not None:
            return {**shown, "message_id": event.message_id, "view": self._viewed(event.reply, script)}
        if event.type == "held":
            return {**shown, "message_id": event.message_id}
        words = {"text": converted(event.data["text"], script)}
        if event.type == "operator":
            return {**shown, **words, "name": converted(event.data["name"], script)}
        if event.type == "failed":
            failure = {"code": event.data["code"], **words, "retry": event.data["retry"]}
            return {**shown, "message_id": event.message_id, **failure}
        return {**shown, **words}

    def _viewed(self, reply: dict[str, Any], script: str) -> dict[str, Any]:
        try:
            return self._view(reply, self._knowledge, script=script)
        except Exception:
            # One reply that can no longer be shown in full must not lock a person out of the whole conversation.
            log.exception("receipt %s is shown by its text alone", reply["receipt"])
            bare = {**reply, **{part: [] for part in _LEADING}, "ask": None, "region": None}
            return self._view(bare, self._knowledge, script=script)


def greeting(
    site: Site,
    region: str | None,
    settings: Settings,
    knowledge: Knowledge,
    clock: Clock,
    announced: Iterable[str] = (),
    staffed: Staffed | None = None,
) -> dict[str, Any]:
    """What stands around a conversation that begins; what is announced for all comes before the site's own notices.

    `staffed` tells whether people answer now, where hours are known.
    """
    today, demo = clock.today(), clock.fixed is not None
    notices = [notice.text for notice in site.notices if notice.until is None or notice.until >= today]
    return {
        "site": {
            "id": site.id,
            "title": site.title,
            "bureau": site.bureau,
            "region": region,
            "region_name": knowledge.regions.name(region) if region else None,
            "hours": staffed and staffed.text,
            "notices": [*announced, *notices],
            "kiosk_minutes": site.kiosk_minutes,
        },
        "limits": {"message_length": settings.message_length, "per_minute": settings.web_messages_per_minute},
        "date": {
            "on": today.isoformat(),
            "demo": demo,
            "text": f"{'演示日期' if demo else '答复日期'} {date_words(today)}",
        },
        "open_hours": staffed is not None and staffed.open,
        "disclaimer": DISCLAIMER,
        "reach": reach(knowledge),
        "privacy_url": PRIVACY_PATH,
    }
