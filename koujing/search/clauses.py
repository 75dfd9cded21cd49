"""Clause search: BM25 over jieba words and character bigrams, untrained."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

__all__ = ["ClauseSearch", "terms"]


def terms(text: str, cut: Callable[[str], Sequence[str]]) -> list[str]:
    """The search terms of a normalised text: its words and its character bigrams."""
    packed = "".join(text.split())
    return [*(word for word in cut(text) if len(word) > 1), *(packed[i : i + 2] for i in range(len(packed) - 1))]


class ClauseSearch:
    """An index over texts (clauses, or all that belongs to a matter) by id. Scores are BM25 (k1 1.5, b 0.75); ties keep the order of the clauses."""

    def __init__(self, clauses: Mapping[str, str], cut: Callable[[str], Sequence[str]]) -> None:
        self._ids = list(clauses)
        self._cut = cut
        self._index = _bm25s().BM25(backend="numpy")
        self._index.index([terms(text, cut) for text in clauses.values()], show_progress=False)
        self._known = set(self._index.vocab_dict)

    def scores(self, text: str) -> dict[str, float]:
        """The score of every clause for a normalised question; all zero when no term is known."""
        wanted = [term for term in terms(text, self._cut) if term in self._known]
        if not wanted:
            return dict.fromkeys(self._ids, 0.0)
        found = np.asarray(self._index.get_scores(wanted), dtype=float)
        return dict(zip(self._ids, found.tolist(), strict=True))

    def best(self, text: str, most: int = 3) -> list[tuple[str, float]]:
        """The best clauses with their scores, best first; clauses without any shared term are left out."""
        ranked = sorted(self.scores(text).items(), key=lambda item: -item[1])
        return [(id, score) for id, score in ranked[:most] if score > 0]


@cache
def _bm25s() -> Any:
    """The library, without the JAX of Rasa's packages: it would start that, with threads that make forking unsafe."""
    absent = object()
    jax = sys.modules.get("jax", absent)
    sys.modules["jax"] = None  # type: ignore[assignment] # so importing it fails
    try:
        return import_module("bm25s")
    finally:
        if jax is absent:
            del sys.modules["jax"]
        else:
            sys.modules["jax"] = jax  # type: ignore[assignment]
