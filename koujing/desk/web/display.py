"""How a page is shown: 长者版, size of type and script. Chosen by the address, remembered in cookies."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from koujing.desk.script import DEFAULT_SCRIPT, SCRIPTS

__all__ = ["Display", "display_of", "remember"]

_MODES = ("normal", "elder")
_SIZES = (("20", "大"), ("25", "更大"), ("30", "最大"))
_YEAR = 365 * 24 * 3600
_PREFIX = "koujing_"


@dataclass(frozen=True)
class Display:
    """The three choices; `size` (in pixels) is of 长者版 only."""

    mode: str
    size: str
    script: str

    @property
    def elder(self) -> bool:
        """Whether this is 长者版."""
        return self.mode == "elder"

    @property
    def sizes(self) -> tuple[tuple[str, str], ...]:
        """The sizes to choose from, with their names."""
        return _SIZES


def display_of(request: Request) -> Display:
    """As the address says, else as remembered, else as usual."""
    return Display(
        mode=_chosen(request, "mode", _MODES),
        size=_chosen(request, "size", tuple(size for size, _ in _SIZES)),
        script=_chosen(
            request, "script", (DEFAULT_SCRIPT, *(script for script in SCRIPTS if script != DEFAULT_SCRIPT))
        ),
    )


def remember(response: Response, request: Request, display: Display) -> Response:
    """Keep in cookies what the address chose. They tell nothing about a person."""
    secure = request.url.scheme == "https"
    for name in ("mode", "size", "script"):
        if request.query_params.get(name) == getattr(display, name):
            response.set_cookie(
                _PREFIX + name, getattr(display, name), _YEAR, secure=secure, httponly=True, samesite="lax"
            )
    return response


def _chosen(request: Request, name: str, known: tuple[str, ...]) -> str:
    given = (request.query_params.get(name), request.cookies.get(_PREFIX + name))
    return next((value for value in given if value in known), known[0])
