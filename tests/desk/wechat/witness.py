"""What each follower of a simulation saw, and what must hold of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from tests.desk.wechat.delivering import PHRASES

__all__ = ["Witness"]

_MARK = re.compile(r"⟦([^⟧]+)⟧")


@dataclass
class Witness:
    """Every part of an answer holds a mark ⟦question/position⟧; `texts` are the parts of the answer to a question."""

    texts: Callable[[str], list[str]]
    shown: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))
    pushed: set[tuple[str, float]] = field(default_factory=set)
    again: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    bodies: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    asked: set[tuple[str, str]] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def show(self, at: float, openid: str, text: str, *, pushed: bool = False) -> None:
        """A text appears before a follower."""
        if pushed:
            self.pushed.add((openid, at))
        if len(text.encode()) > 2048:
            self.wrong.append(f"too long: {text:.50}")
        self.shown[openid].append((at, text))

    def unseen(self, openid: str) -> set[str]:
        """The parts of a follower's answers that were never shown."""
        asked = "".join("".join(self.texts(says)) for whose, says in self.asked if whose == openid)
        return {*_MARK.findall(asked)} - {*_MARK.findall("".join(text for _, text in self.shown[openid]))}

    def check(self) -> None:
        """Nothing is lost, nothing doubled unasked, nothing mixed up or out of order, and a retry gets the same bytes."""
        assert not self.wrong
        assert all(len(bodies) == 1 for bodies in self.bodies.values()), "a retry got other bytes"
        lost = {openid: marks for openid, _ in self.asked if (marks := self.unseen(openid))}
        assert not lost, "never shown"
        for openid in self.shown:
            self._check_once(openid)
            self._check_order(openid)

    def word(self, openid: str) -> str:
        """What the follower was told to do last: again, fetch or nothing."""
        said = self.shown[openid][-1][1] if self.shown[openid] else ""
        if PHRASES["unsure"] in said:
            return "again"
        return "fetch" if PHRASES["hold"] in said or PHRASES["more"] in said else ""

    def _check_once(self, openid: str) -> None:
        times: dict[str, list[float]] = defaultdict(list)
        for at, text in self.shown[openid]:
            for mark in _MARK.findall(text):
                assert (openid, mark.partition("/")[0]) in self.asked, "another follower's answer"
                times[mark].append(at)
        for mark, moments in times.items():
            for before, then in pairwise(moments):
                asked = any(before <= again <= then for again in self.again[openid])
                assert asked, f"{mark} was shown at {before} and at {then}, unasked"

    def _check_order(self, openid: str) -> None:
        """The parts of an answer that were pushed, until something is asked for again.

        A first part sent into a dead line as a reply may come after them.
        """
        until = min(self.again[openid], default=float("inf"))
        last: dict[str, int] = {}
        for at, text in self.shown[openid]:
            if at >= until or (openid, at) not in self.pushed:
                continue
            for mark in _MARK.findall(text):
                says, _, part = mark.partition("/")
                assert int(part) >= last.get(says, 0), f"{mark} came behind a later part"
                last[says] = int(part)
