"""The routes of conversations, put together."""

from __future__ import annotations

from pathlib import Path

from starlette.routing import Route

from koujing.desk.console.assist.suggest import Suggester
from koujing.desk.console.kit import ConsoleKit
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.console.talks.acts import act_routes
from koujing.desk.console.talks.calibers import Calibers
from koujing.desk.console.talks.pages import TalkPages, page_routes
from koujing.desk.console.talks.service import TalkService
from koujing.knowledge.yaml_lines import read_document

__all__ = ["talk_routes"]


def talk_routes(
    kit: ConsoleKit, parts: ConsoleParts, suggester: Suggester | None = None, glossary: Path | None = None
) -> list[Route]:
    """All of them. What they hold open ends with the console; the suggester may be the one of the calls.

    Raises:
        PolicyFileError: the glossary cannot be used.
    """
    if suggester is None:
        words = read_document(glossary or parts.settings.policies / "glossary.yml").data["words"]
        suggester = Suggester(parts.knowledge, words)
    service = TalkService(parts, Calibers(parts.knowledge, suggester))
    parts.closing.append(service.live.close)
    pages = TalkPages(kit, service)
    return [*page_routes(kit, pages), *act_routes(kit, service, pages)]
