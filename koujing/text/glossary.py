"""English words that people mix into Chinese (deadline, HR), put into Chinese before a message is understood."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["Glossary"]


class Glossary:
    """Replaces whole words of any case, the longest first, and the blanks around them.

    `words` maps English words or phrases to Chinese ones; those hold no Latin letters, so that translating twice
    changes nothing more.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = {word.lower(): chinese for word, chinese in words.items()}
        longest = sorted(self._words, key=lambda word: (-len(word), word))
        phrases = "|".join(re.escape(word) for word in longest)
        self._pattern = re.compile(rf" ?(?<![A-Za-z0-9])({phrases})(?![A-Za-z0-9]) ?", re.IGNORECASE)

    def translate(self, text: str) -> str:
        """A normalised text with its English words in Chinese."""
        if not self._words:
            return text
        return self._pattern.sub(lambda match: self._words[match[1].lower()], text)
