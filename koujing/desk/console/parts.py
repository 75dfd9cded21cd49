"""What the console needs, made once at start. Each owner of a part of the console adds its stores here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.desk.console.passwords import Passwords
from koujing.desk.console.sessions import Limits, Sessions
from koujing.desk.conversation import Conversations
from koujing.desk.limits import Limits as Rates
from koujing.desk.opening import OpeningHours, opening_words
from koujing.desk.web.shown import View
from koujing.desk.web.sites import load_sites
from koujing.knowledge.base import Knowledge
from koujing.settings import Settings
from koujing.store.audit import Audit
from koujing.store.clients import Clients
from koujing.store.hours import HoursStore
from koujing.store.staff import StaffStore
from koujing.store.switches import Switches

__all__ = ["ConsoleParts", "console_parts"]


@dataclass(frozen=True)
class ConsoleParts:
    """The desk's own parts, and the console's stores."""

    settings: Settings
    knowledge: Knowledge
    clock: Clock
    engine: Engine
    conversations: Conversations
    view: View
    staff: StaffStore
    sessions: Sessions
    passwords: Passwords
    audit: Audit
    switches: Switches
    hours: HoursStore
    opening: OpeningHours
    # What ends open event streams when the program stops.
    closing: list[Callable[[], None]] = field(default_factory=list)
    rates: Rates = field(default_factory=Rates)


def console_parts(
    settings: Settings,
    knowledge: Knowledge,
    clock: Clock,
    engine: Engine,
    conversations: Conversations,
    view: View,
    *,
    passwords: Passwords | None = None,
    limits: Limits | None = None,
    switches: Switches | None = None,
    rates: Rates | None = None,
) -> ConsoleParts:
    """All of them.

    Raises:
        PolicyFileError: the sites' file or the wordings of the hours cannot be used.
    """
    staff, hours = StaffStore(engine, clock), HoursStore(engine, clock)
    sites = load_sites(settings.sites, knowledge.regions)
    return ConsoleParts(
        settings=settings,
        knowledge=knowledge,
        clock=clock,
        engine=engine,
        conversations=conversations,
        view=view,
        staff=staff,
        sessions=Sessions(staff, settings, limits or Limits()),
        passwords=passwords or Passwords(),
        audit=Audit(engine, clock),
        rates=rates or Rates(),
        switches=switches or Switches(engine, clock),
        hours=hours,
        opening=OpeningHours(hours.now, sites, Clients(engine).of, clock, opening_words()),
    )
