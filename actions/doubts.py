"""How sure the reading of a message was, told to the desk beside the replies so that people can review what was doubtful."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["least_sure"]


def least_sure(reading: Mapping[str, Any], memory: Mapping[str, Any]) -> dict[str, Any] | None:
    """The share of the likeliest matter and the likeliest matters, of the question that was read least surely.

    None where a question was open: a short answer to it (28个人) names no matter, and need not.
    """
    if memory.get("open"):
        return None
    read = [question for question in reading.get("questions", ()) if "share" in question]
    if not read:
        return None
    least = min(read, key=lambda question: float(question["share"]))
    return {"share": least["share"], "outside": least.get("outside"), "topics": least.get("topics", [])}
