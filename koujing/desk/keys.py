"""Who calls: the keys of trusted systems."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from starlette.requests import Request

from koujing.desk.errors import UnauthorizedError

__all__ = ["Keys"]

_SCHEME = "bearer"


class Keys:
    """The keys that open the API. A client is known by its key's digest, which may be stored and logged."""

    def __init__(self, quotas: Mapping[str, int | None]) -> None:
        """Take the keys, each with how many requests a minute it may make; None is as many as any."""
        self._clients = {_digest(key): quota for key, quota in quotas.items()}

    def per_minute(self, client: str) -> int | None:
        """The client's own quota."""
        return self._clients[client]

    def client(self, request: Request) -> str:
        """The client that makes this request.

        Raises:
            UnauthorizedError: it shows no key, or a wrong one.
        """
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        # Digests are compared, so the time it takes tells nothing about a key.
        digest = _digest(key.strip())
        if scheme.lower() != _SCHEME or digest not in self._clients:
            raise UnauthorizedError
        return digest


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
