"""What the understanding hands to the core: one question of a message, and the situation it is asked in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from koujing.knowledge.facts import Fact
from koujing.text.normalise import normalise

__all__ = ["ALL_MATTERS", "NO_MATTER", "Asked", "Situation", "put"]

ALL_MATTERS = "all_matters"
"""The topic of a question about everything one could get (我下岗了有什么可以领)."""
NO_MATTER = "no_matter"
"""The topic of a question that names nothing it is about (那多少钱)."""


@dataclass(frozen=True)
class Asked:
    """One question: its asking sentence, the intent (aspect or dialogue act) and the topic.

    A topic is a matter, a refusal kind, `ALL_MATTERS` or `NO_MATTER`. `context` is the whole message as normalised, in
    which special words of a rule or caliber are looked for; `own_facts` names the facts that this message itself
    stated; `near_intents` are other intents nearly as likely meant, best first, and `near_topics` other matters. A `personal` question names the person it is asked for (我能领吗), one `again` asks the same as
    a question before that wanted a verdict (那我呢), and one `aside` is put in the middle of an interview about something else. An
    `unread` one puts a decided case otherwise in words that were not understood; one that `wants_asking` asks to be asked
    about its case (您问我答吧). One that is `situated` comes after words that tell a situation (学挖掘机呢, 能不能领…).
    """

    text: str
    intent: str
    topic: str
    context: str = ""
    own_facts: tuple[str, ...] = ()
    near_intents: tuple[str, ...] = ()
    near_topics: tuple[str, ...] = ()
    personal: bool = False
    again: bool = False
    aside: bool = False
    unread: bool = False
    wants_asking: bool = False
    situated: bool = False


@dataclass(frozen=True)
class Situation:
    """Where, for which day and with which facts a question is answered.

    `region` is the narrowest known region id; `places` are the candidates where a name could mean several. Facts in
    `unknown` are not asked for again: the asker does not know them; `first` is asked first where it is missing. In a
    `brief` answer, the next of an interview, the general rule is not said once more.
    """

    region: str | None
    on: dt.date
    facts: Mapping[str, Fact] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    surface: str = ""
    unknown: frozenset[str] = frozenset()
    first: str | None = None
    brief: bool = False


def put(question: Mapping[str, Any], told: tuple[str, ...], *, personal: bool, aside: bool, offered: bool) -> Asked:
    """What a question as understood asks; `told` are the facts that count as told with it."""
    context = normalise(question.get("context") or question["text"])
    near = tuple(question.get("near_intents", ()))
    return Asked(
        question["text"], question["intent"], question["topic"], context, told, near,
        tuple(question.get("near_topics", ())), personal, question.get("again", False), aside,
        question.get("unread", False), offered, question.get("situated", False),
    )  # fmt: skip
