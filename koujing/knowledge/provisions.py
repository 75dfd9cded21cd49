"""Provisions (规定): what clauses say on one matter in one region, as loaded from `policies/<region>/<matter>.yml`."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koujing.knowledge import conditions, parameters
from koujing.knowledge.conditions import Condition
from koujing.knowledge.parameters import Parameter
from koujing.knowledge.schemas import validate
from koujing.knowledge.yaml_lines import Document, read_document

__all__ = ["ASPECTS", "Amount", "Caliber", "Case", "Citation", "Provision", "Referral", "Rule", "Silence", "Window"]

ASPECTS = (
    "eligibility", "overview", "who", "conditions", "amount", "deadline", "duration", "how", "materials",
    "processing_time", "where", "funding", "definition", "list", "basis", "transition", "compatibility",
)  # fmt: skip


@dataclass(frozen=True)
class Citation:
    """A clause and the exact words of it that are relied on."""

    clause: str
    quote: str


@dataclass(frozen=True)
class Window:
    """A period of one of the clocks (`of`: rule, event, application, payout); `opens` and `closes` name parameters."""

    id: str
    of: str
    fact: str | None
    opens: str | None
    closes: str | None
    opening_day_decided: bool
    text: str
    otherwise: str | None
    clause: str


@dataclass(frozen=True)
class Amount:
    """A benefit figure: computed from parameters and facts by the closed nodes of `compute`, exact, then rounded."""

    id: str
    label: str
    unit: str
    qualifier: str
    condition: Condition | None
    compute: Mapping[str, Any]
    formula: str
    say: str | None
    outside: str | None
    places: int
    rounding: str
    clause: str


@dataclass(frozen=True)
class Rule:
    """What the notice lets someone have, with its conditions, verdict wordings and benefit."""

    id: str
    title: str
    words: tuple[str, ...]
    only_when_asked: bool
    when: Condition
    eligible: str
    ineligible: str | None
    labels: Mapping[str, str]
    amounts: tuple[Amount, ...]
    cites: tuple[Citation, ...]


@dataclass(frozen=True)
class Referral:
    """A condition that the notice leaves to another document or office; `rules` is empty where it holds for all."""

    text: str
    to: str
    rules: tuple[str, ...]
    clause: str


@dataclass(frozen=True)
class Caliber:
    """Approved wording (口径) of one aspect. `version` is a hash of all that can be said from it."""

    aspect: str
    topic: str | None
    words: tuple[str, ...]
    text: str
    plain: str
    closed: str | None
    points: tuple[str, ...]
    status: str
    windows: tuple[str, ...]
    cites: tuple[Citation, ...]
    approved: bool
    version: str


@dataclass(frozen=True)
class Silence:
    """An aspect the notice does not speak to: where it sends one, or who is to be asked."""

    aspect: str
    to: str | None
    note: str | None
    quote: str | None
    clause: str


@dataclass(frozen=True)
class Case:
    """A worked example of a provision: facts on a date and what must come out."""

    name: str
    on: dt.date
    rule: str | None
    facts: Mapping[str, Any]
    expect: Mapping[str, Any]


@dataclass(frozen=True)
class Provision:
    """AllOf that one file says. `calibers` holds, for each aspect, the special topics first and the general one last."""

    matter: str
    region: str
    clauses: tuple[str, ...]
    since: dt.date | None
    until: dt.date | None
    since_cite: Citation | None
    interpretations: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    windows: Mapping[str, Window]
    rules: Mapping[str, Rule]
    amounts: tuple[Amount, ...]
    referred: tuple[Referral, ...]
    calibers: Mapping[str, tuple[Caliber, ...]]
    silent: Mapping[str, Silence]
    cases: tuple[Case, ...]

    @property
    def id(self) -> str:
        """`<region>.<matter>`."""
        return f"{self.region}.{self.matter}"

    def speaks(self, aspect: str) -> bool:
        """Whether there is a caliber for the aspect."""
        return aspect in self.calibers

    def all_amounts(self) -> tuple[Amount, ...]:
        """The provision's own amounts and those of its rules."""
        return (*self.amounts, *(amount for rule in self.rules.values() for amount in rule.amounts))


