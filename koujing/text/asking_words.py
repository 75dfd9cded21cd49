"""What a question asks for, by its words alone: yes or no, how much, whether something is to be had or how it is handled."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["AskingWords"]


class AskingWords:
    """The expressions under `asks_for` of `policies/dialogue.yml`, compiled."""

    def __init__(self, data: Mapping[str, str]) -> None:
        self._words = {name: re.compile(words) for name, words in data.items()}

    def yes_no(self, text: str) -> bool:
        """Whether a question is one of yes or no (我能领吗)."""
        return self._found("yes_no", text)

    def qualifies(self, text: str) -> bool:
        """Whether a question asks if one qualifies, whatever else it asks (够不够条件，能返多少)."""
        return self._found("qualifies", text)

    def gets(self, text: str) -> bool:
        """Whether a question asks if something is to be had (能不能领), and not how."""
        return self._found("gets", text)

    def wishes(self, text: str) -> bool:
        """Whether somebody wants to have something (想再申请一次)."""
        return self._found("wishes", text)

    def more_than_one(self, text: str) -> bool:
        """Whether a question asks if something is to be had again or beside another (可以申请多次吗)."""
        return self._found("more_than_one", text)

    def how_much(self, text: str) -> bool:
        """Whether a question asks how much or how many."""
        return self._found("how_much", text)

    def open(self, text: str) -> bool:
        """Whether a question asks for more than yes or no (什么时候, 怎么)."""
        return self._found("open", text)

    def handled(self, text: str) -> bool:
        """Whether a question is about how something is handled (网上能办吗)."""
        return self._found("handled", text)

    def _found(self, name: str, text: str) -> bool:
        return bool(self._words[name].search(text))
