"""What is looked for among tickets, as it stands in the address of the list, of its pages and of the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from koujing.clock import SHANGHAI
from koujing.desk.console.access import Staff
from koujing.desk.console.errors import InputError
from koujing.desk.console.tickets.naming import SOURCES, STATES
from koujing.desk.console.tickets.offices import Offices
from koujing.knowledge.base import Knowledge
from koujing.store.ticket_lists import Wanted
from koujing.store.ticket_states import OPEN

__all__ = ["ALL", "OWED", "Filters", "Given"]

OWED, ALL, MY_OFFICE = "open", "all", "mine"
_FIELDS = ("state", "office", "mine", "overdue", "region", "matter", "source", "q", "since", "until")
_LONGEST = 60


@dataclass(frozen=True)
class Given:
    """What a person looks for: field by field as typed, and as the store takes it."""

    fields: Mapping[str, str]
    wanted: Wanted

    @property
    def query(self) -> dict[str, str]:
        """The fields that are given."""
        return {field: value for field, value in self.fields.items() if value}


class Filters:
    """Reads them."""

    def __init__(self, knowledge: Knowledge, offices: Offices) -> None:
        self._knowledge, self._offices = knowledge, offices

    def read(self, query: Mapping[str, str], staff: Staff, today: dt.date, used: list[str]) -> Given:
        """The filter of a query; without one, all that still owe an answer.

        Args:
            used: the regions that tickets are of.

        Raises:
            InputError: a day is none, or there is nothing of this id.
        """
        given = self.typed(query)
        own = self._offices.named(staff.office)
        since, until = _day(given["since"], "since"), _day(given["until"], "until")
        return Given(
            given,
            Wanted(
                states=self._states(given["state"]),
                office=self._office(given["office"], staff),
                mine=(staff.id, own.id if own else None) if given["mine"] else None,
                overdue_on=today if given["overdue"] else None,
                regions=self._regions(given["region"], used),
                matter=given["matter"] or None,
                source=given["source"] if given["source"] in SOURCES else None,
                text=given["q"] or None,
                since=since,
                # The day itself is meant.
                until=until + dt.timedelta(days=1) if until else None,
            ),
        )

    @staticmethod
    def typed(query: Mapping[str, str]) -> dict[str, str]:
        """Every field of a query as it was typed."""
        return {field: query.get(field, "").strip()[:_LONGEST] for field in _FIELDS}

    @staticmethod
    def _states(given: str) -> frozenset[str] | None:
        if given in ("", OWED):
            return OPEN
        if given == ALL:
            return None
        if given not in STATES:
            raise InputError("state", "没有这个状态。", "请从列表里选。")
        return frozenset({given})

    def _office(self, given: str, staff: Staff) -> str | None:
        if given == MY_OFFICE:
            own = self._offices.named(staff.office)
            if own is None:
                raise InputError("office", "您的账号没有写承办科室。", "请管理员在“人员”里把科室写成科室名单里的名称。")
            return own.id
        return given or None

    def _regions(self, given: str, used: list[str]) -> frozenset[str] | None:
        if not given:
            return None
        regions = self._knowledge.regions
        if regions.get(given) is None:
            raise InputError("region", "没有这个地区。", "请从列表里选。")
        known = [each for each in used if regions.get(each) is not None]
        return frozenset(each for each in known if regions.within(each, given))


def _day(given: str, field: str) -> dt.datetime | None:
    if not given:
        return None
    try:
        return dt.datetime.combine(dt.date.fromisoformat(given), dt.time(), SHANGHAI)
    except ValueError as error:
        raise InputError(field, f"日期“{given:.20}”不对。", "应写成 2026-11-20 这样，且确有这一天。") from error
