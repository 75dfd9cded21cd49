"""What the understanding hands to the core: one question of a message, and the situation it is asked in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from koujing.knowledge.facts import Fact

__all__ = ["Asked", "Situation"]


@dataclass(frozen=True)
class Asked:
    """One question: its asking sentence, the intent (aspect or dialogue act) and the topic (matter or refusal kind).

    `context` is the whole message as normalised, in which special words of a rule or caliber are looked for;
    `own_facts` names the facts that this message itself stated; `near_intents` are
    other intents nearly as likely meant, best first.
    """

    text: str
    intent: str
    topic: str
    context: str = ""
    own_facts: tuple[str, ...] = ()
    near_intents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Situation:
    """Where, for which day and with which facts a question is answered.

    `region` is the narrowest known region id; `places` are the candidates where a name could mean several.
    """

    region: str | None
    on: dt.date
    facts: Mapping[str, Fact] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    surface: str = ""
