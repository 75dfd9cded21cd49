"""Places named in a text, found among surfaces given as data; never corrected by sound."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

__all__ = ["FoundPlace", "PlaceFinder"]

Cuts = Callable[[], Collection[int]]

_PUNCTUATION = re.compile(r"[^\w]|[\d_]")


@dataclass(frozen=True)
class FoundPlace:
    """A place at its place in the text: several candidates when the name alone does not tell (连山)."""

    start: int
    end: int
    surface: str
    candidates: tuple[str, ...]


class PlaceFinder:
    """Finds places by longest match.

    `surfaces` maps a name to the region ids it may mean; an empty tuple marks words that look like a place and are
    none (连山遍野). `inner` are names understood only right after a region that holds them (沈阳和平). `parents`
    gives every id its parent, so that 辽宁葫芦岛连山 becomes one place. `shy` surfaces (和县) count only at a
    beginning, right after a region that holds them or after a word of `leads` (在, 到 …). A surface followed by one of `not_before`
    (路, 大道, 大学) is no place.
    """

    def __init__(
        self,
        surfaces: Mapping[str, tuple[str, ...]],
        parents: Mapping[str, str | None],
        *,
        inner: Mapping[str, tuple[str, ...]] | None = None,
        shy: Collection[str] = (),
        bare: Collection[str] = (),
        leads: Iterable[str] = (),
        not_before: Iterable[str] = (),
    ) -> None:
        self._surfaces = surfaces
        self._inner = inner or {}
        self._parents = parents
        self._shy = frozenset(shy)
        self._bare = frozenset(bare)
        self._leads = tuple(leads)
        self._not_before = tuple(not_before)
        self._by_first: dict[str, list[str]] = {}
        for name in sorted({*surfaces, *self._inner}, key=lambda n: (-len(n), n)):
            self._by_first.setdefault(name[0], []).append(name)

    def find(self, text: str, cuts: Cuts | None = None) -> list[FoundPlace]:
        """The places of a normalised text in order; adjoining ones that hold each other are one.

        `cuts` tells the positions between words, and is asked only where it matters: a surface of `bare` that cuts through
        words (优惠|东 holds 惠东) and is not introduced as a place is none. Without it every surface counts.
        """
        found: list[FoundPlace] = []
        at = 0
        while at < len(text):
            place = self._at(text, at, found[-1] if found and found[-1].end == at else None, cuts)
            if place is None:
                at += 1
                continue
            at = place.end
            if not place.candidates:
                continue
            if found and place.start == found[-1].start:
                found[-1] = place
            else:
                found.append(place)
        return found

    def _at(self, text: str, at: int, before: FoundPlace | None, cuts: Cuts | None) -> FoundPlace | None:
        for name in self._by_first.get(text[at], ()):
            if not text.startswith(name, at):
                continue
            end = at + len(name)
            if before is not None and (joined := self._joined(text, before, name, end)):
                return joined
            candidates = self._surfaces.get(name)
            if candidates is None or (name in self._shy and not self._introduced(text, at)):
                continue
            if (
                name in self._bare
                and cuts is not None
                and not self._introduced(text, at)
                and not {at, end} <= set(cuts())
            ):
                continue
            if candidates and text.startswith(self._not_before, end):
                return FoundPlace(at, end, name, ())
            return FoundPlace(at, end, name, candidates)
        return None

    def _joined(self, text: str, before: FoundPlace, name: str, end: int) -> FoundPlace | None:
        named = dict.fromkeys([*self._surfaces.get(name, ()), *self._inner.get(name, ())])
        below = [each for each in named if any(self._within(each, outer) for outer in before.candidates)]
        if not below or text.startswith(self._not_before, end):
            return None
        return FoundPlace(before.start, end, text[before.start : end], tuple(below))

    def _within(self, region: str, outer: str) -> bool:
        above = self._parents.get(region)
        while above is not None:
            if above == outer:
                return True
            above = self._parents.get(above)
        return False

    def _introduced(self, text: str, at: int) -> bool:
        return at == 0 or bool(_PUNCTUATION.match(text[at - 1])) or text.endswith(self._leads, 0, at)
