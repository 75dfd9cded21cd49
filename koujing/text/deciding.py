"""Of several places in one message, the one that decides: told by the words beside it (户口在, 社保在 … 交)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

__all__ = ["deciding_place"]

_CLAUSE = re.compile(r"[,。!?;，！？；\s]+")


def deciding_place(
    text: str, places: Sequence[Mapping[str, Any]], cues: Collection[str], negations: Collection[str]
) -> str | None:
    """The region id of the one place whose own clause holds a cue, or that is asked about; None where words do not tell.

    Args:
        text: the normalised message.
        places: `{surface, regions, start, end}` as found in it; places of several candidates are passed over.
        cues: words that mark the deciding place for the matter (参保, 交, 单位 …).
        negations: words that, before a place, take it out (不是, 不问).
    """
    single = [place for place in places if len(place["regions"]) == 1]
    kept = [place for place in single if not _negated(text, place, negations)]
    if len({place["regions"][0] for place in kept}) == 1:
        return str(kept[0]["regions"][0])
    cued = {place["regions"][0] for place in kept if any(cue in _clause(text, place) for cue in cues)}
    if len(cued) == 1:
        return str(cued.pop())
    asked = {
        place["regions"][0]
        for place in kept
        if re.search(r"问(?:的是|一下)?$", text[: place["start"]]) or re.match(r"那边|这边", text[place["end"] :])
    }
    return str(asked.pop()) if len(asked) == 1 else None


def _negated(text: str, place: Mapping[str, Any], negations: Collection[str]) -> bool:
    before = text[: place["start"]]
    return any(before.endswith(word) for word in negations)


def _clause(text: str, place: Mapping[str, Any]) -> str:
    """The clause around a place, the place itself left out."""
    start, end = place["start"], place["end"]
    before = _CLAUSE.split(text[:start])[-1]
    after = _CLAUSE.split(text[end:])[0]
    return f"{before} {after}"
