"""A reply taken apart: what anyone with the receipt may see, and what belongs to the person who asked."""

from __future__ import annotations

from typing import Any

__all__ = ["join", "split"]


def split(reply: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The public view, valid as a reply and with its keys in the same order, and the private rest.

    Private are the asker's sentence, the facts, and the facts' values among the reasons.
    """
    private = {
        "question": reply["question"],
        "facts": reply["facts"],
        "values": [reason["value"] for reason in reply["reasons"]],
    }
    reasons = [{**reason, "value": None} for reason in reply["reasons"]]
    return {**reply, "question": None, "facts": {}, "reasons": reasons}, private


def join(public: dict[str, Any], private: dict[str, Any]) -> dict[str, Any]:
    """The whole reply again, key for key as it was before `split`."""
    reasons = [{**reason, "value": value} for reason, value in zip(public["reasons"], private["values"], strict=True)]
    return {**public, "question": private["question"], "facts": private["facts"], "reasons": reasons}
