"""What a webmaster copies: the script tag with its integrity, and the lines that a strict policy (CSP) needs."""

from __future__ import annotations

from html import escape

from koujing.desk.web.widget import FOLDER, LOADER, Widget

__all__ = ["csp_lines", "pinned_tag", "tag"]


def tag(host: str, site: str, *, region: str | None = None) -> str:
    """The one line that embeds the widget; it keeps working when the widget is renewed."""
    return f'<script src="{host}{FOLDER}{LOADER}" defer{_data(site, region)}></script>'


def pinned_tag(host: str, site: str, widget: Widget, *, region: str | None = None) -> str:
    """The same for exactly this version, which the browser verifies."""
    loader = widget.loader
    src = f"{host}{FOLDER}{loader.hashed}"
    return f'<script src="{src}" defer integrity="{loader.integrity}" crossorigin="anonymous"{_data(site, region)}></script>'


def csp_lines(host: str) -> list[str]:
    """The directives to add to a page under `default-src 'none'`."""
    return [f"script-src {host}", f"connect-src {host}", f"img-src {host}"]


def _data(site: str, region: str | None) -> str:
    place = f' data-region="{escape(region)}"' if region else ""
    return f' data-site="{escape(site)}"{place}'
