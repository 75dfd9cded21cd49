"""Lists denied as a whole (低保、残疾、孤儿这些她一样不占): each thing listed is denied by itself, as a reader of cues needs it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from koujing.text.cues import compile_pattern
from koujing.text.rewritten import Rewritten, rewrite

__all__ = ["ListedDenials"]

# While a message is read, it and its parts come by again and again.
_RECENT = 32
_ITEM = r"[^、,。!?;:\n]"
_SEPARATOR = re.compile("[、;；]")
# What denies by itself, where the tail of a list does (一次都没领过); else 没有 or 不是.
_DONE = re.compile("(?:从来?没|没有?|冇|未)(?:办|领|拿|享受|当|做|报|交|参加|申请|登记)过?$")
_HAVE = re.compile("[有没冇][的了啊呀呢嘞啦]*$")


class ListedDenials:
    """Takes lists apart by the expressions `who`, `after` (each and all of a list denied after it), `strongly` (the same where
    nothing parts what is listed), `before` (denied before it) and `states` (an item that says something of itself, as 没领失业金
    and 孩子3岁 do, and is left as it is) of `policies/fact_words.yml`.

    Raises:
        CueError: one of them is no expression.
    """

    def __init__(self, data: Mapping[str, str]) -> None:
        data = {name: compile_pattern(words, {}, ("denied_lists", name)).pattern for name, words in data.items()}
        self._states = re.compile(data["states"])
        who, end = f"(?P<who>(?:{data['who']})?)", r"(?=[,。!?;\s]|$)(?!\?)"
        self._after = re.compile(
            f"{who}(?P<items>(?:{_ITEM}{{1,12}}、){{1,12}}{_ITEM}{{1,12}}?)(?P<tail>[,、]?(?:{data['after']})){end}"
        )
        self._strongly = re.compile(f"{who}(?P<items>{_ITEM}{{4,24}}?)(?P<tail>(?:{data['strongly']})){end}")
        self._before = re.compile(
            f"(?P<tail>(?:{data['before']}))[:,](?P<items>(?:{_ITEM}{{1,12}}、){{1,12}}{_ITEM}{{1,12}})"
        )
        self.spread = lru_cache(_RECENT)(self._spread)

    def _spread(self, text: str) -> Rewritten:
        """A plain text in which each thing of such a list is denied by itself: 不是低保,不是残疾,不是孤儿."""
        return rewrite(text, self._replaced(text))

    def _replaced(self, text: str) -> Iterator[tuple[int, int, str]]:
        found = [match for way in (self._after, self._before, self._strongly) for match in way.finditer(text)]
        at = 0
        for match in sorted(found, key=lambda match: (match.start(), -match.end())):
            if match.start() < at:
                continue
            items = [item.rstrip("也又还都") or item for item in _SEPARATOR.split(match["items"]) if item]
            stated = {item for item in items if self._states.search(item)}
            if len(stated) == len(items):
                continue
            at = match.end()
            done = _DONE.search(match["tail"])
            denial = done[0].rstrip("过") + "过" if done else "没有" if _HAVE.search(match["tail"]) else "不是"
            who = match.groupdict().get("who") or ""
            if who and stated:
                stated.add(items[0])  # 我残疾、家里困难、低保都没有
            yield match.start(), at, who + ",".join(item if item in stated else denial + item for item in items)
