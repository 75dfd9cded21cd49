"""The region of an address that WeChat writes beside a position (Label); never guessed from degrees."""

from __future__ import annotations

from koujing.knowledge.regions import Regions
from koujing.text.places import PlaceFinder

__all__ = ["Whereabouts"]

_COUNTRY = "中国"


class Whereabouts:
    """Reads addresses with the names of all regions known."""

    def __init__(self, regions: Regions) -> None:
        self._regions = regions
        self._finder = PlaceFinder(**regions.finder_data())

    def region(self, label: str) -> str | None:
        """The narrowest region that an address (辽宁省葫芦岛市兴城市…) begins with, None where it does not tell one."""
        found = self._finder.find(label.removeprefix(_COUNTRY))
        first = found[0] if found else None
        if first is None or first.start > 0 or len(first.candidates) != 1:
            return None
        return first.candidates[0]

    def name(self, region: str) -> str:
        """A region's name."""
        return self._regions.name(region)
