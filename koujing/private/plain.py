"""A text in one width: as long as the original, so that what is found in it stands at the same places there."""

from __future__ import annotations

import unicodedata

__all__ = ["INVISIBLE", "counted", "plain"]

INVISIBLE = "\u200b"
_DASHES = "－–—―‐‑‒−﹣"
_COUNTED = str.maketrans("零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两", "00012345678911234567892")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_KNOWN: dict[int, int | str] = {**_WIDE, 0x3000: " ", 0xA0: " ", **{ord(dash): "-" for dash in _DASHES}}


def plain(text: str) -> str:
    """Half-width letters, digits and signs; every dash a hyphen; what is not seen one character that is known."""
    if text.isascii():
        return text
    narrow = text.translate(_KNOWN)
    return "".join(c if (c < "\u0600" and c != "\u00ad") or "\u3007" <= c <= "\u9fff" else _rest(c) for c in narrow)


def counted(text: str) -> str:
    """The same with Chinese digits (一三八) as digits."""
    return text.translate(_COUNTED)


def _rest(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return INVISIBLE
    if category == "Nd":
        return str(unicodedata.digit(character))
    return " " if category == "Zs" else character
