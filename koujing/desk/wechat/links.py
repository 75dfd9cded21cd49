"""The only markup that WeChat renders in a text: links. Words from elsewhere are made harmless before they stand beside it."""

from __future__ import annotations

import re
from urllib.parse import quote

__all__ = ["LINK", "harmless", "page_link", "receipt_url", "tap_link"]

LINK = re.compile(r"<a [^<>]*>([^<>]*)</a>")
_HARMLESS = str.maketrans("<>", "＜＞")


def harmless(text: str) -> str:
    """The text with no mark in it that could begin a link."""
    return text.translate(_HARMLESS)


def tap_link(label: str, number: int, shown: str | None = None) -> str:
    """A link that, when tapped, says its label as if typed. The form is not documented by the platform, but used widely.

    Args:
        number: of the offer; the platform may tell it with the tap, digits only.
        shown: what stands there, where that is more than the label.
    """
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={quote(label, safe="")}&msgmenuid={number}">{harmless(shown or label)}</a>'


def page_link(url: str, shown: str) -> str:
    """A link to a page."""
    return f'<a href="{quote(url, safe=_URL)}">{harmless(shown)}</a>'


def receipt_url(public_url: str, code: str) -> str:
    """The page of a receipt, under the desk's public address."""
    return f"{public_url.rstrip('/')}/r/{quote(code, safe='')}"


# What may stand in an address as it is; a quotation mark would end the attribute.
_URL = "%/:?#[]@!$&()*+,;=~"
