"""The websites that embed the chat, from `sites.yml`. Every mistake is told with its line and how to mend it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from koujing.desk.fields import Place, mapping, region_id, words
from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.regions import Regions
from koujing.knowledge.yaml_lines import Document, read_document

__all__ = ["SELF", "Hours", "Notice", "Site", "load_sites"]

SELF = "self"

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_ORIGIN = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9][0-9]{0,4})?")
_DAYS = re.compile(r"([1-7])(?:-([1-7]))?")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True)
class Hours:
    """When people answer: the days of the week from 1 (Monday), from and to, and the words shown for it."""

    days: frozenset[int]
    begin: dt.time
    end: dt.time
    text: str

    def open_at(self, moment: dt.datetime) -> bool:
        """Whether people answer at this moment, given in Shanghai time."""
        return moment.isoweekday() in self.days and self.begin <= moment.time() < self.end


@dataclass(frozen=True)
class Notice:
    """A line on top of the chat, shown up to and including a day."""

    text: str
    until: dt.date | None


@dataclass(frozen=True)
class Site:
    """One website."""

    id: str
    title: str
    bureau: str
    origins: frozenset[str]
    region: str | None = None
    hours: Hours | None = None
    notices: tuple[Notice, ...] = field(default=())
    kiosk_minutes: int | None = None

    @property
    def client(self) -> str:
        """How the store knows this site's sessions."""
        return f"web:{self.id}"

    def allows(self, origin: str, own: str) -> bool:
        """Whether a page from `origin` may use this site, the desk itself being at `own`."""
        return origin in self.origins or (SELF in self.origins and origin == own)


def load_sites(path: Path, regions: Regions) -> Mapping[str, Site]:
    """The sites by id.

    Raises:
        PolicyFileError: the file cannot be used; says the line, what, why and how to mend.
    """
    document = read_document(path)
    data = mapping(document, (), {"sites"}, {"sites"})["sites"]
    if not isinstance(data, dict) or not data:
        raise document.error(["sites"], "“sites”里没有网站", "没有网站就没有人能打开咨询窗", "至少写一个，如 demo: {…}")
    return {id: _site(document, id, regions) for id in data}


def _site(document: Document, id: Any, regions: Regions) -> Site:
    place = ("sites", id)
    if not (isinstance(id, str) and _ID.fullmatch(id)):
        raise document.error(
            place, f"网站 id “{id}”不对", "它要写进网页和地址", "用 1 到 40 个小写字母、数字和中间的连字符"
        )
    required = {"title", "bureau", "origins"}
    data = mapping(document, place, required, {*required, "region", "hours", "notices", "kiosk_minutes"})
    return Site(
        id=id,
        title=words(document, (*place, "title"), data["title"]),
        bureau=words(document, (*place, "bureau"), data["bureau"]),
        origins=_origins(document, (*place, "origins"), data["origins"]),
        region=region_id(document, (*place, "region"), data.get("region"), regions),
        hours=None if data.get("hours") is None else _hours(document, (*place, "hours")),
        notices=_notices(document, (*place, "notices"), data.get("notices")),
        kiosk_minutes=_minutes(document, (*place, "kiosk_minutes"), data.get("kiosk_minutes")),
    )


def _origins(document: Document, place: Place, value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not value:
        raise document.error(
            place, "origins 是空的", "没有列出的来源打不开咨询窗", "如 [self, https://rsj.example.gov.cn]"
        )
    for n, origin in enumerate(value):
        if origin != SELF and not (isinstance(origin, str) and _ORIGIN.fullmatch(origin)):
            raise document.error(
                (*place, n),
                f"来源“{origin}”不对",
                "要和浏览器发来的 Origin 一字不差，也不能用 *",
                "写 self，或 https://rsj.example.gov.cn 这样的协议＋小写域名（非默认端口写上），不带路径和末尾的 /",
            )
    return frozenset(value)


def _hours(document: Document, place: Place) -> Hours:
    names = {"days", "from", "to", "text"}
    data = mapping(document, place, names, names)
    days = _matching(document, (*place, "days"), data["days"], _DAYS, '如 "1-5"（星期一到星期五）或 "6"，加引号')
    first, last = days[1], days[2] or days[1]
    if first > last:
        raise document.error((*place, "days"), f"“{data['days']}”的先后反了", "1 是星期一，7 是星期日", "小的写在前面")
    begin, end = (
        dt.time.fromisoformat(_matching(document, (*place, key), data[key], _TIME, '如 "09:00"，加引号')[0])
        for key in ("from", "to")
    )
    if begin >= end:
        raise document.error((*place, "to"), "结束时刻不晚于开始时刻", "这样没有一刻是开放的", "改正 from 或 to")
    return Hours(
        frozenset(range(int(first), int(last) + 1)), begin, end, words(document, (*place, "text"), data["text"])
    )


def _notices(document: Document, place: Place, value: Any) -> tuple[Notice, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise document.error(place, "notices 应为列表", "可以有几条公告", "没有写 []")
    return tuple(_notice(document, (*place, n)) for n in range(len(value)))


def _notice(document: Document, place: Place) -> Notice:
    data = mapping(document, place, {"text"}, {"text", "until"})
    until = data.get("until")
    if until is not None and not isinstance(until, dt.date):
        raise document.error(
            (*place, "until"), f"“{until}”不是日期", "公告显示到这一天", "写成 2021-12-31，不加引号；一直显示写 null"
        )
    return Notice(words(document, (*place, "text"), data["text"]), until)


def _minutes(document: Document, place: Place, value: Any) -> int | None:
    if value is None:
        return None
    # A boolean is an int to Python.
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 240:
        raise document.error(place, f"“{value}”不对", "是闲置的分钟数", "写 1 到 240 的整数；不是公用电脑写 null")
    return value


def _matching(document: Document, place: Place, value: Any, pattern: re.Pattern[str], how: str) -> re.Match[str]:
    found = pattern.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _wrong(document, place, value, how)
    return found


def _wrong(document: Document, place: Place, value: Any, how: str) -> PolicyFileError:
    return document.error(place, f"“{place[-1]}”的值“{value}”不合格式", "按它判断现在是否有人值班", how)
