"""`/`: the page of a demonstration bureau with the widget in it, and what a webmaster and an integrator need. `/privacy`."""

from __future__ import annotations

from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koujing.desk.keeping.schedule import load_schedule
from koujing.desk.web.cors import own_origin
from koujing.desk.web.embed import csp_lines, pinned_tag, tag
from koujing.desk.web.page_kit import PageKit
from koujing.settings import DEMO_KEY, Settings

__all__ = ["example", "home_routes"]

# What people say, as they say it.
_SAMPLES = ("公司28个人，去年裁了3个，能领稳岗返还吗", "我失业了，能享受哪些政策", "失业补助金什么时候截止")

# Of the classes that are kept (config/retention.yml): none of a citizen's own.
_OF_STAFF = frozenset({"practice", "logs"})


def home_routes(kit: PageKit) -> list[Route]:
    """The routes."""
    home = _Home(kit)
    return [
        Route("/", kit.guarded(home.show), methods=["GET"]),
        Route("/privacy", kit.guarded(home.privacy), methods=["GET"], include_in_schema=False),
    ]


def example(settings: Settings) -> str:
    """A command that asks a question, for a shell."""
    key = DEMO_KEY if DEMO_KEY in settings.quotas else "<密钥>"
    return (
        f"curl {settings.desk_url}/api/v1/ask -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' \\\n"
        """  -d '{"text": "公司28个人，去年裁了3个，能领稳岗返还吗", "region": "huludao"}'"""
    )


class _Home:
    def __init__(self, kit: PageKit) -> None:
        self._kit = kit
        self._schedule = load_schedule(kit.settings.retention)

    async def show(self, request: Request) -> Response:
        kit, own = self._kit, own_origin(request)
        site, region = kit.site({}), kit.region(request.query_params)
        region = region or site.region
        covered = [entry for entry in map(kit.knowledge.regions.get, kit.knowledge.regions.ids()) if entry]
        return kit.html(
            request,
            "home.html",
            site,
            about=kit.about(site, region),
            region=region,
            regions=[(entry.id, entry.name) for entry in covered if entry.has_notice],
            notices=[notice for notice in kit.knowledge.notices.values() if region is None or self._holds(notice.region, region)],
            questions=self._questions(region),
            samples=_SAMPLES,
            message_id=str(uuid4()),
            tag=tag(own, site.id, region=region),
            pinned=pinned_tag(own, site.id, kit.widget, region=region),
            csp=csp_lines(own),
            size=kit.widget.size,
            example=example(kit.settings),
        )  # fmt: skip

    async def privacy(self, request: Request) -> Response:
        site = self._kit.site(request.query_params)
        about = self._kit.about(site, site.region)
        classes = {key: each for key, each in self._schedule.classes.items() if key not in _OF_STAFF}
        return self._kit.html(
            request, "privacy.html", site, about=about, hours=self._kit.settings.web_idle_hours, classes=classes
        )

    def _holds(self, notice_region: str, region: str) -> bool:
        return self._kit.knowledge.regions.within(region, notice_region)

    def _questions(self, region: str | None) -> list[tuple[str, str]]:
        """Matters with what they are about, as the policy files say."""
        knowledge = self._kit.knowledge
        offered = [id for id in knowledge.dialogue.offered if region is None or knowledge.chain(id, region)]
        return [(knowledge.matters[id].name, knowledge.matters[id].about) for id in offered]
