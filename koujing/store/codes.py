"""Codes that nobody can guess."""

from __future__ import annotations

import hashlib
import secrets

__all__ = ["code_of", "new_receipt_code", "new_session_id", "normal_code"]

# Crockford's base32: no I, L, O or U, so that a code can be read out over the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RECEIPT_LENGTH = 12
_MISREAD = str.maketrans("ILO", "110")


def new_receipt_code() -> str:
    """Twelve characters, 60 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_RECEIPT_LENGTH))


def code_of(*named: str) -> str:
    """Twelve characters, always the same for these names, of which one must be as hard to guess as a session's id."""
    digest = int.from_bytes(hashlib.sha256("\0".join(named).encode()).digest(), "big")
    return "".join(_ALPHABET[digest >> 5 * n & 31] for n in range(_RECEIPT_LENGTH))


def new_session_id() -> str:
    """128 bits."""
    return secrets.token_hex(16)


def normal_code(typed: str) -> str | None:
    """The code that a person meant, or None where it cannot be one: case, hyphens, spaces and I/L/O are forgiven."""
    code = typed.upper().replace("-", "").replace(" ", "").translate(_MISREAD)
    return code if len(code) == _RECEIPT_LENGTH and set(code) <= set(_ALPHABET) else None
