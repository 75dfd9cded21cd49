"""Whose facts they are: the person a clause of a message speaks about (我妈55，我25)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["ASKER", "Mention", "PersonFinder"]

ASKER = ""
"""The key of the asker among persons; others are named by their word (我妈)."""


@dataclass(frozen=True)
class Mention:
    """A person taking over as the subject at a place of the text."""

    start: int
    end: int
    who: str


class PersonFinder:
    """Finds who is spoken of, from the words of the cue file.

    `asker` and `others` are words, `pronouns` stand for the last other named, and after a word of `objects`
    (带, 让, 给 …) a person is not the subject, unless `errands` match after it (帮我妈问); `asker_objects` are the
    fewer words after which 我 is not (我妈让我问).
    """

    def __init__(self, data: Mapping[str, Sequence[str]]) -> None:
        self._asker = frozenset(data["asker"])
        self._pronouns = frozenset(data["pronouns"])
        words = sorted(
            {*self._asker, *self._pronouns, *data["others"], *data["not_persons"]}, key=lambda w: (-len(w), w)
        )
        self._skipped = frozenset(data["not_persons"])
        self._word = re.compile("|".join(map(re.escape, words)))
        self._object = re.compile(f"(?:{'|'.join(map(re.escape, data['objects']))})$")
        self._asker_object = re.compile(f"(?:{'|'.join(map(re.escape, data['asker_objects']))})$")
        self._errand = re.compile(f"(?:{'|'.join(data['errands'])})")

    def mentions(self, text: str) -> list[Mention]:
        """The persons who take over as subject, in order."""
        found: list[Mention] = []
        last_other = ASKER
        for match in self._word.finditer(text):
            word = match[0]
            if word in self._skipped or self._is_object(text, match, word in self._asker):
                continue
            if word in self._asker:
                who = ASKER
            elif word in self._pronouns:
                who = last_other or word
            else:
                who = last_other = word
            found.append(Mention(match.start(), match.end(), who))
        return found

    def named(self, text: str) -> bool:
        """Whether any person is mentioned, as subject or not."""
        return any(match[0] not in self._skipped for match in self._word.finditer(text))

    def _is_object(self, text: str, match: re.Match[str], asker: bool) -> bool:
        before = self._asker_object if asker else self._object
        if not before.search(text[max(0, match.start() - 4) : match.start()]):
            return False
        return asker or not self._errand.search(text[match.end() : match.end() + 6])

    @staticmethod
    def at(mentions: Sequence[Mention], place: int) -> str:
        """The person spoken of at a place: the last one to take over before it."""
        who = ASKER
        for mention in mentions:
            if mention.start > place:
                break
            who = mention.who
        return who
