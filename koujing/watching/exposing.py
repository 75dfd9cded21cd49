"""Who may read `/metrics`, and what they get."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

__all__ = ["may_read", "text_of"]

_SCHEME = "bearer"
# Any of them tells that the request came through a proxy, whose own address is then all that is seen.
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")


def may_read(host: str | None, headers: Mapping[str, str], key: str | None) -> bool:
    """Whether who calls from `host` may read the metrics: with the key, or without one from this machine and no proxy.

    Args:
        headers: found whatever their case, as those of Starlette and Sanic are.
    """
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == _SCHEME and key is not None:
        return hmac.compare_digest(_digest(given.strip()), _digest(key))
    return _loopback(host) and not any(name in headers for name in _FORWARDED)


def text_of(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """Everything in the registry and its content type, in the form that the reader takes. Blocking."""
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


def _loopback(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
