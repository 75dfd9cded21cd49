"""A scripted assistant and the replies it gives, for the tests of the dialogues."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from koujing.answering.reply import blank
from tests.evaluation.asking import Answer
from tests.evaluation.dialogues import Dialogue, Turn, Wanted
from tests.evaluation.talking import Say

__all__ = ["ON", "asking", "citation", "determined", "dialogue", "fact", "scripted", "turn"]

ON = dt.date(2021, 9, 15)

Reply = dict[str, Any]


def citation(clause: str = "hld-2021-2:1") -> dict[str, Any]:
    """An entry of `citations`."""
    return {
        "clause": clause,
        "notice": "葫人社发〔2021〕2号",
        "region": "huludao",
        "heading": "稳岗返还",
        "quote": "30人（含）以下",
        "url": None,
    }


def fact(value: Any, *, confirmed: bool = True) -> dict[str, Any]:
    """An entry of `facts`."""
    return {"value": value, "unit": None, "said": None, "confirmed": confirmed}


def asking(about: str, status: str = "clarifying", **given: Any) -> Reply:
    """A reply that asks for a fact."""
    ask: Reply = {"fact": about, "question": "是多少？", "why": None, "type": "text", "options": []}
    return blank(status, "请问是多少？", ON, **{"matter": "job_retention_refund", "ask": ask, **given})


def determined(verdict: str | None = "eligible", **given: Any) -> Reply:
    """A verdict on 稳岗返还 in Huludao."""
    reason = {"condition": "裁员率", "fact": None, "value": None, "holds": True, "clause": None, "referred_to": None}
    caliber = {"id": "huludao.job_retention_refund.eligibility", "version": "1"}
    defaults = {
        "verdict": verdict, "matter": "job_retention_refund", "region": "huludao", "reasons": [reason],
        "citations": [citation()], "calibers": [caliber],
    }  # fmt: skip
    return blank("determined", "符合。", ON, **{**defaults, **given})


def scripted(*answers: Sequence[Reply] | str) -> tuple[Say, list[str]]:
    """Says one after the other, whatever is asked; a text is an error. The list fills with what was said to it."""
    coming: Iterator[Sequence[Reply] | str] = iter(answers)
    heard: list[str] = []

    def say(text: str) -> Answer:
        heard.append(text)
        answer = next(coming)
        return Answer((), answer) if isinstance(answer, str) else Answer(tuple(answer))

    return say, heard


def turn(say: str | None = None, *, answer: int | None = None, most: int = 0, **wanted: Any) -> Turn:
    """A turn that wants one thing."""
    return Turn(say, answer, answer or most, (Wanted(**wanted),))


def dialogue(*turns: Turn, **knows: str) -> Dialogue:
    """A dialogue of a person in Huludao who knows some facts."""
    return Dialogue("d-1", "interview", "huludao", ON, knows, turns)
