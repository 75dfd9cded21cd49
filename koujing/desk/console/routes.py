"""All routes of the console, from every part of it; nothing below `/console` answers that is not registered here."""

from __future__ import annotations

from starlette.routing import BaseRoute

from koujing.desk.console.assist.routes import assist_routes, make_assist
from koujing.desk.console.figures.pages import figure_routes
from koujing.desk.console.hours_pages import hours_routes
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.console.people_routes import people_routes, static_mount
from koujing.desk.console.practice.pages import practice_routes
from koujing.desk.console.reviews.routes import make_reviews, review_and_point_routes
from koujing.desk.console.talks.routes import talk_routes
from koujing.desk.console.tickets.routes import ticket_routes

__all__ = ["console_routes"]


def console_routes(parts: ConsoleParts) -> list[BaseRoute]:
    """The routes, whose last takes what no other does."""
    kit = ConsoleKit(parts)
    assist = make_assist(parts)
    own = [
        *people_routes(kit, parts),
        *assist_routes(kit, assist),
        *talk_routes(kit, parts, assist.suggester),
        *ticket_routes(kit, parts),
        *figure_routes(kit),
        *hours_routes(kit),
        *practice_routes(kit),
        *review_and_point_routes(kit, make_reviews(parts)),
    ]
    return kit.only_registered([*own, static_mount(), kit.rest_route()])
