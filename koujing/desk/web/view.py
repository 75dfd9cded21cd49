"""A reply made ready for a screen (View): grouped, labelled and dated, for the widget and the chat page alike.

Nothing about policy is worded here: words come from the reply, from the approved frames and from `koujing.labels`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from koujing.desk.script import DEFAULT_SCRIPT, converted, in_script
from koujing.desk.web.choices import Choice, choices
from koujing.desk.web.paragraphs import Parts, paragraphs, summary, text_parts
from koujing.knowledge.base import Knowledge
from koujing.knowledge.figures import date_words
from koujing.labels import STATUS, VERDICT, WINDOW, amount_words, reason_mark

__all__ = ["reach", "view"]

View = dict[str, Any]
Reply = dict[str, Any]
Say = Callable[[str], str]

# Replies that say something about a matter or where to turn: whether they helped can be told.
_JUDGED = frozenset({
    "answered", "determined", "listed", "quoted", "referred", "outside_region", "outside_scope", "account_data", "signposted",
})  # fmt: skip
_INPUTS = {
    "number": "numeric", "percent": "decimal", "money": "decimal", "duration": "numeric", "date": "date", "text": "text",
}  # fmt: skip
_OFFICIAL = ".gov.cn"


def view(reply: Reply, knowledge: Knowledge, *, script: str = DEFAULT_SCRIPT) -> View:
    """The reply for a screen; every key is always there."""
    say = partial(converted, script=script)
    shown = in_script(reply, script)
    buttons = choices(shown)
    # The question may come again word for word inside the text: it is shown once, with its options.
    lead = say(str(knowledge.wordings["basis"]).partition("{")[0])
    parts = text_parts(shown["text"], shown["ask"] and shown["ask"]["question"], lead)
    quoted = reply["status"] == "quoted"
    return {
        "receipt": reply["receipt"],
        "status": reply["status"],
        "label": say(STATUS[reply["status"]]),
        "badge": _badge(reply, say),
        "summary": summary(parts.said or parts.question or shown["text"]),
        "text": [parts.said] if quoted else paragraphs(parts.said),
        "plain": _plain(shown, lead),
        "points": shown["points"],
        "reasons": [_reason(reason, shown["facts"], knowledge, say) for reason in shown["reasons"]],
        "changes": [{"text": change["text"], "earliest": _day(change["earliest"])} for change in shown["changes"]],
        "amounts": [
            {"label": amount["label"], "value": say(amount_words(amount)), "formula": amount["formula"]}
            for amount in shown["amounts"]
        ],
        "windows": [_window(window, knowledge, say) for window in shown["windows"]],
        "citations": [_citation(citation, knowledge, say) for citation in shown["citations"]],
        "ask": _ask(shown["ask"], parts, buttons, knowledge, say),
        "items": _items(shown, buttons, say),
        "suggestions": [choice.shown() for choice in buttons if choice.kind == "suggestion"],
        "contacts": [_contact(contact) for contact in shown["contacts"]],
        "handoff": shown["handoff"] and {key: shown["handoff"].get(key) for key in ("state", "ticket", "hours")},
        "calibers": [f"{caliber['id']}@{caliber['version']}" for caliber in reply["calibers"]],
        "on": date_words(dt.date.fromisoformat(reply["on"])),
        "region": _region(reply["region"], knowledge, say),
        "basis": parts.basis,
        "feedback": reply["receipt"] is not None and reply["status"] in _JUDGED,
    }


def reach(knowledge: Knowledge) -> str:
    """How far the knowledge reaches, in the approved words."""
    until = max(notice.issued for notice in knowledge.notices.values())
    return str(knowledge.wordings["reach"]).format(until=date_words(until))


def _badge(reply: Reply, say: Say) -> dict[str, str] | None:
    verdict = reply["verdict"] or ("referred" if reply["status"] == "referred" else None)
    return {"verdict": verdict, "text": say(VERDICT[verdict])} if verdict else None


def _plain(shown: Reply, lead: str) -> list[str] | None:
    if not shown["plain"]:
        return None
    parts = text_parts(shown["plain"], shown["ask"] and shown["ask"]["question"], lead)
    return paragraphs(parts.said)


def _reason(reason: dict[str, Any], facts: dict[str, Any], knowledge: Knowledge, say: Say) -> dict[str, Any]:
    return {
        "holds": reason["holds"],
        "mark": say(reason_mark(reason)),
        "condition": reason["condition"],
        "said": _said(reason, facts, knowledge, say),
        "clause": reason["clause"] and say(knowledge.clauses[reason["clause"]].label),
        "referred_to": reason["referred_to"],
    }


def _said(reason: dict[str, Any], facts: dict[str, Any], knowledge: Knowledge, say: Say) -> str | None:
    """The fact as told; a computed one (裁员率) in the words of its kind."""
    told = facts.get(reason["fact"])
    if told is not None:
        return str(told["words"])
    if reason["fact"] is None or reason["value"] is None:
        return None
    kind = knowledge.facts[reason["fact"]]
    return say(kind.words(kind.parse(reason["value"])))


def _window(window: dict[str, Any], knowledge: Knowledge, say: Say) -> dict[str, str]:
    state = WINDOW[window["of"]][window["state"]]
    name = knowledge.wordings["window_names"][window["of"]]
    opens = window["opens"] and f"{_day(window['opens'])}起"
    closes = window["closes"] and f"到{_day(window['closes'])}止"
    dates = "，".join(filter(None, (opens, closes)))
    return {
        "text": say(f"{name}：{state}" + (f"，{dates}" if dates else "")),
        "state": window["state"],
        "state_text": say(state),
    }


def _citation(citation: dict[str, Any], knowledge: Knowledge, say: Say) -> dict[str, Any]:
    return {
        "id": citation["clause"],
        "notice": citation["notice"],
        "clause_label": say(knowledge.clauses[citation["clause"]].label) or citation["heading"],
        "heading": citation["heading"],
        "quote": citation["quote"],
        "url": citation["url"],
        "official": _official(citation["url"]),
    }


def _ask(
    ask: dict[str, Any] | None, parts: Parts, buttons: list[Choice], knowledge: Knowledge, say: Say
) -> dict[str, Any] | None:
    if ask is None:
        return None
    return {
        "question": parts.question or ask["question"],
        "why": ask["why"],
        "type": ask["type"],
        "options": [choice.shown() for choice in buttons if choice.kind == "option"],
        "input": _input(ask, knowledge, say),
    }


def _input(ask: dict[str, Any], knowledge: Knowledge, say: Say) -> dict[str, Any]:
    """How the answer is typed, and its unit: what a telephone's keyboard is chosen by."""
    kind = knowledge.facts.get(ask["fact"])
    # Months have no day: they are typed, as 2021年3月.
    by_month = kind is not None and kind.type == "month"
    unit = (kind.unit or {"duration": "个月", "money": "元", "percent": "％"}.get(kind.type)) if kind else None
    return {"mode": "text" if by_month else _INPUTS.get(ask["type"], "text"), "unit": say(unit) if unit else None}


def _items(shown: Reply, buttons: list[Choice], say: Say) -> list[dict[str, Any]]:
    options = [choice.shown() for choice in buttons if choice.kind == "item"]
    return [
        {
            "name": item["name"],
            "verdict": item["verdict"],
            "verdict_text": say(VERDICT[item["verdict"]]),
            "summary": item["summary"],
            "option": options[n] if options else None,
        }
        for n, item in enumerate(shown["items"])
    ]


def _contact(contact: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": contact["name"],
        "phone": contact["phone"],
        "tel": contact["phone"] and f"tel:{contact['phone']}",
        "url": contact["url"],
        "official": _official(contact["url"]),
        "hours": contact.get("hours"),
    }


def _official(url: str | None) -> bool:
    """Whether an address is a government's own (非政府网站 is said of others)."""
    return url is not None and (urlsplit(url).hostname or "").endswith(_OFFICIAL)


def _region(id: str | None, knowledge: Knowledge, say: Say) -> str | None:
    return say(knowledge.regions.name(id)) if id else None


def _day(date: str | None) -> str | None:
    return date_words(dt.date.fromisoformat(date)) if date else None
