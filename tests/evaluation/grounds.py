"""What the replies to a question may rest on, from the knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from koujing.knowledge.base import Knowledge
from koujing.knowledge.figures import date_words
from tests.evaluation.figures import figures_of_region
from tests.evaluation.questions import Question
from tests.evaluation.scoring import Ground

__all__ = ["Grounds"]

# Replies that rest on no notice; a question that expects nothing else has no region here.
_PLACELESS = frozenset({"outside_region"})


class Grounds:
    """Finds the region that a question is about, and what holds there."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._known: dict[frozenset[str], Ground] = {}
        latest = max(notice.issued for notice in knowledge.notices.values())
        self._names = (f"收录至{date_words(latest)}", *_documents(knowledge.sources))

    def of(self, question: Question) -> Ground:
        """The ground of a question; empty where no notice here can be its answer."""
        regions = self.regions(question)
        if regions not in self._known:
            figures = frozenset(figures_of_region(self._knowledge, regions))
            self._known[regions] = Ground(regions, figures, self._names)
        return self._known[regions]

    def regions(self, question: Question) -> frozenset[str]:
        """The regions whose notices hold for a question.

        The place in a text goes before the region given with it: where the reply must carry a region, that is the
        place, and where the expected clauses are not in force in the region given, theirs are the regions.
        """
        if all(expected.status <= _PLACELESS for expected in question.expected):
            return frozenset()
        chain = self._chain(question.region)
        homes = {
            self._knowledge.notice_of(clause).region for expected in question.expected for clause in expected.clauses
        }
        carried = [self._chain(expected.region) for expected in question.expected if expected.region]
        if carried and homes <= frozenset().union(*carried):
            return frozenset().union(*carried)
        if homes <= chain:
            return chain
        return frozenset().union(*carried, *map(self._chain, homes))

    def _chain(self, region: str | None) -> frozenset[str]:
        return frozenset(self._knowledge.regions.chain(region)) if region else frozenset()

    def region(self, question: Question) -> str | None:
        """The narrowest of them: the place that a question is about, None where that is open."""
        regions = self.regions(question)
        if question.region in regions:
            return question.region
        return max(regions, key=lambda region: len(self._knowledge.regions.chain(region)), default=None)


def _documents(sources: Any) -> Iterator[str]:
    """The names of the documents that `policies/sources.yml` rests on."""
    if isinstance(sources, dict):
        if isinstance(sources.get("document"), str):
            yield sources["document"]
        for value in sources.values():
            yield from _documents(value)
