"""Words that are at home under any topic (给, 多少, 材料, 什么时候): a question made of nothing else names no subject."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

__all__ = ["HollowWords"]

# So many topics, weighed by how evenly a word spreads over them, make a word hollow whoever uses it; fewer are enough
# where questions that name no subject use it too.
_ANYWHERE = 45.0
_HERE_AND_THERE = 10.0
_NOT_WORDS = " ,。!?;:、()"


class HollowWords:
    """Learnt from questions with their topics; `unnamed` are the topics of questions that name no subject."""

    def __init__(self, unnamed: Collection[str]) -> None:
        self._unnamed = frozenset(unnamed)
        self._words: frozenset[str] = frozenset()

    def fit(self, questions: Iterable[tuple[Sequence[str], str]]) -> None:
        """Learn from the words of each question and its topic."""
        sizes: Counter[str] = Counter()
        topics: dict[str, Counter[str]] = defaultdict(Counter)
        bare: set[str] = set()
        for words, topic in questions:
            if topic in self._unnamed:
                bare.update(words)
                continue
            sizes[topic] += 1
            for word in set(words):
                topics[word][topic] += 1
        spread = {word: _spread(counts, sizes) for word, counts in topics.items()}
        self._words = frozenset(
            word for word, wide in spread.items() if wide >= (_HERE_AND_THERE if word in bare else _ANYWHERE)
        )

    def only(self, words: Sequence[str]) -> bool:
        """Whether a question has no other words."""
        told = [word for word in words if word.strip(_NOT_WORDS)]
        return bool(told) and all(word in self._words for word in told)


def _spread(counts: Counter[str], sizes: Counter[str]) -> float:
    """Over how many topics a word is spread: the exponential of the entropy, topics of any size counting alike."""
    shares = [count / sizes[topic] for topic, count in counts.items()]
    whole = sum(shares)
    return math.exp(-sum(share / whole * math.log(share / whole) for share in shares))
