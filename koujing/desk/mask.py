"""Hides personal numbers before a message is passed on or kept.

Money, dates, years, document and service numbers stay. Full-width digits count as digits: `\\d` knows them.
"""

from __future__ import annotations

import re

__all__ = ["mask"]

_GAP = r"[\s\-－–—_.·]{0,2}"
_START = r"(?<!\d)(?<!\d[.．])(?<![¥￥])"
_END = r"(?!\d)"

# Region, birthday, serial, check: 18 characters, or the 15 of before 1999.
_ID_CARD = re.compile(
    rf"{_START}[1-9１-９]\d{{5}}{_GAP}(?:[1１][89８９]|[2２][0０])\d{{2}}{_GAP}[01０１]\d{_GAP}[0-3０-３]\d{_GAP}\d{{3}}{_GAP}[\dXxＸｘ]{_END}"
    rf"|{_START}[1-9１-９]\d{{7}}[01０１]\d[0-3０-３]\d{{4}}{_END}"
)
# 16 to 19 digits in one piece, in fours, or the six of the bank and the rest.
_BANK_CARD = re.compile(
    rf"{_START}\d{{16,19}}{_END}"
    rf"|{_START}[3-9３-９]\d{{3}}(?P<gap>[\s\-－])\d{{4}}(?P=gap)\d{{4}}(?P=gap)\d{{3,4}}(?:(?P=gap)\d{{1,4}})?{_END}"
    rf"|{_START}[3-9３-９]\d{{5}}[\s\-－]\d{{10,13}}{_END}"
)
_MOBILE = re.compile(
    rf"(?:(?<!\d)(?:[+＋]|00)?86{_GAP}|{_START})[1１][3-9３-９]\d{_GAP}\d{{4}}{_GAP}\d{{4}}{_END}(?!\s*(?:[.．]\d|[万亿]|元|块|美元|人民币))"
)

# The order matters: a mobile number's eleven digits may stand inside a longer number.
_KINDS = ((_ID_CARD, "【身份证号】"), (_BANK_CARD, "【银行卡号】"), (_MOBILE, "【手机号】"))


def mask(text: str) -> str:
    """The text with ID card, bank card and mobile numbers replaced by what they are."""
    for pattern, name in _KINDS:
        text = pattern.sub(name, text)
    return text
