"""When people answer (人工服务时间): as set in the console, else as the website's own hours, by China's working days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from koujing.clock import Clock
from koujing.desk.web.sites import Hours, Site
from koujing.knowledge.yaml_lines import read_document
from koujing.settings import ROOT
from koujing.store.hours import SetHours
from koujing.workdays import OfficeHours, Workdays, warning

__all__ = ["OpeningHours", "Staffed", "opening_words"]

_TEXTS = ROOT / "config" / "console" / "hours.yml"
_OFFERED = "handed_off"
_WEEK = "一二三四五六日"

Reply = dict[str, Any]


@dataclass(frozen=True)
class Staffed:
    """How it stands at a moment: the hours in words, whether people are there, and when next (None: not within two months).

    `warning` tells where the next day is not sure, as that year's holidays are not announced.
    """

    text: str
    open: bool
    opens: dt.datetime | None
    warning: str | None


class OpeningHours:
    """Made once. `set_hours` is `HoursStore.now`, blocking at times; the sites' own hours hold where it gives none."""

    def __init__(
        self,
        set_hours: Callable[[], SetHours | None],
        sites: Mapping[str, Site],
        client: Callable[[str], str],
        clock: Clock,
        texts: Mapping[str, Any],
        workdays: Workdays | None = None,
    ) -> None:
        """Take `client` to tell whose a session is (`Clients.of`), and `texts` as `opening_words` reads them."""
        self._set, self._sites, self._client, self._clock, self._texts = set_hours, sites, client, clock, texts
        self.workdays = workdays or Workdays()

    def of(self, site: Site | None = None) -> tuple[OfficeHours, str] | None:
        """The hours that hold, with their words; of no site in particular the first that has any."""
        own = self._set()
        if own is not None:
            return OfficeHours(own.begin, own.end, own.days, own.holidays), own.text
        default = self.default(site)
        return None if default is None else (OfficeHours(default.begin, default.end, default.days), default.text)

    def default(self, site: Site | None = None) -> Hours | None:
        """What the sites' file says."""
        if site is not None:
            return site.hours
        return next((each.hours for each in self._sites.values() if each.hours is not None), None)

    def now(self, site: Site | None = None) -> Staffed | None:
        """How it stands; None where no hours are told."""
        hours = self.of(site)
        if hours is None:
            return None
        moment = self._clock.now()
        opens = self.workdays.opens(hours[0], moment)
        sure = opens is None or self.workdays.works(hours[0], opens.date()).sure
        told = None if sure or opens is None else warning([opens.year])
        return Staffed(hours[1], self.workdays.open_at(hours[0], moment), opens, told)

    def words(self, staffed: Staffed) -> str:
        """The sentence for a citizen who wants a person."""
        if staffed.open:
            return str(self._texts["open"]).format(text=staffed.text)
        if staffed.opens is None:
            return str(self._texts["none"]).format(text=staffed.text)
        said = str(self._texts["closed"]).format(text=staffed.text, next=self.moment(staffed.opens))
        return f"{said}（{staffed.warning}）" if staffed.warning else said

    def moment(self, at: dt.datetime) -> str:
        """今天 9:00, 明天 9:00, 10月8日（星期五）9:00."""
        days = (at.date() - self._clock.now().date()).days
        on = {0: "今天", 1: "明天"}.get(days, f"{at.month}月{at.day}日（星期{_WEEK[at.weekday()]}）")
        return f"{on}{at.hour}:{at.minute:02}"

    def in_session(self, session_id: str, replies: list[Reply]) -> list[Reply]:
        """The replies, those that offer a person with the time when one is there. Blocking at times."""
        if not any(reply["status"] == _OFFERED for reply in replies):
            return replies
        kind, _, name = self._client(session_id).partition(":")
        staffed = self.now(self._sites.get(name) if kind == "web" else None)
        if staffed is None:
            return replies
        hours = self.words(staffed)
        return [
            {**reply, "handoff": {**(reply["handoff"] or {}), "hours": hours}}
            if reply["status"] == _OFFERED and reply["handoff"]
            else reply
            for reply in replies
        ]


def opening_words() -> Mapping[str, Any]:
    """The wordings of `config/console/hours.yml`.

    Raises:
        PolicyFileError: the file cannot be read.
    """
    data: Mapping[str, Any] = read_document(_TEXTS).data
    return data
