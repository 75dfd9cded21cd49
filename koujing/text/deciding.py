"""Of several places in one message, the one that decides: told by the words beside it (户口在, 社保在 … 交)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["PlaceCues", "deciding_place", "is_away"]

_CLAUSE = re.compile(r"[,。!?;，！？；\s]+")
_THERE = re.compile(r"[那这呢嗰]边|呢|的?(?:政策|规定|文件)")


@dataclass(frozen=True)
class PlaceCues:
    """The words beside a place that tell of it: `cues` that it decides, `hints` the same less surely, `negations` that it
    is not meant, `left` that it was left behind."""

    cues: Collection[str]
    hints: Collection[str] = ()
    negations: Collection[str] = ()
    left: Collection[str] = ()


def deciding_place(text: str, places: Sequence[Mapping[str, Any]], words: PlaceCues) -> str | None:
    """The region id of the one place whose own clause holds a cue, or that is asked about; None where words do not tell.

    A place left behind decides where a cue stands beside it and beside no other (失业险是以前在兴城缴的); where only a hint
    does, it may still be the one (以前在沈阳打工), so that none is named.

    Args:
        text: the normalised message.
        places: `{surface, regions, start, end}` as found in it; places of several candidates are passed over.
        words: what tells the deciding place for the matter.
    """
    kept = [each for each in places if len(each["regions"]) == 1 and not _after(text, each, words.negations)]
    here = [each for each in kept if not _after(text, each, words.left)]
    if len({each["regions"][0] for each in kept}) == 1:
        return str(kept[0]["regions"][0])
    for among, beside in ((here, words.cues), (kept, words.cues), (here, words.hints)):
        cued = {each["regions"][0] for each in among if any(cue in _clause(text, each) for cue in beside)}
        if cued:
            return str(cued.pop()) if len(cued) == 1 else _asked(text, kept)
    left = [each for each in kept if each not in here and any(hint in _clause(text, each) for hint in words.hints)]
    if not left and len({each["regions"][0] for each in here}) == 1:
        return str(here[0]["regions"][0])
    return _asked(text, kept)


def is_away(text: str, place: Mapping[str, Any], away: Collection[str], cues: Collection[str]) -> bool:
    """Whether a place comes right after words that say where somebody only is (人在老家湖北), in a clause without a cue, and
    is not asked about (老家湖北那边呢)."""
    asked = _THERE.match(text[place["end"] :])
    return _after(text, place, away) and not asked and not any(cue in _clause(text, place) for cue in cues)


def _asked(text: str, places: Sequence[Mapping[str, Any]]) -> str | None:
    asked = {
        place["regions"][0]
        for place in places
        if re.search(r"问(?:的是|一下)?$", text[: place["start"]]) or re.match(r"那边|这边", text[place["end"] :])
    }
    return str(asked.pop()) if len(asked) == 1 else None


def _after(text: str, place: Mapping[str, Any], words: Collection[str]) -> bool:
    before = text[: place["start"]]
    return any(before.endswith(word) for word in words)


def _clause(text: str, place: Mapping[str, Any]) -> str:
    """The clause around a place, the place itself left out."""
    start, end = place["start"], place["end"]
    before = _CLAUSE.split(text[:start])[-1]
    after = _CLAUSE.split(text[end:])[0]
    return f"{before} {after}"
