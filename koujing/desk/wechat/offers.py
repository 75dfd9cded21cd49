"""What the newest answer offers to tap or to type by number, and which of it a message means.

A tap on a link of an answer comes back as an ordinary text, by the platform's undocumented habit sometimes with the link's
number; on a computer, or read aloud, people type the number instead. Whatever names none of the offers stays what it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Offer", "Screen", "dumped", "loaded", "resolve"]

_DIGITS = "一二三四五六七八九"
# 1, 1., (1), 第1个, 选一. Not 1个 or 一个, which count something, nor 第一项 and 第一条, which are clauses.
_ORDINAL = re.compile(
    r"\(?(?:我?选)?(?:第([1-9]\d?|十?[一二三四五六七八九]|十)个?|([1-9]\d?|十?[一二三四五六七八九]|十))[).,、。:]*"
)
_NUMBERED = re.compile(r"\(?([1-9]\d?)[).,、:]+(.+)")
# A keycap (1️⃣) is a digit with these behind it.
_KEYCAP = dict.fromkeys((0xFE0F, 0x20E3))


@dataclass(frozen=True)
class Offer:
    """A line under an answer: what it shows and what it stands for. With `figure` no number stands for it: the question wants
    a figure, or the numbers are those of other lines."""

    label: str
    says: str
    figure: bool = False


@dataclass(frozen=True)
class Screen:
    """An answer as texts to send one after another, and what they offer, in the order of the numbers shown."""

    parts: tuple[str, ...]
    offers: tuple[Offer, ...] = ()


def resolve(text: str, menu_id: str | None, offers: Sequence[Offer]) -> str:
    """What a message says, given what was offered last: the words that an offer stands for, or the text itself.

    Args:
        menu_id: the number that the platform tells of a tapped link. It counts only beside the words of that link or without
            any words: a link further up may have been tapped, whose numbers were others.
    """
    said = _plain(text)
    tapped = _at(menu_id, offers) if menu_id else None
    if tapped is not None and said in ("", _plain(tapped.label)):
        return tapped.says
    for offer in offers:
        if said and said == _plain(offer.label):
            return offer.says
    numbered = _numbered(said, offers)
    return text if numbered is None else numbered.says


def dumped(offers: Iterable[Offer]) -> list[dict[str, Any]]:
    """Offers as plain JSON, to be kept until the next message."""
    return [{"label": offer.label, "says": offer.says, "figure": offer.figure} for offer in offers]


def loaded(kept: Iterable[dict[str, Any]]) -> tuple[Offer, ...]:
    """Offers from what was kept."""
    return tuple(Offer(**offer) for offer in kept)


def _numbered(said: str, offers: Sequence[Offer]) -> Offer | None:
    numbered = [offer for offer in offers if not offer.figure]
    if match := _ORDINAL.fullmatch(said):
        # 第二个 of what was listed, even where the numbers shown are those of a question's options.
        listed = f"第{_number(match[1])}个" if match[1] else None
        return next((offer for offer in offers if offer.says == listed), None) or _at(match[1] or match[2], numbered)
    # The whole line copied with its number.
    if match := _NUMBERED.fullmatch(said):
        offer = _at(match[1], numbered)
        return offer if offer is not None and _plain(offer.label) == match[2] else None
    return None


def _at(ordinal: str, offers: Sequence[Offer]) -> Offer | None:
    number = _number(ordinal)
    return offers[number - 1] if 0 < number <= len(offers) else None


def _number(ordinal: str) -> int:
    """1 to 99, 一 to 十九; 0 for what is no number."""
    if ordinal.isdigit() and ordinal.isascii():
        return int(ordinal) if len(ordinal) <= len("99") else 0
    ten = ordinal.startswith("十")
    rest = ordinal[1:] if ten else ordinal
    return (10 if ten else 0) + (_DIGITS.find(rest) + 1 if len(rest) == 1 else 0)


def _plain(text: str) -> str:
    """Without white space, full-width and circled forms, and what cannot be seen."""
    folded = unicodedata.normalize("NFKC", text.translate(_KEYCAP)).casefold()
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))
