"""What can be chosen on the pages of review: matters, aspects, calibers, clauses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from koujing.answering.asked import ALL_MATTERS
from koujing.desk.console.errors import InputError
from koujing.desk.console.naming import caliber_names
from koujing.desk.console.reviews.examples import QUOTE
from koujing.knowledge.base import Knowledge
from koujing.knowledge.notices import Clause

__all__ = ["Choices", "Right"]

_ORIGINAL = "要看原文"


@dataclass(frozen=True)
class Right:
    """What would have been right."""

    matter: str | None
    aspect: str | None
    caliber: str | None


@dataclass(frozen=True)
class Choices:
    """Made once; names by id."""

    knowledge: Knowledge
    calibers: Mapping[str, str] = field(init=False)
    matters: Mapping[str, str] = field(init=False)
    outside: Mapping[str, str] = field(init=False)
    aspects: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        knowledge = self.knowledge
        kinds = knowledge.refusals["kinds"]
        left = {kind for kind in kinds if kind.startswith("switched_off_") or kind in ("too_long", "not_in_notice")}
        made: dict[str, Mapping[str, str]] = {
            "calibers": caliber_names(knowledge),
            "matters": {
                **{id: matter.name for id, matter in knowledge.matters.items()}, ALL_MATTERS: "全部事项（我能领什么）"
            },
            "outside": {id: kind["label"] for id, kind in kinds.items() if id not in left},
            "aspects": {**{id: frame["name"] for id, frame in knowledge.wordings["aspects"].items()}, QUOTE: _ORIGINAL},
        }  # fmt: skip
        for name, names in made.items():
            object.__setattr__(self, name, names)

    def calibers_in(self, region: str | None) -> Mapping[str, str]:
        """The calibers that hold in a region; all where it is not known."""
        if region is None or self.knowledge.regions.get(region) is None:
            return self.calibers
        chain = self.knowledge.regions.chain(region)
        return {id: name for id, name in self.calibers.items() if id.partition(".")[0] in chain}

    def right(self, form: Mapping[str, str]) -> Right:
        """What a form says would have been right; matter and aspect of the caliber where only this is named.

        Raises:
            InputError: there is no such matter, aspect or caliber.
        """
        matter, aspect, caliber = (form.get(name, "").strip() or None for name in ("matter", "aspect", "caliber"))
        if caliber is not None and caliber not in self.calibers:
            raise InputError("caliber", f"没有“{caliber:.60}”这个口径。", "请从列出的口径号里选。")
        if caliber is not None:
            parts = caliber.split(".")
            matter, aspect = matter or parts[1], aspect or parts[2]
        if matter is not None and matter not in self.matters and matter not in self.outside:
            raise InputError("matter", "没有这个事项。", "请从列表里选。")
        if aspect is not None and aspect not in self.aspects:
            raise InputError("aspect", "没有这个方面。", "请从列表里选。")
        return Right(matter, aspect, caliber)

    def provisions(self, matter: str | None, region: str | None) -> list[tuple[str, str]]:
        """The regions and matters whose file could say something, those that hold for a turn first."""
        every = sorted(self.knowledge.provisions, key=lambda key: (key[1] != matter, key[1], key[0]))
        if matter in self.knowledge.matters:
            every = [key for key in every if key[1] == matter]
        if region is None or self.knowledge.regions.get(region) is None:
            return every
        chain = self.knowledge.regions.chain(region)
        return sorted(every, key=lambda key: chain.index(key[0]) if key[0] in chain else len(chain))

    def wording(self, region: str, matter: str, aspect: str | None) -> Mapping[str, str]:
        """What is said now on an aspect, with the names of its figures; empty where nothing is."""
        provision = self.knowledge.provisions.get((region, matter))
        said = provision.calibers.get(aspect or "") if provision else None
        return {"text": said[-1].text, "plain": said[-1].plain} if said else {}

    def clauses(self, region: str | None, matter: str | None) -> list[tuple[str, list[Clause]]]:
        """All clauses in groups: first those of a provision, then the rest of each notice, its own region's first."""
        knowledge = self.knowledge
        provision = knowledge.provisions.get((region or "", matter or ""))
        own = [knowledge.clauses[id] for id in provision.clauses] if provision else []
        groups = [("这份规定的条款", own)] if own else []
        notices = sorted(knowledge.notices.values(), key=lambda notice: notice.region != region)
        return groups + [
            (notice.short, [clause for clause in notice.clauses if clause not in own]) for notice in notices
        ]
