"""Which open point a reply belongs to: the notice is silent on what was asked, or leaves it to others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy.engine import Connection

from koujing.knowledge.base import Knowledge
from koujing.knowledge.provisions import Provision
from koujing.private.mask import mask
from koujing.store.open_points import NewPoint, OpenPoints
from koujing.store.review_finding import Found

__all__ = ["Counting", "Owner", "PointKinds"]

Owner = Callable[[str, str], str | None]
"""The office that owns a matter in a region, by id."""
_REFERRED = "referred"
_CONSOLE = "console"


class PointKinds:
    """The points that the policy files hold: every aspect that a provision lists as silent, or leaves to others."""

    def __init__(self, knowledge: Knowledge, owner: Owner) -> None:
        self._knowledge, self._owner = knowledge, owner

    def all(self) -> Iterator[NewPoint]:
        """Every aspect on which a provision is silent."""
        for (region, matter), provision in self._knowledge.provisions.items():
            for aspect in provision.silent:
                yield self.make(region, matter, aspect, provision.silent[aspect].clause)

    def of_reply(self, reply: Mapping[str, Any]) -> NewPoint | None:
        """The point that a reply touches: it said that the notice leaves this to others, or does not say."""
        matter, aspect, citations = reply.get("matter"), reply.get("aspect"), reply.get("citations") or []
        if reply.get("status") != _REFERRED or not matter or not aspect or not citations:
            return None
        clause = citations[0]["clause"]
        provision = self._deciding(matter, aspect, str(citations[0]["region"]), reply.get("region"))
        if provision is None or aspect not in self._knowledge.wordings["aspects"] or not clause:
            return None
        return self.make(provision.region, matter, aspect, str(clause))

    def make(self, region: str, matter: str, aspect: str, clause: str, title: str = "", question: str = "") -> NewPoint:
        """A point on an aspect of a provision, worded unless somebody worded it."""
        knowledge = self._knowledge
        name, about = knowledge.matters[matter].name, knowledge.wordings["aspects"][aspect]["name"]
        provision = knowledge.provisions.get((region, matter))
        silence = provision.silent.get(aspect) if provision else None
        where = knowledge.regions.name(region)
        notice = knowledge.notice_of(clause).short if clause in knowledge.clauses else "通知"
        left = f"只写到“{silence.to}”" if silence and silence.to else "没有写明"
        asked = f"{notice}对{name}的“{about}”{left}，请明确{where}怎样执行、依据是什么。"
        return NewPoint(
            key=f"{region}.{matter}.{aspect}", region=region, matter=matter, aspect=aspect, clause=clause,
            title=title or f"{where}{name}：{about}", question=question or asked, office=self._owner(matter, region),
        )  # fmt: skip

    def _deciding(self, matter: str, aspect: str, cited: str, asked: str | None) -> Provision | None:
        knowledge = self._knowledge
        if (cited, matter) in knowledge.provisions:
            return knowledge.provisions[cited, matter]
        if not asked or knowledge.regions.get(asked) is None:
            return None
        found = knowledge.find_silence(matter, aspect, asked)
        return found[0] if found else next(iter(knowledge.chain(matter, asked)), None)


class Counting:
    """Counts every new reply under its point, in the transaction in which it is found."""

    def __init__(self, kinds: PointKinds, points: OpenPoints) -> None:
        self._kinds, self._points = kinds, points

    def __call__(self, connection: Connection, found: Found) -> None:
        """Once a reply; what the console asks by itself does not count."""
        if found.client == _CONSOLE and found.call_id is None:
            return
        new = self._kinds.of_reply(found.reply)
        if new is None:
            return
        hit = {
            "receipt": found.receipt, "session_id": found.session_id, "at": found.at, "source": "auto",
            "question": mask(str(found.reply.get("question") or "")),
        }  # fmt: skip
        self._points.hit_in(connection, new, hit)
