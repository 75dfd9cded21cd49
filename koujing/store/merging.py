"""Two versions of a note that grew from one: merged by lines, so that nothing that was written is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

__all__ = ["merged"]


def merged(base: str, theirs: str, mine: str) -> str:
    """What both wrote. A line of `base` stays where neither changed it; lines that either added or changed are kept."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    lines = base.splitlines()
    added, kept = _changes(lines, theirs.splitlines())
    also, kept_too = _changes(lines, mine.splitlines())
    result: list[str] = []
    for place in range(len(lines) + 1):
        result += [*added[place], *(line for line in also[place] if line not in added[place])]
        if place in kept and place in kept_too:
            result.append(lines[place])
    return "\n".join(result)


def _changes(base: Sequence[str], now: Sequence[str]) -> tuple[Mapping[int, list[str]], set[int]]:
    """The lines added before each line of `base` (or at its end), and the places of those that were kept."""
    added: dict[int, list[str]] = defaultdict(list)
    kept: set[int] = set()
    for tag, start, end, first, last in SequenceMatcher(None, base, now, autojunk=False).get_opcodes():
        if tag == "equal":
            kept.update(range(start, end))
        else:
            added[start] += now[first:last]
    return added, kept
