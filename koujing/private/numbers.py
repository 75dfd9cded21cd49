"""Personal numbers: identity (身份证), bank and insurance cards, telephones. Money, dates, 文号 and hotlines are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from koujing.private.checks import is_identity, is_old_identity, luhn
from koujing.private.plain import INVISIBLE, counted
from koujing.private.words import Words, any_of

__all__ = ["Found", "Numbers"]

# Where it begins and ends, and what it is.
Found = tuple[int, int, str]

IDENTITY, CARD, MOBILE, LANDLINE, INSURANCE, NUMBER = (
    "【身份证号】", "【银行卡号】", "【手机号】", "【电话】", "【社保卡号】", "【号码】"
)  # fmt: skip

_SIGN = rf"[ \t\-_.·•*/{INVISIBLE}]"
_GAP = rf"(?:{_SIGN}{{0,3}}(?:\n[ \t]{{0,8}})?)"
# Between any two digits: what is not seen, or the end of a line.
_Z = rf"{INVISIBLE}{{0,3}}(?:[ \t]{{0,3}}\n[ \t]{{0,8}})?{INVISIBLE}{{0,3}}"
_LOOSE = rf"[ \t\-_.·•*/,，、{INVISIBLE}]{{0,3}}\n?"
_START = r"(?<!\d)(?<!\d\.)(?<![¥￥$])"
_END = r"(?!\d)"
_NOT_MONEY = r"(?!\s*(?:\.\d|[万亿]|元|块|美元|人民币))"
# Behind a cue: 是, a colon, 尾号 …, but no other number.
_BETWEEN = r"[^\d\n，,。；;！!？?]{0,6}?[:\s]{0,2}"
_CHINESE = re.compile(r"[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]")
# Fewer digits name nobody.
_FEWEST = 6
_MOST_PIECES = 5
_PLAIN_GROUPS = re.compile(
    r"\d+[\dXx]?|\d{6}\D+\d{8}\D+\d{3}[\dXx]|\d(?:\D\d){16}\D[\dXx]|\d{6}\D\d{4}\D\d{4}\D\d{3}[\dXx]"
)

_SIX = re.compile(r"\d{6}\D\d{10,13}")
# 一三八……一下: the last 一 is none of its digits.
_BEFORE_ONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?=1\D)")


class Numbers:
    """Finds them in a plain text (koujing.private.plain)."""

    def __init__(self, words: Words) -> None:
        self._hotlines = frozenset(words.hotlines)
        self._identity = re.compile(rf"(?=({_START}[1-9](?:{_GAP}\d){{16}}{_GAP}(?:[Xx]|\d{_END})))")
        self._old = re.compile(rf"(?=({_START}[1-9]\d{{5}}{_SIGN}?\d{{6}}{_SIGN}?\d{{3}}{_END}))")
        self._odd = re.compile(rf"{_START}\d{{17}}[Xx]")
        self._piece = re.compile(rf"{_START}\d{{16,19}}{_END}")
        self._long = re.compile(r"(?<![\d.])\d{20,}")
        self._grouped = re.compile(rf"(?=({_START}[3-9](?:{_GAP}\d){{15,18}}{_END}))")
        four = rf"[ \t\-{INVISIBLE}]"
        self._fours = re.compile(
            rf"\d{{4}}(?P<gap>{four})\d{{4}}(?P=gap)\d{{4}}(?P=gap)\d{{3,4}}(?:(?P=gap)\d{{1,4}})?"
        )
        # Which groups stand for a mobile number wherever they stand; behind a cue it is any.
        digits = rf"1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}"
        thirds = r"1[3-9]\d([ \-.])\d{3}\1\d{5}"
        singles = rf"1(?:[ \-.{INVISIBLE}][3-9])(?:[ \-.{INVISIBLE}]\d){{9}}"
        broken = rf"1{_Z}[3-9](?:{_Z}\d){{9}}"
        country = rf"(?:(?<!\d)(?:(?:\+|00)?86{_GAP}|0)|{_START})"
        self._mobiles = [
            re.compile(f"{country}{form}{_END}{_NOT_MONEY}") for form in (digits, thirds, singles, broken)
        ]  # fmt: skip
        cue = any_of(words.mobile_cues)
        self._told = re.compile(
            rf"{cue}{_BETWEEN}(?P<it>(?:\+?86{_GAP})?1{_LOOSE}[3-9](?:{_LOOSE}\d){{9}}){_END}{_NOT_MONEY}"
        )
        own = any_of(words.landline_cues)
        line = rf"\(?0(?:10|2\d|[3-9]\d\d)\)?{_GAP}[2-9]\d{{2,3}}{_GAP}\d{{4}}|[2-9]\d{{2,3}}{_SIGN}?\d{{4}}"
        self._landline = re.compile(
            rf"{own}{_BETWEEN}(?P<it>(?:{line})(?:(?:-|转)\d{{1,5}})?){_END}(?!\s*[元人个万块年月日])"
        )
        self._cued = [
            (re.compile(rf"{any_of(words.identity_cues)}{_BETWEEN}(?P<it>\d(?:{_LOOSE}\d){{6,17}}[Xx]?){_END}"), IDENTITY),
            (re.compile(rf"{any_of(words.card_cues)}{_BETWEEN}(?P<it>\d(?:{_GAP}\d){{11,21}}){_END}"), CARD),
            (re.compile(rf"{any_of(words.insurance_cues)}{_BETWEEN}(?P<it>[A-Za-z]{{0,2}}\d(?:{_SIGN}?\d){{6,19}}[Xx]?){_END}"), INSURANCE),
        ]  # fmt: skip

    def find(self, text: str) -> Iterator[Found]:
        """Every number that belongs to a person."""
        if sum(map(text.count, "0123456789")) >= _FEWEST:
            yield from self._in_digits(text)
        # Spoken or written out: 一三八……
        if len(_CHINESE.findall(text)) >= _FEWEST:
            spoken = counted(text)
            for begin, end, what in self._in_digits(spoken, spoken=True):
                if _CHINESE.search(text, begin, end):
                    yield begin, end, what

    def _in_digits(self, text: str, *, spoken: bool = False) -> Iterator[Found]:
        yield from self._identities(text)
        yield from self._cards(text)
        for pattern in self._mobiles:
            yield from ((*match.span(), MOBILE) for match in pattern.finditer(text) if match[0].count("\n") < 3)
        yield from ((*match.span("it"), MOBILE) for match in self._told.finditer(text))
        if spoken:
            yield from ((*match.span(), MOBILE) for match in _BEFORE_ONE.finditer(text))
        for match in self._landline.finditer(text):
            if not self._public(match["it"]):
                yield *match.span("it"), LANDLINE
        for pattern, what in self._cued:
            yield from ((*match.span("it"), what) for match in pattern.finditer(text) if not self._public(match["it"]))
        yield from ((*match.span(), NUMBER) for match in self._long.finditer(text))

    def _identities(self, text: str) -> Iterator[Found]:
        for match in self._identity.finditer(text):
            number = _digits(match[1])
            if is_identity(number, strict=not _PLAIN_GROUPS.fullmatch(match[1]) and "\n" not in match[1]):
                yield *match.span(1), IDENTITY
        for match in self._old.finditer(text):
            if is_old_identity(_digits(match[1])):
                yield *match.span(1), IDENTITY
        yield from ((*match.span(), IDENTITY) for match in self._odd.finditer(text))

    def _cards(self, text: str) -> Iterator[Found]:
        yield from ((*match.span(), CARD) for match in self._piece.finditer(text))
        for match in self._grouped.finditer(text):
            number, whole = _digits(match[1]), self._fours.fullmatch(match[1]) or _SIX.fullmatch(match[1])
            # Wages in a row look alike (4500 4600 4700 4800); China's cards begin with 62.
            if luhn(number) or (number.startswith("62") and (whole or _pieces(match[1]) < _MOST_PIECES)):
                yield *match.span(1), CARD

    def _public(self, number: str) -> bool:
        return _digits(number) in self._hotlines


def _pieces(number: str) -> int:
    return len(re.findall(r"\d+", number))


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit() or character in "Xx")
