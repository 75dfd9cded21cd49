"""Filling the approved templates: parameters and facts in words, frames from `policies/wordings.yml`."""

from __future__ import annotations

from koujing.knowledge.base import Knowledge
from koujing.knowledge.figures import date_words
from koujing.knowledge.provisions import Caliber, Provision
from koujing.knowledge.templates import filled
from koujing.rules.derive import Facts

__all__ = ["Speaker", "sentence", "topical"]


class Speaker:
    """Fills templates of one provision for one asker."""

    def __init__(self, knowledge: Knowledge, provision: Provision, facts: Facts) -> None:
        self.knowledge, self.provision, self.facts, self.on = knowledge, provision, facts, facts.on

    def fill(self, template: str, **extra: str) -> str:
        """The template with `{parameter}` and `{fact:id}` in words; `extra` serves further names (such as amount)."""
        return filled(template, lambda name: extra[name] if name in extra else self._parameter(name), self.fact_words)

    def _parameter(self, name: str) -> str:
        frames = self.knowledge.wordings
        if name == "in_force":
            return str(frames["in_force"])
        if name == "not_in_force":
            return self.not_in_force() or ""
        return self.provision.parameters[name].words()

    def fact_words(self, fact: str) -> str:
        """A fact's value in words, or its label where it is not known."""
        value = self.facts.known(fact).value
        kind = self.knowledge.facts[fact]
        return kind.label if value is None else kind.words(value)

    def echo(self, fact: str) -> str:
        """A known fact with its label, as it is shown back: 参保职工总数28人."""
        kind = self.knowledge.facts[fact]
        words = self.fact_words(fact)
        return words if kind.type in ("yes_no", "choice") else kind.label + words

    def not_in_force(self) -> str | None:
        """Why the provision does not hold on the day asked for, or None."""
        since, until, frames = self.provision.since, self.provision.until, self.knowledge.wordings
        if since is not None and self.on < since:
            return str(frames["not_in_force"]).format(since=date_words(since), on=date_words(self.on))
        if until is not None and self.on > until:
            return str(frames["ended"]).format(until=date_words(until))
        return None

    def reach(self) -> str:
        """How far the knowledge reaches, said when the day asked for lies beyond the notices' own time."""
        frames = self.knowledge.wordings
        if self.on <= frames["reach_after"]:
            return ""
        until = max(notice.issued for notice in self.knowledge.notices.values())
        return str(frames["reach"]).format(until=date_words(until))


def sentence(text: str) -> str:
    """The text ended by exactly one full stop; an empty text stays empty."""
    text = text.strip()
    return text if not text or text.endswith(("。", "？", "！", "?")) else text + "。"


def topical(calibers: tuple[Caliber, ...], context: str) -> Caliber:
    """The caliber whose special words stand in the question (the longest such word wins), else the general one."""

    def longest(caliber: Caliber) -> int:
        return max((len(word) for word in caliber.words if word in context), default=0)

    special = [caliber for caliber in calibers if caliber.words and longest(caliber)]
    return max(special, key=longest) if special else calibers[-1]
