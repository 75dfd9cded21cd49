"""A dialogue as it went, judged: what its turns want, and what must hold of every dialogue.

Of every dialogue must hold:

- every reply fits the contract, and none has the status `error`;
- no question comes twice. A question is settled when the person has answered it, or declined it (不知道, 跳过), or has told
  the fact in other words while it was open. After an answer no settled question may be put, but for the one just
  answered: once, with status `clarifying`, to confirm an approximate value or a stand-in or because the words were not
  understood; never where the answer was 不知道. After any other words of the person (a correction, 上一步, 为什么问这个, a
  digression …) any question may be put, and is open anew, but for the one that those very words declined;
- every verdict is that of the core on the same facts (`dialogue_verdicts`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import jsonschema

from koujing.contract import reply_schema
from koujing.knowledge.base import Knowledge
from tests.evaluation.dialogue_expect import broken
from tests.evaluation.dialogue_run import UNKNOWN, Played, Reply, Step
from tests.evaluation.dialogue_verdicts import VERDICTS, VerdictCheck
from tests.evaluation.dialogues import Dialogue

__all__ = ["DialogueScore", "Judge", "Problem", "interviews", "repeated_questions"]

_DECLINING = frozenset({UNKNOWN, "不清楚", "跳过"})
# What is asked beside facts belongs to one question of the person, and may be asked of the next.
_OF_ONE_QUESTION = frozenset({"matter", "aspect"})


@dataclass(frozen=True)
class Problem:
    """What went wrong in a turn (counted from 1), in words."""

    turn: int
    text: str

    def __str__(self) -> str:
        return f"第 {self.turn} 轮：{self.text}"


@dataclass(frozen=True)
class DialogueScore:
    """A dialogue, how it went and what was wrong.

    `wrong_verdicts` are among the problems; `contrary` counts the turns that want one verdict and got the opposite.
    `questions` holds, for every verdict that had to be asked for, how many questions it took.
    """

    dialogue: Dialogue
    turns: tuple[Played, ...]
    problems: tuple[Problem, ...]
    wrong_verdicts: tuple[Problem, ...]
    contrary: int
    questions: tuple[int, ...]
    direct_verdicts: int

    @property
    def success(self) -> bool:
        """Whether everything held."""
        return not self.problems


class Judge:
    """Judges dialogues with the contract and the rules."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._verdicts = VerdictCheck(knowledge)
        self._contract = jsonschema.Draft7Validator(reply_schema(), format_checker=jsonschema.FormatChecker())

    def judge(self, dialogue: Dialogue, turns: Sequence[Played]) -> DialogueScore:
        """Judge how a dialogue went."""
        wrong = list(self._wrong_verdicts(dialogue, turns))
        problems = [*_unmet(turns), *self._unfit(turns), *repeated_questions(turns), *wrong]
        if len(turns) < len(dialogue.turns):
            problems.append(Problem(len(turns), "对话到此中断"))
        questions = list(interviews(turns))
        return DialogueScore(
            dialogue=dialogue,
            turns=tuple(turns),
            problems=tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.turn)),
            wrong_verdicts=tuple(wrong),
            contrary=sum(map(_contrary, turns)),
            questions=tuple(count for count in questions if count),
            direct_verdicts=questions.count(0),
        )

    def _unfit(self, turns: Sequence[Played]) -> Iterator[Problem]:
        for number, step in _steps(turns):
            if step.error:
                yield Problem(number, f"没有答复：{step.error}")
            for reply in step.replies:
                if reply.get("status") == "error":
                    yield Problem(number, "状态是 error")
                for error in self._contract.iter_errors(reply):
                    yield Problem(number, f"不合契约：{error.json_path} {error.message:.120}")

    def _wrong_verdicts(self, dialogue: Dialogue, turns: Sequence[Played]) -> Iterator[Problem]:
        said: list[str] = []
        for number, step in _steps(turns):
            said.append(step.said)
            for reply in step.replies:
                for text in self._verdicts.wrong(reply, said, dialogue.on):
                    yield Problem(number, f"判定与规则不符：{text}")


def repeated_questions(turns: Sequence[Played]) -> list[Problem]:
    """The questions that were put again though they were settled (see above)."""
    found: list[Problem] = []
    settled: set[str] = set()
    confirmed: str | None = None  # the question that was put once more right after its answer
    for number, played in enumerate(turns, 1):
        for step in played.steps:
            before, after = step.open_before, step.open_after
            if step.answering and before is not None:
                settled.add(before)
                excused = after == before and after != confirmed and step.said != UNKNOWN and _clarifies(step)
                if after in settled and not excused:
                    found.append(Problem(number, f"又问了已经答过的 {after}"))
                confirmed = after if after == before else None
                continue
            confirmed = None
            settled -= _OF_ONE_QUESTION
            if before is not None and _declined(played, step):
                settled.add(before)
                if after == before:
                    found.append(Problem(number, f"又问了已经跳过的 {after}"))
                continue
            if before is not None and before != after and _told(step, before):
                settled.add(before)
            settled.discard(after or "")
    return found


def interviews(turns: Sequence[Played]) -> Iterator[int]:
    """How many questions each verdict took: those put since the last verdict on its matter.

    A question that stays open through a digression is put once. An interview that ends without a verdict counts nothing.
    """
    asked: Counter[str | None] = Counter()
    for _, step in _steps(turns):
        for reply in step.replies:
            if reply["status"] == "determined":
                yield asked.pop(reply["matter"], 0) + asked.pop(None, 0)
        if step.open_after is None:
            asked.clear()
        elif step.answering or step.open_after != step.open_before:
            asked[_asking(step)["matter"]] += 1


def _unmet(turns: Sequence[Played]) -> Iterator[Problem]:
    replies: tuple[Reply, ...] = ()
    asked: str | None = None
    for number, played in enumerate(turns, 1):
        before = asked
        if played.steps:
            replies, asked = played.steps[-1].replies, played.steps[-1].open_after
        if played.hindrance:
            yield Problem(number, played.hindrance)
        for text in broken(played, replies, before, asked):
            yield Problem(number, text)


def _contrary(played: Played) -> bool:
    """Whether a turn that wants one verdict got only the opposite."""
    wanted = {wanted.verdict for wanted in played.turn.wanted} & set(VERDICTS)
    given = {reply["verdict"] for reply in played.steps[-1].replies} if played.steps else set()
    return len(wanted) == 1 and not given & wanted and bool(given & set(VERDICTS))


def _clarifies(step: Step) -> bool:
    return bool(_asking(step)["status"] == "clarifying")


def _asking(step: Step) -> Reply:
    return next(reply for reply in reversed(step.replies) if reply["ask"])


def _declined(played: Played, step: Step) -> bool:
    return step.said.strip(" 。！!") in _DECLINING or any(wanted.new_question for wanted in played.turn.wanted)


def _told(step: Step, fact: str) -> bool:
    entries = [reply["facts"].get(fact) for reply in step.replies]
    return any(entry and entry.get("confirmed", True) for entry in entries)


def _steps(turns: Sequence[Played]) -> Iterator[tuple[int, Step]]:
    for number, played in enumerate(turns, 1):
        for step in played.steps:
            yield number, step
