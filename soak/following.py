"""Followers of a 公众号: each asks a question at most once, and does what the account tells them to where an answer is missing."""

from __future__ import annotations

import asyncio
import random
import time

from koujing.wechat_sim.follower import Follower
from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.screen import Via
from soak.ledger import WECHAT, Entry, Ledger
from soak.questions import QUESTIONS

__all__ = ["Followers", "Person"]

_SEEN_SECONDS = 45.0
_ASKS_AGAIN = 6
UNSURE, AGAIN, FETCH = "重看", "重看", "结果"


class Person:
    """A follower who asks every question once, in an order of their own. `again`: how often they asked to see one once more."""

    def __init__(self, follower: Follower, questions: list[str]) -> None:
        self.follower, self.left = follower, questions
        self.busy = False
        self.again = 0

    def screen(self) -> list[str]:
        """What they can read, but for the platform's own notices of a fault."""
        return [shown.text for shown in self.follower.seen if shown.via is not Via.FAULT]


class Followers:
    """They write one message at a time each."""

    def __init__(self, platform: Platform, ledger: Ledger, draw: random.Random) -> None:
        self._platform, self._ledger, self._draw = platform, ledger, draw
        self.people: list[Person] = []
        self.of: dict[str, Person] = {}

    async def one(self) -> None:
        """Somebody asks, and waits until something came of it."""
        person = self._free()
        try:
            text = person.left.pop()
            before = len(person.follower.seen)
            entry = self._ledger.said(WECHAT, f"{person.follower.openid}:{text}", text, time.monotonic())
            self.of[entry.id] = person
            delivery = await person.follower.say(text)
            entry.session = f"m:{delivery.key}"  # as the desk keeps it
            # The platform itself tells of a message that nobody took.
            entry.accepted = delivery.fault is None
            if delivery.fault is not None:
                entry.failures += 1
                entry.troubles[delivery.fault] += 1
            await self._something(person, entry, before)
        finally:
            person.busy = False

    async def fetch(self, entry: Entry) -> None:
        """As one does who misses an answer: do as one is told, else say something."""
        person = self.of[entry.id]
        told = sum(UNSURE in text for text in person.screen()) > person.again
        person.again += told
        await person.follower.say(AGAIN if told else FETCH)

    async def _something(self, person: Person, entry: Entry, before: int) -> None:
        end = time.monotonic() + _SEEN_SECONDS
        while time.monotonic() < end:
            if any(shown.via is not Via.FAULT for shown in person.follower.seen[before:]):
                entry.done_at = time.monotonic()
                return
            await asyncio.sleep(0.3)

    def _free(self) -> Person:
        for person in self.people:
            if not person.busy and person.left:
                person.busy = True
                return person
        questions = list(QUESTIONS)
        self._draw.shuffle(questions)
        person = Person(self._platform.follower(), questions)
        person.busy = True
        self.people.append(person)
        return person
