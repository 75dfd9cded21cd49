"""Errors on order: what goes wrong with the next calls of an interface."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Trouble", "Troubles", "full_path"]

# What people may write for short.
_SHORT = {
    "send": "/cgi-bin/message/custom/send",
    "typing": "/cgi-bin/message/custom/typing",
    "token": "/cgi-bin/stable_token",
    "menu": "/cgi-bin/menu/create",
    "qr": "/cgi-bin/qrcode/create",
}


def full_path(name: str) -> str:
    """`send` → `/cgi-bin/message/custom/send`; a path stays as it is."""
    return _SHORT.get(name, name)


@dataclass
class Trouble:
    """One order: answer `code`, after `delay` seconds, for so many more calls (None: until it is taken back).

    `lost`: the call is carried out, but its answer gets lost on the way.
    """

    path: str
    code: int = 0
    times: int | None = 1
    delay: float = 0.0
    lost: bool = False


class Troubles:
    """All that is ordered, oldest first."""

    def __init__(self) -> None:
        self._orders: list[Trouble] = []

    def order(
        self, path: str, code: int = 0, *, times: int | None = 1, delay: float = 0.0, lost: bool = False
    ) -> Trouble:
        """Let something go wrong with the next calls of a path (or its short name)."""
        trouble = Trouble(full_path(path), code, times, delay, lost)
        self._orders.append(trouble)
        return trouble

    def take(self, path: str) -> Trouble | None:
        """What goes wrong with this call."""
        for trouble in self._orders:
            if trouble.path == path:
                if trouble.times is not None:
                    trouble.times -= 1
                    if not trouble.times:
                        self._orders.remove(trouble)
                return trouble
        return None

    def clear(self) -> None:
        """Take back everything."""
        self._orders.clear()

    def __iter__(self) -> Iterator[Trouble]:
        return iter(tuple(self._orders))
