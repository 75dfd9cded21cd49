"""Headers of the HTML pages: nothing is loaded from elsewhere, and only the site's own pages may frame them."""

from __future__ import annotations

from collections.abc import Iterable

from koujing.desk.web.sites import SELF

__all__ = ["page_headers"]

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)


def page_headers(origins: Iterable[str] = ()) -> dict[str, str]:
    """The headers; `origins` are those of the site whose pages may frame this one (iframe)."""
    ancestors = sorted({"'self'" if origin == SELF else origin for origin in origins}) or ["'none'"]
    framed = ancestors not in (["'none'"], ["'self'"])
    return {
        "Content-Security-Policy": _POLICY.format(ancestors=" ".join(ancestors)),
        "X-Content-Type-Options": "nosniff",
        # A form's Origin is told to the desk, and no address leaves it.
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
        # A site that isolates itself may frame the page all the same.
        "Cross-Origin-Resource-Policy": "cross-origin" if framed else "same-origin",
    }
