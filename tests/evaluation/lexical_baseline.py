"""The untrained baseline: BM25 over the clauses in force where the question is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from koujing.knowledge.base import Knowledge
from koujing.search.clauses import ClauseSearch
from koujing.text.cutting import Cutter
from koujing.text.normalise import normalise
from tests.evaluation.training_examples import TrainingExample

__all__ = ["LexicalBaseline", "best_threshold"]


class LexicalBaseline:
    """Names the best clause of a region, or declines where its score is under a threshold.

    Nothing is trained but the threshold: for each region that which best tells the training examples that its notices
    treat from those out of scope.
    """

    def __init__(self, knowledge: Knowledge, examples: Sequence[TrainingExample], say: Callable[[str], None]) -> None:
        self._knowledge, self._examples, self._say = knowledge, examples, say
        self._cut = Cutter().words
        self._searches: dict[tuple[str, ...], tuple[ClauseSearch, float]] = {}

    def __call__(self, text: str, region: str | None) -> str | None:
        """The clause for a question, None to decline. Without a region every notice is searched."""
        search, threshold = self._search(region)
        best = search.best(normalise(text), most=1)
        return best[0][0] if best and best[0][1] >= threshold else None

    def _search(self, region: str | None) -> tuple[ClauseSearch, float]:
        if region is None:
            homes = tuple(dict.fromkeys(notice.region for notice in self._knowledge.notices.values()))
        else:
            homes = self._knowledge.regions.notices_chain(region)
        if homes not in self._searches:
            clauses = {
                clause.id: normalise(f"{clause.heading}{clause.text}")
                for clause in self._knowledge.clauses.values()
                if self._knowledge.notice_of(clause.id).region in homes
            }
            search = ClauseSearch(clauses, self._cut)
            self._searches[homes] = search, self._threshold(search, homes)
        return self._searches[homes]

    def _threshold(self, search: ClauseSearch, homes: Sequence[str]) -> float:
        self._say(f"  BM25：为 {'、'.join(homes)} 选拒答阈值……")
        treated = {matter for region, matter in self._knowledge.provisions if region in homes}
        inside, outside = [], []
        for example in self._examples:
            best = search.best(normalise(example.text), most=1)
            top = best[0][1] if best else 0.0
            if example.topic in treated:
                inside.append(top)
            elif example.topic not in self._knowledge.matters:
                outside.append(top)
        return best_threshold(inside, outside)


def best_threshold(inside: Sequence[float], outside: Sequence[float]) -> float:
    """The lowest score to answer at, so that the shares of inside at or over it and of outside under it sum highest."""
    scored = sorted([*((score, True) for score in inside), *((score, False) for score in outside)])
    if not inside or not outside:
        return 0.0
    kept, declined = len(inside), 0
    best, threshold = kept / len(inside), 0.0
    for index, (score, is_inside) in enumerate(scored):
        kept, declined = kept - is_inside, declined + (not is_inside)
        worth = kept / len(inside) + declined / len(outside)
        if worth > best and index + 1 < len(scored) and scored[index + 1][0] > score:
            best, threshold = worth, scored[index + 1][0]
    return threshold
