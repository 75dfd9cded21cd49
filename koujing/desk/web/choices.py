"""The buttons of a reply. A button travels as an opaque id; what it says is read from the reply kept under that receipt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Choice", "choices", "chosen", "receipt_of"]

Reply = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """One button: `kind` is option, item or suggestion; `label` is shown, `says` is the message that it stands for."""

    id: str
    kind: str
    label: str
    says: str

    def shown(self) -> dict[str, str]:
        """As a client gets it."""
        return {"id": self.id, "label": self.label}


def choices(reply: Reply) -> list[Choice]:
    """Every button of a reply, numbered through: options of its question, listed matters, suggestions."""
    receipt = reply["receipt"] or ""
    return [Choice(f"{receipt}.{n}", *parts) for n, parts in enumerate(_buttons(reply), 1)]


def receipt_of(id: str) -> str:
    """The receipt of the reply that a button belongs to."""
    return id.rpartition(".")[0]


def chosen(reply: Reply, id: str) -> Choice | None:
    """The button of a reply with this id, or None."""
    return next((choice for choice in choices(reply) if choice.id == id), None)


def _buttons(reply: Reply) -> Iterator[tuple[str, str, str]]:
    ask = reply["ask"]
    yield from (("option", option["label"], option["label"]) for option in (ask["options"] if ask else []))
    # Where a figure is asked for, 第二个 could be taken for the figure 2.
    if ask is None or ask["type"] == "yes_no":
        yield from (("item", item["name"], f"第{n}个") for n, item in enumerate(reply["items"], 1))
    # While a question is open, what else could be asked would only lead away from it.
    if ask is None:
        yield from (("suggestion", text, text) for text in reply["suggestions"])
