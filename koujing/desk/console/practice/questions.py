"""Makes the questions of a round: past ones first, weak matters first, with three calibers beside the right one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from koujing.answering.asked import Asked, Situation
from koujing.answering.reply import Reply
from koujing.answering.spoken import caliber_ref, say_caliber, say_silence
from koujing.knowledge.base import Knowledge
from koujing.knowledge.provisions import Caliber, Provision
from koujing.store.practice import Past, Question, Standing

__all__ = ["NOTHING", "ROUND", "Questions"]

ROUND = 10
NOTHING = {"id": "", "label": "文件没有规定", "text": "文件没有规定，不能按口径答复；告知来电人可以向谁咨询。"}
_CALIBERS = 4
_A_MATTER = 3
_SILENT_EVERY = 5
_SHORTEST, _LONGEST = 4, 80
# These say much the same of one matter, so none of them is a wrong choice beside another.
_ALIKE = frozenset({"eligibility", "overview", "who", "conditions"})


@dataclass(frozen=True)
class _Known:
    """A caliber that can be spoken, and where it stands."""

    provision: Provision
    caliber: Caliber

    @property
    def id(self) -> str:
        return caliber_ref(self.provision, self.caliber)["id"]


@dataclass(frozen=True)
class _Asked:
    """What is asked; without a caliber the right answer is that nothing is said."""

    text: str
    region: str
    provision: Provision
    aspect: str
    known: _Known | None
    receipt: str | None = None


class Questions:
    """Made once; holds the calibers that may be spoken."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._known = {
            one.id: one
            for provision in knowledge.provisions.values()
            for calibers in provision.calibers.values()
            for one in (_Known(provision, caliber) for caliber in calibers if caliber.approved)
        }

    def made(
        self,
        past: Iterable[Past],
        standing: Mapping[str, Standing],
        on: dt.date,
        random: Random,
        *,
        region: str | None = None,
        matter: str | None = None,
    ) -> list[Question]:
        """The questions of a round, ten or as many as there are: weak matters first, then those never asked.

        Args:
            past: what was asked before; only what can be understood by itself is taken.
            standing: how the person does in each matter.
            on: the day they are answered for.
            region: theirs and those of its counties' only; `matter` likewise.
        """
        asked = [one for each in past if (one := self._of_past(each)) is not None]
        samples = [one for one in self._samples() if matter or self._callers(one.provision.matter)]
        pool = [one for one in (*asked, *samples) if self._wanted(one, region, matter)]
        random.shuffle(pool)
        # A past question goes before a sample of the same matter.
        pool.sort(key=lambda one: (_weakness(standing.get(one.provision.matter)), one.receipt is None))
        chosen = _mixed(pool, a_matter=ROUND if matter else _A_MATTER)
        random.shuffle(chosen)
        return [self._question(one, on, random) for one in chosen]

    # ---

    def _of_past(self, past: Past) -> _Asked | None:
        known = self._known.get(past.caliber)
        matter = self._knowledge.matters.get(past.matter)
        if known is None or matter is None or not _SHORTEST <= len(past.text) <= _LONGEST:
            return None
        # "那多少钱" is no question without what was said before it.
        if not any(word in past.text for word in (matter.name, *matter.words)):
            return None
        region = past.region if past.region and self._knowledge.regions.get(past.region) else known.provision.region
        return _Asked(past.text, region, known.provision, known.caliber.aspect, known, past.receipt)

    def _samples(self) -> Iterable[_Asked]:
        """For every aspect that a provision speaks to, or says nothing of, the question of the policies' own wordings."""
        for provision in self._knowledge.provisions.values():
            for aspect in (*provision.calibers, *provision.silent):
                known = self._general(provision, aspect)
                if known is None and self._knowledge.find_caliber(provision.matter, aspect, provision.region):
                    continue
                yield _Asked(self._sample(provision.matter, aspect), provision.region, provision, aspect, known)

    def _callers(self, matter: str) -> bool:
        """Whether it is something that callers can get, and no rule for the administration."""
        return not {"person", "unit"}.isdisjoint(self._knowledge.matters[matter].audience)

    def _general(self, provision: Provision, aspect: str) -> _Known | None:
        general = (each for each in provision.calibers.get(aspect, ()) if each.approved and each.topic is None)
        found = next(general, None)
        return None if found is None else _Known(provision, found)

    def _sample(self, matter: str, aspect: str) -> str:
        ask = str(self._knowledge.wordings["aspects"][aspect]["ask"])
        return ask.format(matter=self._knowledge.matters[matter].name)

    def _wanted(self, one: _Asked, region: str | None, matter: str | None) -> bool:
        if matter is not None and one.provision.matter != matter:
            return False
        return region is None or self._knowledge.regions.within(one.region, region)

    def _question(self, one: _Asked, on: dt.date, random: Random) -> Question:
        wrong = self._wrong(one, on, random)
        right = [] if one.known is None else [self._option(one.known, on)]
        options = [*right, *wrong][:_CALIBERS]
        random.shuffle(options)
        answer = options.index(right[0]) if right else len(options)
        reply = self._silent(one, on) if one.known is None else self._spoken(one.known, on)
        proof = {
            "text": reply["text"],
            "quotes": [{"notice": each["notice"], "heading": each["heading"], "quote": each["quote"]} for each in reply["citations"]],
        }  # fmt: skip
        sample = self._sample(one.provision.matter, one.aspect) if one.receipt else one.text
        return Question(
            sample, one.region, one.provision.matter, one.aspect, [*options, NOTHING], answer, proof, one.receipt
        )  # fmt: skip

    def _wrong(self, one: _Asked, on: dt.date, random: Random) -> list[dict[str, str]]:
        """Plausible ones: other aspects of the matter, the same in other regions, then anything near."""
        own = one.provision
        rest = list(self._known.values())
        random.shuffle(rest)

        def near(other: _Known) -> int:
            same_matter, same_aspect = other.provision.matter == own.matter, other.caliber.aspect == one.aspect
            same_region = other.provision.region == own.region
            if same_matter and same_region:
                return 0
            if same_matter and same_aspect:
                return 1
            return 2 if same_aspect and same_region else 3

        found: list[dict[str, str]] = []
        told = {self._spoken(one.known, on)["text"]} if one.known else set()
        for other in sorted(rest, key=near):
            if len(found) == _CALIBERS:
                break
            if self._may_be_right(one, other):
                continue
            option = self._option(other, on)
            if option["text"] not in told and sum(each["place"] == option["place"] for each in found) < 2:
                found.append(option)
                told.add(option["text"])
        return found

    def _may_be_right(self, one: _Asked, other: _Known) -> bool:
        """Whether another caliber would answer the question as well."""
        if other.provision.matter != one.provision.matter:
            return False
        # A wider region's caliber on the same holds here too.
        if other.provision.region in self._knowledge.regions.chain(one.region) and other.caliber.aspect == one.aspect:
            return True
        return other.caliber.aspect == "overview" or {one.aspect, other.caliber.aspect} <= _ALIKE

    def _option(self, known: _Known, on: dt.date) -> dict[str, str]:
        provision, names = known.provision, self._knowledge
        topic = f"（{known.caliber.topic}）" if known.caliber.topic else ""
        aspect = names.wordings["aspects"][known.caliber.aspect]["name"]
        place = f"{names.regions.name(provision.region)} · {names.matters[provision.matter].name}"
        return {"id": known.id, "place": place, "label": f"{place} · {aspect}", "text": self._spoken(known, on)["text"], "topic": topic}  # fmt: skip

    def _spoken(self, known: _Known, on: dt.date) -> Reply:
        where = Situation(known.provision.region, on)
        asked = Asked("", f"ask_{known.caliber.aspect}", known.provision.matter)
        return say_caliber(self._knowledge, known.provision, (known.caliber,), asked, where)

    def _silent(self, one: _Asked, on: dt.date) -> Reply:
        asked = Asked(one.text, f"ask_{one.aspect}", one.provision.matter)
        silence = one.provision.silent[one.aspect]
        return say_silence(self._knowledge, one.provision, silence, asked, Situation(one.region, on))


def _weakness(standing: Standing | None) -> float:
    """Sorts the weakest first; who was never asked comes between weak and well."""
    if standing is None:
        return 0.5
    return (standing.right + 1) / (standing.asked + 2)


def _mixed(pool: Sequence[_Asked], a_matter: int) -> list[_Asked]:
    """Ten of them in their order: few of one matter, no question twice, and one in five without a caliber."""
    chosen: list[_Asked] = []
    matters: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    silent = 0
    for most_silent, most in ((ROUND // _SILENT_EVERY, a_matter), (ROUND, ROUND)):
        for one in pool:
            key = (one.text, one.region)
            if len(chosen) == ROUND:
                return chosen
            if key in seen or matters[one.provision.matter] >= most or (one.known is None and silent >= most_silent):
                continue
            chosen.append(one)
            seen.add(key)
            matters[one.provision.matter] += 1
            silent += one.known is None
    return chosen
