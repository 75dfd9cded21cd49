"""One release after the other, without a moment in which fewer serve than before; any failure undoes all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from koujing.cluster.errors import ClusterError, NotReadyError, UpdateError
from koujing.cluster.plan import KINDS, Member, Plan
from koujing.cluster.rolling import Group, roll
from koujing.settings import Settings

pytestmark = pytest.mark.anyio
OLD, NEW = Path("/releases/old"), Path("/releases/new")


class Process:
    """In place of a kept process: it runs or not, and may be unable to."""

    def __init__(self, member: Member, world: World) -> None:
        self.member, self.world = member, world

    def start(self) -> None:
        self.world.running.add(self.member)

    async def ready(self, _seconds: float) -> float:
        if self.member.name == self.world.ill and self.member.release == NEW:
            raise NotReadyError(f"{self.member.name} 启动时退出")
        return 0.0

    async def stop(self) -> None:
        assert self.member not in self.world.serving, "one that still serves was stopped"
        self.world.running.remove(self.member)


class World:
    """Two of each, and what nginx knows."""

    def __init__(self, ill: str | None = None, unproven: str | None = None) -> None:
        self.ill, self.unproven = ill, unproven
        self.running: set[Member] = set()
        self.history: list[list[Member]] = []
        plan = Plan(Settings())
        self.group = Group(plan, lambda member: Process(member, self), self.serve, self.prove)  # type: ignore[arg-type, return-value]
        for member in plan.members(OLD):
            self.group.add(member)
        self.serving = list(self.group.kept)

    async def serve(self, members: list[Member]) -> None:
        assert set(members) <= self.running, "nginx would ask one that does not run"
        assert Counter(member.kind for member in members) == dict.fromkeys(KINDS, 2)
        self.serving = list(members)
        self.history.append(self.serving)

    async def prove(self, member: Member) -> None:
        assert member in self.running
        assert member not in self.serving, "it is tried before anybody is served by it"
        if member.name == self.unproven and member.release == NEW:
            raise ClusterError(f"{member.name} 试答没有通过")

    def releases(self) -> set[Path]:
        return {member.release for member in self.serving}


async def test_each_is_replaced_in_turn_and_always_two_serve() -> None:
    world = World()
    said: list[str] = []
    await roll(world.group, NEW, said.append, 1)
    assert world.releases() == {NEW}
    assert world.running == set(world.serving)
    assert len(world.history) == len(said) == 6
    new = [[member.kind for member in serving if member.release == NEW] for serving in world.history]
    assert [each[-1] for each in new][:2] == ["actions", "actions"], "the one that is asked before who asks it"
    assert Counter(new[3]) == {"actions": 2, "rasa": 2}


async def test_nothing_is_done_twice() -> None:
    world = World()
    await roll(world.group, OLD, pytest.fail, 1)
    assert world.history == []


@pytest.mark.parametrize("world", [World(ill="rasa-2"), World(unproven="rasa-2"), World(ill="actions-1")])
async def test_where_one_fails_all_run_from_the_old_release_again(world: World) -> None:
    before = {(member.name, member.release) for member in world.serving}
    with pytest.raises(UpdateError, match=r"仍是原来的发布.*(rasa-2|actions-1)"):
        await roll(world.group, NEW, lambda _: None, 1)
    assert {(member.name, member.release) for member in world.serving} == before
    assert world.running == set(world.serving), "nothing of the new release runs on"
