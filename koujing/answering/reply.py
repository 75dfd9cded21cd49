"""The Reply as data: every key always present (contract: reply.schema.json)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact, FactType, Value
from koujing.knowledge.figures import decimal_text
from koujing.knowledge.provisions import Citation
from koujing.rules.windows import WindowState

__all__ = ["Reply", "basis", "blank", "citations", "contacts", "fact_entries", "plain_value", "window_entries"]

Reply = dict[str, Any]
_MOST_LABELS = 5


def blank(status: str, text: str, on: dt.date, **given: Any) -> Reply:
    """A reply with every key; keys not given are null or empty."""
    reply: Reply = {
        "schema_version": "1", "status": status, "kind": None, "question": None, "text": text, "plain": None,
        "points": [], "on": on.isoformat(), "region": None, "matter": None, "aspect": None, "verdict": None,
        "reasons": [], "changes": [], "amounts": [], "windows": [], "citations": [], "facts": {}, "ask": None,
        "items": [], "suggestions": [], "contacts": [], "calibers": [], "handoff": None, "receipt": None,
    }  # fmt: skip
    unknown = set(given) - set(reply)
    if unknown:
        raise TypeError(f"no such reply keys: {sorted(unknown)}")
    reply.update(given)
    return reply


def citations(knowledge: Knowledge, cites: Iterable[Citation]) -> list[dict[str, Any]]:
    """Citation entries, the first quote of each clause kept, in the order given."""
    entries: dict[str, dict[str, Any]] = {}
    for cite in cites:
        clause, notice = knowledge.clauses[cite.clause], knowledge.notice_of(cite.clause)
        entries.setdefault(
            cite.clause,
            {
                "clause": cite.clause, "notice": notice.name, "region": notice.region,
                "heading": clause.heading, "quote": cite.quote, "url": notice.url,
            },
        )  # fmt: skip
    return list(entries.values())


def basis(knowledge: Knowledge, cites: Iterable[Citation]) -> str:
    """依据：文号＋条款, the clauses grouped by notice; many items of one annex are named by the annex."""
    clauses = list(dict.fromkeys(cite.clause for cite in cites))
    if len(clauses) > _MOST_LABELS:
        clauses = list(dict.fromkeys(clause.partition(".")[0] for clause in clauses))
    grouped: dict[str, list[str]] = {}
    for clause in clauses:
        grouped.setdefault(knowledge.notice_of(clause).short, []).append(knowledge.clauses[clause].label)
    words = "；".join(notice + "、".join(labels) for notice, labels in grouped.items())
    return str(knowledge.wordings["basis"]).format(clauses=words)


def contacts(knowledge: Knowledge, keys: Iterable[str]) -> list[dict[str, Any]]:
    """Contact entries by their keys in `policies/contacts.yml`."""
    return [dict(knowledge.contacts["contacts"][key]) for key in keys]


def plain_value(value: Value | None) -> Any:
    """A fact's value as JSON: booleans and choices as they are, dates ISO, numbers as integers or decimal strings."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    return int(value) if value.denominator == 1 else decimal_text(value, 4)


def fact_entries(facts: Mapping[str, Fact], types: Mapping[str, FactType]) -> dict[str, Any]:
    """The facts understood so far, by id, as said."""
    return {
        id: {
            "value": plain_value(fact.value), "words": types[id].words(fact.value), "unit": types[id].unit or None, "label": types[id].label,
            "said": fact.said, "confirmed": fact.confirmed,
            **{end: plain_value(bound) for end, bound in (("low", fact.low), ("high", fact.high)) if bound is not None},
        }
        for id, fact in facts.items()
    }  # fmt: skip


def window_entries(states: Iterable[WindowState]) -> list[dict[str, Any]]:
    """Window entries with their dates and state on the day asked for."""
    return [
        {
            "of": state.window.of, "opens": state.opens.isoformat() if state.opens else None,
            "closes": state.closes.isoformat() if state.closes else None, "state": state.state,
            "clause": state.window.clause,
        }
        for state in states
    ]  # fmt: skip
