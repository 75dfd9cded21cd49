"""The ledger (账本): what each sender said, and what they saw come of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

__all__ = ["CHANNELS", "Entry", "Ledger", "Outcome"]

ASK, WEB, WECHAT = "ask", "web", "wechat"
CHANNELS = {ASK: "接口", WEB: "网站", WECHAT: "公众号"}

Outcome = str
ANSWERED, FAILED, REFUSED, NOTHING = "answered", "failed", "refused", "nothing"


@dataclass
class Entry:
    """One message. `replies` are as the sender got them, each time that they came: more than once only where asked again.

    `accepted`: the sender was told that it is taken, or got its answer. `troubles` counts what they were told in between.
    """

    channel: str
    id: str
    text: str
    at: float
    session: str = ""
    accepted: bool = False
    replies: list[Any] = field(default_factory=list)
    doubled: int = 0
    failures: int = 0
    refused: str = ""
    done_at: float | None = None
    troubles: Counter[str] = field(default_factory=Counter)

    @property
    def outcome(self) -> Outcome:
        """What the sender knows of it at the end."""
        if self.replies:
            return ANSWERED
        if self.refused:
            return REFUSED
        return FAILED if self.failures else NOTHING


class Ledger:
    """All messages, feedback and requests to be called back, by their ids."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.feedback: dict[str, bool] = {}
        # By the id of the request; the code where the sender was told one.
        self.callbacks: dict[str, str | None] = {}
        self.tickets: dict[str, str | None] = {}
        self.wrong: list[str] = []

    def said(self, channel: str, id: str, text: str, at: float, session: str = "") -> Entry:
        """A message goes out."""
        entry = self.entries[id] = Entry(channel, id, text, at, session)
        return entry

    def of(self, channel: str) -> Iterator[Entry]:
        """The messages of a channel, in order."""
        return (entry for entry in self.entries.values() if entry.channel == channel)

    def note(self, wrong: str) -> None:
        """Something that must not be: the books do not balance."""
        self.wrong.append(wrong)

    def outcomes(self, channel: str) -> Counter[Outcome]:
        """How many messages came to what."""
        return Counter(entry.outcome for entry in self.of(channel))

    @property
    def open(self) -> list[Entry]:
        """Messages of which the sender has neither an answer nor word that they failed."""
        return [entry for entry in self.entries.values() if entry.outcome == NOTHING]
