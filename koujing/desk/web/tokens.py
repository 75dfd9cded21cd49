"""Session tokens: `v1.<payload>.<hmac>`, signed with HMAC-SHA256 and bound to a site. They hold no secret and no name."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass

__all__ = ["Session", "Tokens"]

_VERSION = "v1"
_LONGEST = 1024
_SAFE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Session:
    """What a token says: the session's name, when it was begun (seconds), its site, and the region it was opened for."""

    id: str
    created: int
    site: str
    region: str | None


class Tokens:
    """Issues and reads tokens with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, session: Session) -> str:
        """The token of a session."""
        fields = [session.id, session.created, session.site, session.region]
        payload = _encoded(json.dumps(fields, separators=(",", ":")).encode())
        return f"{_VERSION}.{payload}.{self._signature(payload)}"

    def read(self, token: str) -> Session | None:
        """The session of a token that was issued here and not changed since, else None."""
        parts = token.split(".")
        if len(token) > _LONGEST or len(parts) != 3 or parts[0] != _VERSION:
            return None
        _, payload, signature = parts
        # The text is compared, not what it decodes to: base64 knows several spellings of the same bytes.
        if not _SAFE.fullmatch(payload) or not _SAFE.fullmatch(signature):
            return None
        if not hmac.compare_digest(self._signature(payload), signature):
            return None
        try:
            id, created, site, region = json.loads(_decoded(payload))
        except (ValueError, binascii.Error):
            return None
        return Session(id, created, site, region)

    def _signature(self, payload: str) -> str:
        return _encoded(hmac.new(self._key, f"{_VERSION}.{payload}".encode(), hashlib.sha256).digest())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
