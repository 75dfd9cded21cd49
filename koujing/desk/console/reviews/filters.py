"""The filters of the list, as they stand in its address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from koujing.clock import SHANGHAI
from koujing.desk.console.errors import InputError
from koujing.knowledge.regions import Regions
from koujing.store.reviews import STATES, Filter

__all__ = ["FIELDS", "filter_of", "given_filters", "whole"]

FIELDS = ("kind", "state", "channel", "region", "matter", "status", "since", "until", "q")
ALL = "all"
_LONGEST = 80


def given_filters(query: Mapping[str, str]) -> dict[str, str]:
    """The filters of an address; where it names no state, what nobody has looked at."""
    given = {field: query.get(field, "").strip()[:_LONGEST] for field in FIELDS}
    return {**given, "state": given["state"] or STATES[0]}


def filter_of(given: Mapping[str, str], regions: Regions) -> Filter:
    """What they ask for.

    Raises:
        InputError: a day is none.
    """
    until = _day(given["until"], "until")
    return Filter(
        kind=given["kind"] or None,
        state=None if given["state"] == ALL else given["state"],
        channel=given["channel"] or None,
        region=_within(given["region"], regions),
        matter=given["matter"] or None,
        status=given["status"] or None,
        since=_day(given["since"], "since"),
        until=until + dt.timedelta(days=1) - dt.timedelta(microseconds=1) if until else None,
        text=given["q"] or None,
    )


def whole(given: str, least: int = 1) -> int:
    """A number of an address; the least where it is none."""
    return max(least, int(given)) if given.isascii() and given.isdigit() and len(given) < 9 else least


def _within(region: str, regions: Regions) -> frozenset[str] | None:
    """A region with all that lie in it."""
    if not region or regions.get(region) is None:
        return None
    return frozenset(id for id in regions.ids() if regions.within(id, region))


def _day(given: str, field: str) -> dt.datetime | None:
    if not given:
        return None
    try:
        return dt.datetime.combine(dt.date.fromisoformat(given), dt.time(), SHANGHAI)
    except ValueError as error:
        raise InputError(field, f"日期“{given:.20}”不对。", "应写成 2021-09-15 这样，且确有这一天。") from error
