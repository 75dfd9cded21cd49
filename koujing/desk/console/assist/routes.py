"""The routes of calls, put together."""

from __future__ import annotations

from pathlib import Path

from starlette.routing import Route

from koujing.desk.console.assist.api import action_routes
from koujing.desk.console.assist.pages import CallPages, page_routes
from koujing.desk.console.assist.service import Assist
from koujing.desk.console.assist.suggest import Suggester
from koujing.desk.console.assist.transcript import transcript_route
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.fact_reading import fact_reader
from koujing.knowledge.yaml_lines import read_document

__all__ = ["assist_routes", "make_assist"]


def make_assist(parts: ConsoleParts, policies: Path | None = None) -> Assist:
    """The service, with the fact reader and the glossary of the policies.

    Raises:
        PolicyFileError: a policy file is wrong.
    """
    policies = policies or parts.settings.policies
    glossary: dict[str, str] = read_document(policies / "glossary.yml").data["words"]
    return Assist(parts, fact_reader(policies), Suggester(parts.knowledge, glossary))


def assist_routes(kit: ConsoleKit, assist: Assist) -> list[Route]:
    """All routes of calls. What they hold open ends with the console."""
    kit.parts.closing.append(assist.streams.close)
    pages = CallPages(kit, assist)
    return [*page_routes(kit, pages), *action_routes(kit, assist, pages), transcript_route(kit, assist)]
