"""The one question asked back: which region, which place, which matter, a fact, or the confirmation of one that stands for another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from koujing.answering.asked import Situation
from koujing.answering.reply import Reply, blank, plain_value
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact

__all__ = ["ask_confirm", "ask_fact", "ask_matter", "ask_region"]

_KINDS = {"choice": "choice", "yes_no": "yes_no", "number": "number", "percent": "percent", "money": "money",
          "date": "date", "month": "date", "duration": "duration"}  # fmt: skip


def ask_region(knowledge: Knowledge, situation: Situation, question: str, matter: str | None) -> Reply:
    """Asks the region: the candidates of an ambiguous name, else the regions that have notices."""
    frames = knowledge.wordings
    if situation.places:
        frame = frames["ask_place" if len(situation.places) > 1 else "ask_inside"]
        text, options = frame.format(surface=situation.surface), situation.places
    else:
        text = frames["ask_region"]
        options = tuple(dict.fromkeys(notice.region for notice in knowledge.notices.values()))
    ask = {
        "fact": "region", "question": text, "why": frames["ask_region_why"], "type": "choice",
        "options": [{"id": id, "label": _full_name(knowledge, id), "value": id} for id in options],
    }  # fmt: skip
    return blank("clarifying", text, situation.on, question=question, matter=matter, ask=ask, plain=text)


def _full_name(knowledge: Knowledge, region: str) -> str:
    """A region with the city or province above it where that helps: 葫芦岛市连山区."""
    entry = knowledge.regions.get(region)
    assert entry is not None
    above = knowledge.regions.get(entry.parent) if entry.parent and entry.level == "county" else None
    return (above.name if above else "") + entry.name


def ask_matter(knowledge: Knowledge, question: str, situation: Situation, near: Sequence[str] = ()) -> Reply:
    """Asks which matter is meant: of the two or three likely ones, else of those most asked about in the region."""
    frames, region = knowledge.wordings, situation.region
    offered = near or [id for id in knowledge.dialogue.offered if region is None or knowledge.chain(id, region)]
    text = frames["ask_near_matter" if near else "ask_matter"]
    ask = {
        "fact": "matter", "question": text, "why": frames["ask_matter_why"], "type": "choice",
        "options": [{"id": id, "label": knowledge.matters[id].name, "value": id} for id in offered],
    }  # fmt: skip
    return blank("clarifying", text, situation.on, question=question, region=region, ask=ask, plain=text)


def ask_fact(knowledge: Knowledge, fact: str) -> dict[str, Any]:
    """The `ask` entry for a missing fact, with options where it is a choice or yes/no."""
    kind = knowledge.facts[fact]
    options: list[dict[str, Any]] = [{"id": id, "label": label, "value": id} for id, label in kind.options.items()]
    if kind.type == "yes_no":
        options = [{"id": "yes", "label": "是", "value": True}, {"id": "no", "label": "否", "value": False}]
    question = kind.question or f"{kind.label}是多少？"
    return {"fact": fact, "question": question, "why": kind.why, "type": _KINDS[kind.type], "options": options}


def ask_confirm(knowledge: Knowledge, stand_in: str, fact: Fact) -> dict[str, Any]:
    """The `ask` entry that confirms a fact said in place of the deciding one (公司28人 for 参保28人)."""
    kind = knowledge.facts[stand_in]
    assert kind.stands_for is not None
    assert kind.confirm is not None
    deciding = knowledge.facts[kind.stands_for]
    words = kind.words(fact.value)
    options = [
        {"id": "yes", "label": f"是，{words}都参保", "value": plain_value(fact.value)},
        {"id": "no", "label": "不是", "value": None},
    ]
    question = kind.confirm.format(value=words)
    return {
        "fact": deciding.id,
        "question": question,
        "why": deciding.why,
        "type": _KINDS[deciding.type],
        "options": options,
    }
