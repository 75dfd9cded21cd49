"""Regions (地区): the tree 国 → 省 → 市 → 区县 and what of it the notices cover."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from koujing.knowledge.errors import KnowledgeError
from koujing.knowledge.region_names import COUNTRY, Named, read_names, stem, with_ids
from koujing.knowledge.schemas import validate
from koujing.knowledge.yaml_lines import Document, read_document

__all__ = ["Region", "Regions", "UnknownRegionError", "load_regions"]

# Shorter pinyin is other words too (dali, yaan).
_ROMANISED = 5


class UnknownRegionError(KnowledgeError):
    """No region has this id; `near` are names that are like it."""

    def __init__(self, region: str, near: Sequence[str]) -> None:
        self.region, self.near = region, tuple(near)
        super().__init__(f"没有地区“{region}”" + (f"，是否指{'、'.join(near)}？" if near else ""))


@dataclass(frozen=True)
class Region:
    """One region. `level` is country, province, city or county; `covered`: it or one above it has a notice here."""

    id: str
    name: str
    level: str
    parent: str | None
    covered: bool
    has_notice: bool


class Regions:
    """All regions by id, and the names by which texts mean them. Immutable."""

    def __init__(self, regions: Iterable[Region], naming: Mapping[str, Any]) -> None:
        self._regions = {region.id: region for region in regions}
        self._parents = MappingProxyType({region.id: region.parent for region in self._regions.values()})
        self._surfaces, self._inner = _surfaces(self._regions, naming)
        self._naming = naming

    def get(self, region: str) -> Region | None:
        """The region with this id, or None."""
        return self._regions.get(region)

    def ids(self) -> tuple[str, ...]:
        """All ids, the country first, then by code."""
        return tuple(self._regions)

    def name(self, region: str) -> str:
        """Its full name (葫芦岛市).

        Raises:
            UnknownRegionError: no such id.
        """
        return self._known(region).name

    def chain(self, region: str) -> tuple[str, ...]:
        """Ids from the region itself up to its province; the country's own chain is itself."""
        chain = [self._known(region).id]
        while (above := self._parents[chain[-1]]) is not None and above != COUNTRY:
            chain.append(above)
        return tuple(chain)

    def notices_chain(self, region: str) -> tuple[str, ...]:
        """Those of its chain that have a notice, the nearest first."""
        return tuple(each for each in self.chain(region) if self._regions[each].has_notice)

    def within(self, region: str, ancestor: str) -> bool:
        """Whether a region is the other one or lies in it."""
        self._known(region)
        return ancestor == COUNTRY or ancestor in self.chain(region)

    def parents(self) -> Mapping[str, str | None]:
        """Every id with the id above it."""
        return self._parents

    def surfaces(self) -> Mapping[str, tuple[str, ...]]:
        """Names as found in texts with the ids they may mean; an empty tuple marks words that name no place."""
        return self._surfaces

    def inner_surfaces(self) -> Mapping[str, tuple[str, ...]]:
        """Names that count only right after a region that holds them (和平 after 沈阳)."""
        return self._inner

    def finder_data(self) -> dict[str, Any]:
        """The keyword arguments of `koujing.text.places.PlaceFinder`."""
        return {
            "surfaces": self._surfaces,
            "parents": self._parents,
            "inner": self._inner,
            "shy": frozenset(name for name, found in self._surfaces.items() if found and self._is_shy(name, found)),
            "bare": frozenset(name for name, found in self._surfaces.items() if found and self._is_bare(name, found)),
            "leads": tuple(self._naming.get("leads", ())),
            "not_before": tuple(self._naming.get("not_before", ())),
        }

    def _is_shy(self, name: str, found: Sequence[str]) -> bool:
        """Two characters that may as well be part of other words: 和县, or the bare name of a county not covered (鉴定结果)."""
        uncovered = not any(self._regions[id].covered for id in found)
        return len(name) == 2 and (name[1] in "县区市旗" or (uncovered and self._is_bare(name, found)))

    def _is_bare(self, name: str, found: Sequence[str]) -> bool:
        """A county's name of two characters without its 区 or 县."""
        regions = [self._regions[id] for id in found]
        return len(name) == 2 and all(r.level == "county" and r.name != name for r in regions)

    def romanised(self) -> Mapping[str, str]:
        """The names of provinces, cities and covered counties by their pinyin (foshan: 佛山市), where it is theirs alone."""
        return {
            each.id: each.name
            for each in self._regions.values()
            if (each.level in ("province", "city") or each.covered) and len(each.id) >= _ROMANISED and each.id.isalpha()
        }

    def nearest_names(self, text: str, most: int = 3) -> tuple[str, ...]:
        """Names of regions spelled most like a text or an id, for a did-you-mean; never used to read a text."""
        spelled: dict[str, str] = {}
        for region in self._regions.values():
            for form in (region.id, region.name, stem(region.name)):
                spelled.setdefault(form, region.name)
        close = get_close_matches(text.lower(), spelled, n=most * 2, cutoff=0.6)
        return tuple(dict.fromkeys(spelled[form] for form in close))[:most]

    def _known(self, region: str) -> Region:
        known = self._regions.get(region)
        if known is None:
            raise UnknownRegionError(region, self.nearest_names(region))
        return known


