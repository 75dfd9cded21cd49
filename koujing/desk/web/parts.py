"""What the website needs besides the desk's own parts, made once at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.desk.opening import OpeningHours, opening_words
from koujing.desk.web.secret import PhoneCipher, derived, secret
from koujing.desk.web.shown import View
from koujing.desk.web.sites import Site, load_sites
from koujing.desk.web.tokens import Tokens
from koujing.knowledge.regions import Regions
from koujing.settings import Settings
from koujing.store.callbacks import Callbacks
from koujing.store.clients import Clients
from koujing.store.events import Events
from koujing.store.feedback import Feedback
from koujing.store.hours import HoursStore
from koujing.store.switches import Switches
from koujing.store.trackers import Trackers, trackers_of
from koujing.store.visits import Visits

__all__ = ["WebParts", "web_parts"]


@dataclass(frozen=True)
class WebParts:
    """Sites, keys and stores."""

    sites: Mapping[str, Site]
    tokens: Tokens
    cipher: PhoneCipher
    events: Events
    visits: Visits
    feedback: Feedback
    callbacks: Callbacks
    trackers: Trackers
    switches: Switches
    view: View
    opening: OpeningHours


def web_parts(settings: Settings, regions: Regions, engine: Engine, clock: Clock, view: View) -> WebParts:
    """All of them.

    Raises:
        PolicyFileError: the sites' file cannot be used.
        ProgramError: there is no secret and none can be made.
    """
    key, sites = secret(settings.secret, settings.data), load_sites(settings.sites, regions)
    hours, client = HoursStore(engine, clock), Clients(engine)
    return WebParts(
        sites=sites,
        tokens=Tokens(derived(key, "web sessions 1")),
        cipher=PhoneCipher(key, settings.secret_old),
        events=Events(engine, clock),
        visits=Visits(engine),
        feedback=Feedback(engine, clock),
        callbacks=Callbacks(engine, clock),
        trackers=trackers_of(settings, engine),
        switches=Switches(engine, clock),
        view=view,
        opening=OpeningHours(hours.now, sites, client.of, clock, opening_words()),
    )
