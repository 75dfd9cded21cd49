"""Who is at the console, and whether this request is theirs: session, role, and the page it came from."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request

from koujing.desk.console.errors import CrossSiteError
from koujing.desk.console.permissions import ROLES, may, role_names
from koujing.desk.web.cors import own_origin
from koujing.settings import Settings
from koujing.store.staff import Account

__all__ = ["SAFE", "Staff", "check_own_page", "local", "next_page", "staff_of", "wants_page"]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HOME = "/console"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "x-forwarded-host")


@dataclass(frozen=True)
class Staff:
    """The person at the console. Every endpoint gets it, so none can forget who asks."""

    id: int
    name: str
    display: str
    roles: frozenset[str]
    office: str | None = None
    must_change: bool = False
    demo: bool = False

    @property
    def role(self) -> str:
        """The first of the roles, in the order of the table."""
        return next((role for role in ROLES if role in self.roles), "")

    @property
    def role_names(self) -> str:
        """The roles as people read them."""
        return role_names(self.roles)

    def may(self, permission: str) -> bool:
        """Whether this person has a permission."""
        return may(self.roles, permission)


def staff_of(account: Account) -> Staff:
    """The account without what only signing in needs."""
    return Staff(
        account.id, account.name, account.display, account.roles, account.office, account.must_change, account.demo
    )


def check_own_page(request: Request, settings: Settings) -> None:
    """Refuse a request that another website made the browser send (CSRF). The browser must say where it comes from.

    Raises:
        CrossSiteError: from elsewhere, or the browser tells neither Origin nor Sec-Fetch-Site.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    told = origin is not None or site is not None
    if (
        not told
        or (site not in (None, "same-origin"))
        or (origin is not None and origin not in _own(request, settings))
    ):
        raise CrossSiteError


def local(request: Request) -> bool:
    """Whether a browser on this machine asks, and no proxy for somebody else."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    client = request.client.host if request.client else None
    return host in _LOOPBACK and client in _LOOPBACK and not any(name in request.headers for name in _FORWARDED)


def wants_page(request: Request) -> bool:
    """Whether an error is to be a page. Scripts, event streams and programs get JSON."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def next_page(wanted: str | None) -> str:
    """Where to go after signing in: a page of the console, whatever the address says."""
    text = wanted or ""
    plain = text.isascii() and text.isprintable() and "\\" not in text
    parts = urlsplit(text) if plain else urlsplit("")
    ours = parts.path == _HOME or parts.path.startswith(f"{_HOME}/")
    if not ours or parts.scheme or parts.netloc or ".." in parts.path.split("/"):
        return _HOME
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _own(request: Request, settings: Settings) -> frozenset[str]:
    """The console's own origins: as the browser sees it, and as it is set where a proxy does not say."""
    return frozenset(filter(None, (own_origin(request), _origin(settings.public_url))))


def _origin(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"
