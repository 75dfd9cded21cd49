"""Shared by the tests of answers: the policies loaded once, questions in short, and what holds for every reply."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import FormatChecker
from jsonschema.validators import validator_for

from koujing.answering.asked import Asked, Situation
from koujing.contract import reply_schema
from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.knowledge.facts import Fact
from koujing.knowledge.quotes import contains_quote
from koujing.settings import DEMO_DATE, ROOT

Reply = Mapping[str, Any]


@cache
def policies() -> Knowledge:
    """The real policies; immutable, so one copy serves all tests."""
    return load_knowledge(ROOT / "policies")


@cache
def _validator() -> Any:
    schema = reply_schema()
    return validator_for(schema)(schema, format_checker=FormatChecker())


def misfits(reply: Reply) -> list[str]:
    """What does not fit the contract, quotes that do not stand in their clause, and braces left unfilled."""
    found = [f"{list(error.absolute_path)}: {error.message}" for error in _validator().iter_errors(reply)]
    for cite in reply["citations"]:
        clause = policies().clauses[cite["clause"]]
        if not contains_quote(clause.text, cite["quote"]):
            found.append(f"{cite['clause']} does not say “{cite['quote']}”")
    said = [reply["text"], reply["plain"] or "", *reply["points"], *(r["condition"] for r in reply["reasons"])]
    said += [reply["ask"]["question"]] if reply["ask"] else []
    found += [f"unfilled: {words}" for words in said if "{" in words or "}" in words]
    return found


def asked(matter: str, aspect: str, text: str = "请问", **more: Any) -> Asked:
    """A question about an aspect of a matter."""
    return Asked(text, aspect if aspect == "quote_original" else f"ask_{aspect}", matter, **more)


def known(**raw: Any) -> dict[str, Fact]:
    """Facts by id from plain data."""
    return {id: Fact(policies().facts[id].parse(value)) for id, value in raw.items()}


def situation(region: str | None, on: dt.date = DEMO_DATE, **facts: Any) -> Situation:
    """Where, when and with which facts."""
    return Situation(region, on, known(**facts))
