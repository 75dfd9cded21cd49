"""What makes a number an identity number or a card's: check digits, provinces, plausible birthdays."""

from __future__ import annotations

import datetime as dt

__all__ = ["identity_check", "is_identity", "is_old_identity", "luhn"]

_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
        "91",
    ]
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


def identity_check(body: str) -> str:
    """The check character of the first 17 digits (GB 11643)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def is_identity(number: str, *, strict: bool) -> bool:
    """Whether 18 characters are an identity number: a province and a day that exist, and (strict) the check character.

    People mistype; what has all but the check character is one too, unless it was put together from pieces.
    """
    if number[:2] not in _PROVINCES or not _day(number[6:14]):
        return False
    return not strict or identity_check(number[:17]) == number[17].upper()


def is_old_identity(number: str) -> bool:
    """Whether 15 digits are an identity number of before 1999."""
    return number[:2] in _PROVINCES and _day(f"19{number[6:12]}")


def luhn(number: str) -> bool:
    """Whether the last digit of a card's number fits the others."""
    total = 0
    for n, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + n % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def _day(digits: str) -> bool:
    try:
        year = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year
    except ValueError:
        return False
    return _FIRST_YEAR <= year <= _LAST_YEAR
