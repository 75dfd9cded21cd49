"""What is said when the notices are not the answer: other bureaus, own records, urgent help, small talk, refusals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from koujing.answering.reply import Reply, blank, contacts
from koujing.knowledge.base import Knowledge

__all__ = ["not_in_notice", "outside_region", "refusal"]


def refusal(
    knowledge: Knowledge,
    kind: str,
    on: dt.date,
    question: str | None = None,
    region: str | None = None,
    fills: Mapping[str, str] | None = None,
) -> Reply:
    """The approved reply of a kind of `policies/refusals.yml`; `fills` serve its placeholders.

    Raises:
        KeyError: no such kind.
    """
    entry = knowledge.refusals["kinds"][kind]
    handoff = {"state": "offered", "ticket": None, "hours": None} if entry["status"] == "handed_off" else None
    return blank(
        entry["status"], entry["text"].format(**(fills or {})), on, kind=kind, plain=entry["plain"].format(**(fills or {})),
        question=question, region=region, contacts=contacts(knowledge, entry["contacts"]), handoff=handoff,
    )  # fmt: skip


def not_in_notice(knowledge: Knowledge, matter: str, region: str, on: dt.date, question: str) -> Reply:
    """The region's own notices do not speak of the matter, and no other region's rule fills the gap."""
    chain = knowledge.regions.chain(region)
    notices = [notice.short for id in chain for notice in knowledge.notices.values() if notice.region == id]
    reply = refusal(
        knowledge, "not_in_notice", on, question, region,
        {"region": knowledge.regions.name(region), "notices": "、".join(notices), "matter": knowledge.matters[matter].name},
    )  # fmt: skip
    return {**reply, "matter": matter}


def outside_region(knowledge: Knowledge, region: str, on: dt.date, question: str) -> Reply:
    """A real place without any notice here: that place's own hotline, never a neighbour's rule."""
    name = knowledge.regions.name(region)
    return blank(
        "outside_region", knowledge.wordings["outside_region"].format(region=name), on,
        plain=knowledge.wordings["outside_region_plain"].format(region=name), question=question, region=region,
        contacts=contacts(knowledge, ["12333", "12345"]),
    )  # fmt: skip
