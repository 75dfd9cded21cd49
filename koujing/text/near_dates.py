"""Dates told from the day of the question or by a feast: 上个月底, 上礼拜三, 前几天, 半个月前, 国庆前, 春节后."""

from __future__ import annotations

import datetime as dt
import re

from koujing.text.date_spans import RELATIVE_YEARS, SMALL, month_end, whole, within_month
from koujing.text.numerals import NUMERAL, parse_numeral
from koujing.text.spans import Span

__all__ = ["find_near_dates"]

_MONTH = re.compile(
    rf"(?P<which>大上|上上|上|这|本|当|下)个?月(?!嫂)(?:(?P<day>{SMALL})[日号])?"
    r"(?P<part>底|末|尾|初|中旬|上旬|下旬|最后一天)?"
)
_PART_OF_THIS_MONTH = re.compile(r"(?<![个上下这本当\d一二三四五六七八九十])月(?P<part>底|末|初)")
_WEEK = re.compile(
    r"(?P<which>上上|上|这|本|下)一?个?(?:周|星期|礼拜)(?![年岁])(?:(?P<day>[一二三四五六日天末1-7])(?![个次回期]))?"
)
_DAY = re.compile(
    r"大前天|大前日|前[天日](?!不)|[昨琴寻噚]日|昨[天晚]|今[天日早晨]|明[天日](?!确)|后天|(?<!失业)(?<!生)(?<!\d)[昨今明后]儿个?(?!子|童|歌|园)"
)
_FEW_DAYS = re.compile(r"(?:前|这|头|早)[几两]日|(?:前|这|头|早)(?:几|两|些)天")
_AGO = re.compile(rf"(?P<count>{NUMERAL}|半)(?P<unit>天|周|个?星期|个?礼拜|个月|年)(?:多)?(?:以|之)?前")
_PART_OF_THIS_YEAR = re.compile(
    r"(?<![年前去昨今去明后本度\d零一二三四五六七八九])(?P<part>年初|年底|年末|年尾|上半年|下半年)"
)
_SAME_TIME = re.compile(
    r"(?P<said_year>大前年|前年|去年|旧年)的?(?:这个?时候|这时|这会儿?|这阵子?|今[天日]|同期|此时|这个?月|本月)"
)
_FEAST = re.compile(
    r"(?P<said_year>去年|前年|旧年|今年|明年)?(?P<feast>元旦|三八节|三八妇女节|清明节?|五一|劳动节|五四|六一|七一|八一|国庆节?"
    r"|(?<![二三四五六七八九十])十一(?=前|后|以|之|假|长假|期间|放假)|双十一|双11|圣诞节?|春节|过完?年(?!费|轻)|大年三十|除夕|元宵节?|正月十五|端午节?|中秋节?)"
    r"(?:(?P<itself>那[天日]|当[天日])|(?P<side>(?:假期|放假|长假)?(?:前后|[前后])|左右))?"
)
_MONTHS = {"大上": -2, "上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1}
_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}
_WEEKDAYS = {c: i for i, row in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天末7")) for c in row}
_DAYS = {"大前": -3, "前": -2, "昨": -1, "琴": -1, "寻": -1, "噚": -1, "今": 0, "明": 1, "后": 2}
_DAYS_BACK = 9  # 前几天 reaches no further
_DAYS_BESIDE = 15  # 国庆前, 五一后
_FEASTS = {
    "元旦": (1, 1),
    "三八": (3, 8),
    "清明": (4, 4),
    "五一": (5, 1),
    "劳动": (5, 1),
    "五四": (5, 4),
    "六一": (6, 1),
    "七一": (7, 1),
    "八一": (8, 1),
    "国庆": (10, 1),
    "十一": (10, 1),
    "双十一": (11, 11),
    "双1": (11, 11),
    "圣诞": (12, 25),
}
_NEW_YEAR = "0216 0205 0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 0203"
_DRAGON_BOATS = "0618 0607 0625 0614 0603 0622 0610 0531 0619 0609 0528 0616 0605"
_MID_AUTUMN = "0924 0913 1001 0921 0910 0929 0917 1006 0925 0915 1003 0922 0912"
_FIRST_LUNAR_YEAR = 2018
_LUNAR = {
    "春节": (_NEW_YEAR, 0),
    "过年": (_NEW_YEAR, 0),
    "过完": (_NEW_YEAR, 0),
    "大年": (_NEW_YEAR, -1),
    "除夕": (_NEW_YEAR, -1),
    "元宵": (_NEW_YEAR, 14),
    "正月": (_NEW_YEAR, 14),
    "端午": (_DRAGON_BOATS, 0),
    "中秋": (_MID_AUTUMN, 0),
}
_PARTS_OF_YEAR = {
    "初": (1, 2),
    "头": (1, 2),
    "底": (12, 12),
    "末": (12, 12),
    "尾": (12, 12),
    "上": (1, 6),
    "下": (7, 12),
}


def find_near_dates(text: str, on: dt.date) -> list[Span]:
    """Every date that needs the day of the question, or the year of a feast; a lunar feast past its table is none."""
    spans = [
        *(_near_month(match, on) for match in _MONTH.finditer(text)),
        *(within_month(match, on.year, on.month) for match in _PART_OF_THIS_MONTH.finditer(text)),
        *(_near_week(match, on) for match in _WEEK.finditer(text)),
        *(_near_day(match, on) for match in _DAY.finditer(text)),
        *(_few_days(match, on) for match in _FEW_DAYS.finditer(text)),
        *(_ago(match, on) for match in _AGO.finditer(text)),
        *(_part_of_year(match, on) for match in _PART_OF_THIS_YEAR.finditer(text)),
        *(_same_time(match, on) for match in _SAME_TIME.finditer(text)),
        *(_feast(match, on) for match in _FEAST.finditer(text)),
    ]
    return [span for span in spans if span is not None]


def _near_month(match: re.Match[str], on: dt.date) -> Span | None:
    index = on.year * 12 + on.month - 1 + _MONTHS[match["which"]]
    return within_month(match, index // 12, index % 12 + 1)


def _near_week(match: re.Match[str], on: dt.date) -> Span:
    monday = on - dt.timedelta(on.weekday() - 7 * _WEEKS[match["which"]])
    if not match["day"]:
        return whole(match, monday, monday + dt.timedelta(6), "vague")
    day = monday + dt.timedelta(_WEEKDAYS[match["day"]])
    return whole(match, day - dt.timedelta(1), day, "vague") if match["day"] == "末" else whole(match, day, day)


def _near_day(match: re.Match[str], on: dt.date) -> Span:
    day = on + dt.timedelta(_DAYS[match[0].removesuffix("个")[:-1]])
    return whole(match, day, day)


def _few_days(match: re.Match[str], on: dt.date) -> Span:
    return whole(match, on - dt.timedelta(_DAYS_BACK), on - dt.timedelta(1), "vague")


def _ago(match: re.Match[str], on: dt.date) -> Span | None:
    count, unit = parse_numeral(match["count"]), match["unit"]
    if count is None or count > 100 * 365:
        return None
    if unit not in ("个月", "年") or (unit == "个月" and count < 1):
        days = int(count * {"天": 1, "个月": 30}.get(unit, 7))
        exact = unit == "天" and count.denominator == 1
        slack = dt.timedelta(0 if exact else 4)
        return whole(
            match, on - dt.timedelta(days) - slack, on - dt.timedelta(days) + slack, "day" if exact else "vague"
        )
    index = on.year * 12 + on.month - 1 - int(count * (12 if unit == "年" else 1))
    if index < 1900 * 12:
        return None
    year, month = index // 12, index % 12 + 1
    if unit == "年" and count >= 1:
        return whole(match, dt.date(year, 1, 1), dt.date(year, 12, 31), "year")
    return whole(match, dt.date(year, month, 1), month_end(year, month), "month")


def _part_of_year(match: re.Match[str], on: dt.date) -> Span:
    first, last = _PARTS_OF_YEAR[match["part"].replace("半年", "")[-1]]
    return whole(match, dt.date(on.year, first, 1), month_end(on.year, last), "vague", year_said=False)


def _same_time(match: re.Match[str], on: dt.date) -> Span:
    year = on.year + RELATIVE_YEARS[match["said_year"]]
    return whole(match, dt.date(year, on.month, 1), month_end(year, on.month), "vague")


def _feast(match: re.Match[str], on: dt.date) -> Span | None:
    year, said = on.year + RELATIVE_YEARS.get(match["said_year"] or "今年", 0), match["feast"]
    lunar = _LUNAR.get(said[:2])
    if lunar is not None:
        day = _lunar_day(year, *lunar)
        if day is None:
            return None
    else:
        fixed = next(_FEASTS[said[:n]] for n in (3, 2) if said[:n] in _FEASTS)
        day = dt.date(year, *fixed)
    first, last = _beside(day, match["side"] or "", said)
    # a lunar feast to come is not the one a year before: its day moves, so its year counts as said
    precision = "day" if match["itself"] else "vague"
    return whole(match, first, last, precision, bool(match["said_year"]) or lunar is not None)


def _lunar_day(year: int, days: str, shift: int) -> dt.date | None:
    table = days.split()
    if not 0 <= year - _FIRST_LUNAR_YEAR < len(table):
        return None
    said = table[year - _FIRST_LUNAR_YEAR]
    return dt.date(year, int(said[:2]), int(said[2:])) + dt.timedelta(shift)


def _beside(day: dt.date, side: str, said: str) -> tuple[dt.date, dt.date]:
    span = dt.timedelta(_DAYS_BESIDE)
    if side.endswith(("前后", "左右")):
        return day - span, day + span
    if side.endswith("前"):
        return day - span, day - dt.timedelta(1)
    return (day, day + span) if side.endswith("后") or said == "过完年" else (day, day)
