"""Words of a sentence, cut by jieba with the policies' own dictionary."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import jieba

__all__ = ["Cutter"]

# Each part of a message is cut again and again while it is read, whole messages seldom twice.
_RECENT = 32


class Cutter:
    """A jieba tokenizer of its own (never jieba's global one) that keeps the given words whole.

    `words` are names such as 稳岗返还 or 三支一扶. `cache_folder` is where jieba may keep its built dictionary;
    without one nothing is written and each start builds it anew (about one second).
    """

    def __init__(self, words: Iterable[str] = (), cache_folder: Path | None = None) -> None:
        jieba.setLogLevel(logging.WARNING)
        self._tokenizer = jieba.Tokenizer()
        if cache_folder is None:
            frequencies, total = self._tokenizer.gen_pfdict(self._tokenizer.get_dict_file())
            self._tokenizer.FREQ, self._tokenizer.total = frequencies, total
            self._tokenizer.initialized = True
        else:
            cache_folder.mkdir(parents=True, exist_ok=True)
            self._tokenizer.tmp_dir = str(cache_folder)
            self._tokenizer.cache_file = "jieba.cache"
            self._tokenizer.initialize()
        for word in sorted(set(words)):
            self._tokenizer.add_word(word)
        self._words = lru_cache(_RECENT)(self._cut)

    def words(self, text: str) -> list[str]:
        """The words of a text in order, white space left out."""
        return list(self._words(text))

    def _cut(self, text: str) -> tuple[str, ...]:
        return tuple(word for word in self._tokenizer.lcut(text) if not word.isspace())

    def weigh(self, text: str) -> tuple[float, list[str]]:
        """The likeliest cut of a text along the dictionary, unknown words left as characters, with its log-probability.

        What it joins to is the text, white space and all.
        """
        route: dict[int, tuple[float, int]] = {}
        self._tokenizer.calc(text, self._tokenizer.get_DAG(text), route)
        words, at = [], 0
        while at < len(text):
            end = route[at][1] + 1
            words.append(text[at:end])
            at = end
        return float(route[0][0]), words