def load_provision(path: Path) -> tuple[Provision, Document]:
    """Read one provision file and build it; references to other files are checked by `knowledge.references`.

    Raises:
        PolicyFileError: the file does not fit `schema/provision.json` or a parameter's value its unit.
    """
    document = read_document(path)
    validate(document, "provision")
    data = document.data
    built: dict[str, Parameter] = {}
    for name, entry in data.get("parameters", {}).items():
        try:
            built[name] = parameters.build(name, entry)
        except (ValueError, ZeroDivisionError) as error:
            raise document.error(("parameters", name), f"参数“{name}”的值“{entry['value']}”用不了", str(error), "改值或改 unit") from error  # fmt: skip
    force = data["in_force"]
    provision = Provision(
        matter=data["matter"],
        region=data["region"],
        clauses=tuple(data["clauses"]),
        since=force["from"],
        until=force["until"],
        since_cite=Citation(force["clause"], force["quote"]) if force["from"] else None,
        interpretations=tuple(data.get("interpretations", ())),
        parameters=built,
        windows={name: _window(name, entry) for name, entry in data.get("windows", {}).items()},
        rules={name: _rule(name, entry) for name, entry in data.get("rules", {}).items()},
        amounts=tuple(_amount(entry) for entry in data.get("amounts", ())),
        referred=tuple(
            Referral(r["text"], r["to"], tuple(r.get("rules", ())), r["clause"]) for r in data.get("referred", ())
        ),
        calibers={aspect: tuple(_calibers(aspect, entry)) for aspect, entry in data["calibers"].items()},
        silent={
            aspect: Silence(aspect, s.get("to"), s.get("note"), s.get("quote"), s["clause"])
            for aspect, s in data.get("silent", {}).items()
        },
        cases=tuple(
            Case(c["name"], c["on"], c.get("rule"), c.get("facts", {}), c["expect"]) for c in data.get("cases", ())
        ),
    )
    return provision, document


def _window(name: str, data: Mapping[str, Any]) -> Window:
    return Window(
        name, data["of"], data.get("fact"), data.get("opens"), data.get("closes"),
        data.get("opening_day", "included") == "included", data["text"], data.get("no"), data["clause"],
    )  # fmt: skip


def _cites(items: Any) -> tuple[Citation, ...]:
    return tuple(Citation(item["clause"], item["quote"]) for item in items)


def _amount(data: Mapping[str, Any]) -> Amount:
    rounding = data.get("rounding", {"places": 2, "mode": "half_up"})
    return Amount(
        data["id"], data["label"], data["unit"], data["qualifier"],
        conditions.build(data["if"]) if "if" in data else None, data["compute"], data["formula"], data.get("say"),
        data.get("outside"), rounding["places"], rounding["mode"], data["clause"],
    )  # fmt: skip


def _rule(name: str, data: Mapping[str, Any]) -> Rule:
    return Rule(
        name, data["title"], tuple(data.get("words", ())), data.get("only_when_asked", False),
        conditions.build(data["when"]), data["eligible"], data.get("ineligible"), data.get("labels", {}),
        tuple(_amount(entry) for entry in data.get("amounts", ())), _cites(data.get("cites", ())),
    )  # fmt: skip


def _calibers(aspect: str, data: Mapping[str, Any]) -> list[Caliber]:
    special = [{**data, "closed": None, "points": (), **topic} for topic in data.get("topics", ())]
    return [_caliber(aspect, entry) for entry in [*special, {**data, "words": ()}]]


def _caliber(aspect: str, data: Mapping[str, Any]) -> Caliber:
    approval = data.get("approval", {"status": "approved"})
    spoken = [data["text"], data["plain"], data.get("closed"), list(data.get("points", ()))]
    cites = _cites(data["cites"])
    stamp = json.dumps([*spoken, [[c.clause, c.quote] for c in cites]], ensure_ascii=False)
    return Caliber(
        aspect, data.get("id"), tuple(data["words"]), data["text"], data["plain"], data.get("closed"),
        tuple(data.get("points", ())), data.get("status", "answered"), tuple(data.get("windows", ())), cites,
        approval["status"] == "approved", hashlib.sha256(stamp.encode()).hexdigest()[:12],
    )  # fmt: skip
