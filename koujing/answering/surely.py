"""How surely a message speaks of a subject of its own, whatever else it says."""

from __future__ import annotations

from koujing.answering.turn import SAID_ASIDE, SURE, Turn

__all__ = ["asks_surely", "says_more", "urgent"]

_FIRST = ("signposted", "handed_off")
_SUBJECTS = ("outside_scope", "account_data", "signposted")


def urgent(turn: Turn) -> bool:
    """Whether the message tells of distress, fraud or the like, or wants a person: that is met before anything is taken from it."""
    kinds, words = turn.knowledge.refusals["kinds"], turn.knowledge.dialogue
    if turn.session.asking is not None and "skip" in words.acts(turn.heard.text, wholly=True):
        return words.desperate(turn.heard.text)  # 我不想说
    return any(
        kinds[question["topic"]]["status"] in _FIRST and question.get("share", 0) >= SAID_ASIDE
        for question in turn.heard.questions
        if question["topic"] in kinds
    )


def asks_surely(turn: Turn) -> bool:
    """Whether the message surely asks about a matter, whatever else it says."""
    if not turn.knowledge.dialogue.asks(turn.heard.text):
        return False
    return any(
        question["topic"] in turn.knowledge.matters and question.get("share", 0) >= SURE
        for question in turn.heard.questions
    )


def says_more(turn: Turn) -> bool:
    """Whether a message surely speaks of a subject, and asks or tells something of it, whatever it begins with."""
    kinds, words = turn.knowledge.refusals["kinds"], turn.knowledge.dialogue
    return bool(turn.heard.facts or words.asks(turn.heard.text)) and any(
        question.get("share", 0) >= SAID_ASIDE
        and (question["topic"] in turn.knowledge.matters or kinds.get(question["topic"], {}).get("status") in _SUBJECTS)
        for question in turn.heard.questions
    )
