"""Approved words to answer a citizen with: found by search, made by the core for what the citizen told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koujing.answering.asked import Situation
from koujing.answering.reply import Reply
from koujing.desk.console.assist.cards import BADGES, badge
from koujing.desk.console.assist.screening import aspect_reply
from koujing.desk.console.assist.suggest import Suggester
from koujing.knowledge.base import Knowledge
from koujing.knowledge.provisions import ASPECTS

__all__ = ["Calibers"]

# Only these are sent with one key, as they stand.
_SENT = frozenset({"rule", "caliber"})


class Calibers:
    """Searches in this process."""

    def __init__(self, knowledge: Knowledge, suggester: Suggester) -> None:
        self._knowledge, self._suggester = knowledge, suggester

    def find(self, typed: str, region: str | None) -> list[dict[str, Any]]:
        """What can be answered, best first."""
        found = self._suggester.find(typed, region)
        return [each.shown() for each in found if each.kind == "aspect"]

    def draft(self, pick: Mapping[str, str], situation: Situation) -> dict[str, Any] | None:
        """The core's words for what was picked; without words where they are not approved."""
        reply = self._reply(pick, situation)
        if reply is None:
            return None
        sure = badge(reply)
        return {"badge": sure, "badge_text": BADGES[sure], "text": reply["text"] if sure in _SENT else ""}

    def rests_on(self, pick: Mapping[str, str], situation: Situation, text: str) -> list[str]:
        """The calibers that a text says word for word; none where an operator worded it."""
        reply = self._reply(pick, situation)
        if reply is None or badge(reply) not in _SENT or _same(reply["text"]) != _same(text):
            return []
        return [f"{each['id']}@{each['version']}" for each in reply["calibers"]]

    def _reply(self, pick: Mapping[str, str], situation: Situation) -> Reply | None:
        matter, aspect, text = pick.get("matter", ""), pick.get("aspect", ""), pick.get("text", "")
        if matter not in self._knowledge.matters or aspect not in ASPECTS:
            return None
        return aspect_reply(self._knowledge, situation, matter, aspect, text, pick.get("topic") or None)


def _same(text: str) -> str:
    """A text without what a form does to its line breaks."""
    return "\n".join(line.strip() for line in text.strip().splitlines())
