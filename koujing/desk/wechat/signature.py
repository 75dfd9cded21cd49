"""Signatures of callbacks and of sealed replies: SHA-1 over sorted values, as the platform defines them.

Source: developers.weixin.qq.com, 消息推送 · 消息加解密. SHA-1 is the platform's choice.
"""

from __future__ import annotations

import hmac
from hashlib import sha1

__all__ = ["equal", "message_signature", "signature"]


def signature(token: str, timestamp: str, nonce: str) -> str:
    """What `signature` in a callback's query must be. Says nothing of the body."""
    return _signed(token, timestamp, nonce)


def message_signature(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """What `msg_signature` must be; it covers the encrypted message."""
    return _signed(token, timestamp, nonce, encrypted)


def equal(one: str, other: str) -> bool:
    """Whether both are the same, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _signed(*values: str) -> str:
    return sha1(b"".join(sorted(map(_bytes, values)))).hexdigest()  # noqa: S324  # nosec B324 # the platform's own choice


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