def load_regions(path: Path) -> Regions:
    """Read `policies/regions.yml` over the package's list of prefectures and counties.

    Raises:
        PolicyFileError: the file does not fit its schema or names an unknown region.
    """
    document = read_document(path)
    validate(document, "regions")
    data = document.data
    named = with_ids(read_names(data.get("added", ())), data["ids"], data.get("readings", {}))
    ids = {node.id for node in named}
    codes = {node.code for node in named}
    for code in data["ids"]:
        if code not in codes:
            raise document.error(("ids", code), f"没有代码为“{code}”的地区", "这个固定编号落空", "核对六位行政区划代码")
    _check_known(document, ids)
    return Regions(_placed(named, frozenset(data["notices"])), data)


def _check_known(document: Document, ids: set[str]) -> None:
    named = [(("notices", i), region) for i, region in enumerate(document.data["notices"])]
    for surface, regions in document.data.get("everyday", {}).items():
        named += [(("everyday", surface), region) for region in regions]
    for where, region in named:
        if region not in ids:
            close = get_close_matches(region, sorted(ids), 1)
            how = f"是否指“{close[0]}”？" if close else "用拼音编号，如 huludao"
            raise document.error(where, f"没有地区“{region}”", "找不到它就无从判断适用哪份通知", how)


def _placed(named: Sequence[Named], notices: frozenset[str]) -> list[Region]:
    by_code = {node.code: node for node in named}
    regions: dict[str, Region] = {}
    for node in sorted(named, key=lambda n: (n.depth, n.code)):
        parent = by_code[node.parent].id if node.parent is not None else None
        covered = node.id in notices or (parent is not None and regions[parent].covered)
        regions[node.id] = Region(node.id, node.name, node.level, parent, covered, node.id in notices)
    return list(regions.values())


def _surfaces(
    regions: Mapping[str, Region], naming: Mapping[str, Any]
) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    ordinary, ambiguous = frozenset(naming.get("ordinary_words", ())), frozenset(naming.get("ambiguous", ()))
    full: dict[str, list[str]] = defaultdict(list)
    stems: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for region in regions.values():
        if region.level == "country":
            continue
        full[region.name].append(region.id)
        short = stem(region.name)
        if short != region.name:
            stems[short][region.level].append(region.id)
        for mark in ("州", "县", "旗"):
            if region.name.endswith("自治" + mark) and not short.endswith(mark):
                full[short + mark].append(region.id)
    surfaces = {name: tuple(dict.fromkeys(found)) for name, found in full.items()}
    inner: dict[str, tuple[str, ...]] = {}
    for name, levels in stems.items():
        every = tuple(each for level in ("province", "city", "county") for each in levels.get(level, ()))
        highest = next(tuple(levels[level]) for level in ("province", "city", "county") if level in levels)
        chosen = every if name in ambiguous else highest
        if name in ordinary and "province" not in levels and "city" not in levels:
            inner[name] = every
            continue
        if name not in surfaces:
            surfaces[name] = chosen
        if set(every) - set(surfaces[name]):
            inner[name] = every
    for name, ids in naming.get("everyday", {}).items():
        surfaces[name] = tuple(ids)
    for word in naming.get("not_places", ()):
        surfaces[word] = ()
    return MappingProxyType(surfaces), MappingProxyType(inner)
