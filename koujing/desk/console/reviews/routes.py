"""The routes of review and of open points, put together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starlette.routing import Route

from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.open_points.counting import Counting, PointKinds
from koujing.desk.console.open_points.pages import point_routes
from koujing.desk.console.open_points.service import PointService
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.console.reviews.pages import review_routes
from koujing.desk.console.reviews.patch_pages import patch_routes
from koujing.desk.console.reviews.service import ReviewService
from koujing.desk.console.reviews.words import load_words
from koujing.desk.console.tickets.offices import load_offices
from koujing.settings import ROOT
from koujing.store.open_points import OpenPoints

__all__ = ["ReviewParts", "make_reviews", "review_and_point_routes"]


@dataclass(frozen=True)
class ReviewParts:
    """What the pages of both stand on."""

    reviews: ReviewService
    points: PointService


def make_reviews(parts: ConsoleParts, root: Path = ROOT) -> ReviewParts:
    """Both services. `root` is the folder of the repository, against whose files patches are made.

    Raises:
        PolicyFileError: the file of words or of offices cannot be used.
    """
    offices, store = load_offices(parts.knowledge), OpenPoints(parts.engine, parts.clock)
    kinds = PointKinds(parts.knowledge, lambda matter, region: offices.owner(matter, region).id)
    reviews = ReviewService(parts, load_words(), Counting(kinds, store), root)
    return ReviewParts(reviews, PointService(parts, reviews, store, kinds, offices))


def review_and_point_routes(kit: ConsoleKit, made: ReviewParts) -> list[Route]:
    """All of them."""
    return [
        *patch_routes(kit, made.reviews),
        *review_routes(kit, made.reviews, made.points),
        *point_routes(kit, made.points),
    ]
