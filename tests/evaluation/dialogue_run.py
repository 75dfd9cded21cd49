"""The simulated person: says the turns of a dialogue and answers what is asked from what this person knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.evaluation.dialogues import Dialogue, Turn
from tests.evaluation.talking import Say

__all__ = ["UNKNOWN", "Played", "Reply", "Step", "open_question", "play"]

UNKNOWN = "不知道"
"""What the person says to a question about a fact that is not in `knows`."""

Reply = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One message and what came back.

    `open_before` and `open_after` are the facts asked for before and after it. `answering`: the message is the person's
    answer to the question open before, and no words of the turn itself.
    """

    said: str
    open_before: str | None
    answering: bool
    replies: tuple[Reply, ...]
    error: str | None = None

    @property
    def open_after(self) -> str | None:
        """The fact asked for by the last reply that asks anything."""
        return open_question(self.replies)


@dataclass(frozen=True)
class Played:
    """A turn as it went: its messages, and what hindered the person from going through with it."""

    turn: Turn
    steps: tuple[Step, ...]
    hindrance: str | None = None


def open_question(replies: tuple[Reply, ...]) -> str | None:
    """The fact that the last asking reply asks for: the question now open."""
    asked = [reply["ask"]["fact"] for reply in replies if reply["ask"]]
    return asked[-1] if asked else None


def play(dialogue: Dialogue, say: Say) -> list[Played]:
    """Go through the turns of a dialogue in a fresh conversation; it ends early where no reply came."""
    turns: list[Played] = []
    asked: str | None = None
    for turn in dialogue.turns:
        steps: list[Step] = []
        for words, answering in _messages(dialogue, turn, steps, asked):
            answer = say(words)
            before = steps[-1].open_after if steps else asked
            error = answer.error or (None if answer.replies else "一条答复也没有")
            steps.append(Step(words, before, answering, tuple(answer.replies), error))
            if error:
                turns.append(Played(turn, tuple(steps)))
                return turns
        asked = steps[-1].open_after if steps else asked
        turns.append(Played(turn, tuple(steps), _hindrance(turn, steps, asked)))
    return turns


def _messages(dialogue: Dialogue, turn: Turn, steps: list[Step], asked: str | None) -> Iterator[tuple[str, bool]]:
    """The words of a turn one after the other, the answers as the questions come; `steps` grows meanwhile."""
    if turn.say is not None:
        yield turn.say, False
        return
    for _ in range(turn.most):
        fact = steps[-1].open_after if steps else asked
        if fact is None:
            return
        yield dialogue.knows.get(fact, UNKNOWN), True


def _hindrance(turn: Turn, steps: list[Step], asked: str | None) -> str | None:
    if turn.answer is not None and not steps:
        return "没有问题可答"
    if turn.say is None and turn.answer is None and asked is not None:
        return f"答了 {turn.most} 个问题还在问（{asked}）"
    return None
