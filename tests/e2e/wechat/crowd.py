"""Many followers who ask slow questions, some two at a time, and ask again for what they did not get."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from koujing.wechat_sim.delivery import Delivery
from koujing.wechat_sim.follower import Follower
from koujing.wechat_sim.platform import Platform
from koujing.wechat_sim.screen import Via
from tests.e2e.wechat.slow_core import answer_to, question

__all__ = ["Crowd", "Person"]

# What the desk says when a reply may be lost, and what the follower does then.
UNSURE, AGAIN, FETCH = "重看", "重看", "结果"
_PER_PERSON = 2
_LONGEST = 14.0


@dataclass
class Person:
    """A follower with two questions. `again` tells that they asked to see an answer once more."""

    follower: Follower
    numbers: tuple[int, ...]
    delays: tuple[float, ...]
    hasty: bool
    again: int = 0
    deliveries: list[Delivery] = field(default_factory=list)

    def times_seen(self, number: int) -> int:
        """How often the answer stands on the screen."""
        return sum(shown.text.count(answer_to(number)) for shown in self.follower.seen)

    @property
    def missing(self) -> list[int]:
        """The questions whose answer was not seen."""
        return [number for number in self.numbers if not self.times_seen(number)]

    @property
    def story(self) -> str:
        """What they said, what became of it and what they saw, in lines."""
        said = [
            f"{delivery.fields['CreateTime']} › {delivery.fields['Content']} "
            f"{[(one.ended, round(one.seconds, 1)) for one in delivery.tries]}"
            for delivery in self.deliveries
        ]
        seen = [f"{shown.at.timestamp():.1f} {shown.via.value}: {shown.words}" for shown in self.follower.seen]
        return "\n".join(["", *said, *seen])

    async def ask(self, said: Callable[[], None]) -> None:
        """Both questions: the hasty do not wait for the first answer."""
        asking = []
        for number, delay in zip(self.numbers, self.delays, strict=True):
            said()
            asking.append(asyncio.create_task(self._say(question(number, delay))))
            await (asyncio.sleep(0.3) if self.hasty else asking[-1])
        await asyncio.gather(*asking)

    async def fetch(self) -> None:
        """As a person would who misses an answer: do as one is told, else say something."""
        told = sum(UNSURE in shown.text for shown in self.follower.seen) > self.again
        self.again += told
        await self._say(AGAIN if told else FETCH)

    async def _say(self, text: str) -> None:
        self.deliveries.append(await self.follower.say(text))


class Crowd:
    """All of them; so many talk at a time. The delays are drawn from the same seed at every run."""

    def __init__(self, platform: Platform, messages: int, *, at_once: int) -> None:
        draw = random.Random(20261120)
        self.people = [
            Person(
                platform.follower(),
                tuple(range(first, first + _PER_PERSON)),
                tuple(draw.uniform(0, _LONGEST) for _ in range(_PER_PERSON)),
                hasty=draw.random() < 0.5,
            )
            for first in range(0, messages, _PER_PERSON)
        ]
        self.said = 0
        # On a slower machine it takes longer, so nobody is overrun.
        self._talking = asyncio.Semaphore(at_once)

    async def ask(self, half_way: Callable[[], None]) -> None:
        """Everybody asks; `half_way` is called when half of the questions are on their way."""
        half = len(self.people) * _PER_PERSON // 2

        def said() -> None:
            self.said += 1
            if self.said == half:
                half_way()

        async def ask(person: Person) -> None:
            async with self._talking:
                await person.ask(said)

        await asyncio.gather(*(ask(person) for person in self.people))

    async def until_all_are_seen(self, seconds: float) -> bool:
        """Wait for answers that come by themselves."""
        end = asyncio.get_running_loop().time() + seconds
        while any(person.missing for person in self.people):
            if asyncio.get_running_loop().time() > end:
                return False
            await asyncio.sleep(0.2)
        return True

    async def fetch(self) -> None:
        """Everybody who misses an answer says something."""
        await asyncio.gather(*(person.fetch() for person in self.people if person.missing))

    @property
    def missing(self) -> list[int]:
        """The questions whose answer nobody saw."""
        return [number for person in self.people for number in person.missing]

    @property
    def doubled(self) -> list[int]:
        """The questions whose answer was seen twice by one who had not asked to see it again."""
        return [
            number
            for person in self.people
            for number in person.numbers
            if person.times_seen(number) > 1 + person.again
        ]

    def stories(self, numbers: list[int]) -> str:
        """Of those who asked these, for whoever looks for the reason."""
        return "\n".join(person.story for person in self.people if set(numbers) & set(person.numbers))

    @property
    def questions(self) -> dict[int, str]:
        """Every question as it is said."""
        return {
            number: question(number, delay)
            for person in self.people
            for number, delay in zip(person.numbers, person.delays, strict=True)
        }

    @property
    def told_of_a_fault(self) -> set[int]:
        """The questions of those who saw a fault notice."""
        return {
            number
            for person in self.people
            for number in person.numbers
            if any(shown.via is Via.FAULT for shown in person.follower.seen)
        }

    @property
    def counts(self) -> Counter[str]:
        """How it went: messages by the way they came, and deliveries by how many tries they took."""
        found: Counter[str] = Counter()
        for person in self.people:
            found.update(f"{len(delivery.tries)} tries" for delivery in person.deliveries)
            found.update(shown.via.value for shown in person.follower.seen)
        found["notices"] = found[Via.FAULT.value]
        found["seen again"] = sum(person.again for person in self.people)
        return found
