"""A reply made ready for an operator (答复卡): how sure it is, what is read aloud, and the clauses with the words relied on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from koujing.answering.reply import Reply
from koujing.desk.web.shown import View
from koujing.knowledge.base import Knowledge
from koujing.knowledge.quotes import folded

__all__ = ["BADGES", "Card", "badge", "card", "marked"]

BADGES = {"rule": "规则判定", "caliber": "核准口径", "quote": "原文", "pending": "待核"}
"""What an operator may rely on; only the first two are copied with one key."""
_COPIED = frozenset({"rule", "caliber"})
_RULED = frozenset({"determined", "listed"})
_SPOKEN = frozenset({"answered", "referred"})
_DIGITS = 16


@dataclass(frozen=True)
class Card:
    """One reply on the page. `key` is of its words: what was said is kept only if it is what was shown."""

    key: str
    badge: str
    reply: Reply
    view: dict[str, Any]
    clauses: tuple[dict[str, Any], ...]
    related: tuple[dict[str, Any], ...]
    fresh: bool

    @property
    def badge_text(self) -> str:
        """The badge in words."""
        return BADGES[self.badge]

    @property
    def copied(self) -> bool:
        """Whether one key copies it."""
        return self.badge in _COPIED


def badge(reply: Reply) -> str:
    """How a reply is proved: by rules, by approved calibers, by being the notice's own words, or not."""
    if reply["status"] in _RULED:
        return "rule"
    if reply["status"] in _SPOKEN and reply["calibers"]:
        return "caliber"
    return "quote" if reply["status"] == "quoted" else "pending"


def card(reply: Reply, knowledge: Knowledge, view: View, *, fresh: bool = False) -> Card:
    """A reply for the page. `fresh`: worked out anew from the facts of the sheet, and without a receipt yet."""
    words = json.dumps([reply["text"], reply["plain"], reply["calibers"], reply["on"], reply["region"]], sort_keys=True)
    return Card(
        key=hashlib.sha256(words.encode()).hexdigest()[:_DIGITS],
        badge=badge(reply),
        reply=reply,
        view=view(reply, knowledge),
        clauses=tuple(_clause(citation, knowledge) for citation in reply["citations"]),
        related=tuple(_related(reply, knowledge)),
        fresh=fresh,
    )


def _clause(citation: dict[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """A clause in full; of one that a later edition lost only the words relied on."""
    clause = knowledge.clauses.get(citation["clause"])
    text = clause.text if clause else citation["quote"]
    return {
        "id": citation["clause"],
        "notice": citation["notice"],
        "label": clause.label if clause else "",
        "heading": citation["heading"],
        "url": citation["url"],
        "text": marked(text, citation["quote"]),
    }


def marked(text: str, quote: str) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is the quote, found up to white space, width and script."""
    start = text.find(quote)
    if quote and start >= 0:
        return _pieces(text, start, start + len(quote))
    wanted, letters, places = folded(quote), "", list[int]()
    for place, character in enumerate(text):
        piece = folded(character)
        letters += piece
        places += [place] * len(piece)
    start = letters.find(wanted) if wanted else -1
    if start < 0:
        return [(text, False)]
    return _pieces(text, places[start], places[start + len(wanted) - 1] + 1)


def _pieces(text: str, start: int, end: int) -> list[tuple[str, bool]]:
    pieces = [(text[:start], False), (text[start:end], True), (text[end:], False)]
    return [piece for piece in pieces if piece[0]]


def _related(reply: Reply, knowledge: Knowledge) -> list[dict[str, Any]]:
    """The related questions, each with the aspect that it asks for."""
    matter = reply["matter"]
    if matter not in knowledge.matters:
        return []
    name, frames = knowledge.matters[matter].name, knowledge.wordings["aspects"]
    asked = {frame["ask"].format(matter=name): (aspect, frame["name"]) for aspect, frame in frames.items()}
    return [
        {"text": text, "name": asked[text][1], "pick": {"kind": "aspect", "matter": matter, "aspect": asked[text][0]}}
        for text in reply["suggestions"]
        if text in asked
    ]
