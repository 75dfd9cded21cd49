"""Finding a region by what an operator types: 兴城, xingcheng, xc."""

from __future__ import annotations

from typing import Any

from koujing.knowledge.base import Knowledge

__all__ = ["Places"]

_MOST = 8


class Places:
    """All regions, those that are covered first."""

    def __init__(self, knowledge: Knowledge) -> None:
        regions = filter(None, map(knowledge.regions.get, knowledge.regions.ids()))
        self._regions = sorted(regions, key=lambda region: not region.covered)
        names = {region.id: region.name for region in self._regions}
        self._above = {r.id: names.get(r.parent or "", "") if r.level == "county" else "" for r in self._regions}

    def find(self, typed: str) -> list[dict[str, Any]]:
        """The best few; what begins so stands before what only holds it."""
        text = typed.strip().lower()
        if not text:
            return []
        begin = [r for r in self._regions if r.name.startswith(text) or r.id.startswith(text)]
        hold = [r for r in self._regions if text in self._above[r.id] + r.name and r not in begin]
        return [
            {"id": region.id, "name": self._above[region.id] + region.name, "covered": region.covered}
            for region in [*begin, *hold][:_MOST]
        ]
