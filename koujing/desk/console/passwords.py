"""Passwords: hashed with scrypt, checked in a time that tells nothing, and not too easy."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["SHORTEST", "Passwords", "Scrypt", "generated", "weakness"]

SHORTEST = 10
LONGEST = 128
_FEWEST_CHARACTERS = 5
_COMMON = ("password", "koujing", "12345", "12333", "qwerty", "admin", "abc123", "iloveyou", "letmein", "welcome")
_SALT_BYTES = 16
_KEY_BYTES = 32
_MOST_MEMORY = 256 * 2**20
# Without characters that look alike.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Scrypt:
    """The cost: 16 MiB, five times over."""

    n: int = 2**14
    r: int = 8
    p: int = 5


class Passwords:
    """Hashes and checks; blocking and slow on purpose."""

    def __init__(self, cost: Scrypt | None = None, salt: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._cost, self._salt = cost or Scrypt(), salt
        # Against this a password is checked where there is no account, for as long as if there were one.
        self._nobody = "scrypt$" + "$".join([str(self._cost.n), str(self._cost.r), str(self._cost.p), *_NOBODY])

    def hash(self, password: str) -> str:
        """`scrypt$n$r$p$salt$key`."""
        salt, cost = self._salt(_SALT_BYTES), self._cost
        return f"scrypt${cost.n}${cost.r}${cost.p}${_text(salt)}${_text(_key(password, salt, cost))}"

    def check(self, password: str, kept: str | None) -> bool:
        """Whether this is the password; None is an account that does not exist, which takes as long."""
        cost, salt, key = _parts(kept or self._nobody)
        same = hmac.compare_digest(_key(password, salt, cost), key)
        return same and kept is not None

    def outdated(self, kept: str) -> bool:
        """Whether the hash was made with another cost than today's."""
        return _parts(kept)[0] != self._cost


def generated() -> str:
    """A password to be handed over and changed: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def weakness(password: str, name: str) -> str | None:
    """Why a password is not good enough, or None."""
    lower = _normal(password).lower()
    bare = lower
    for word in (name.lower(), *_COMMON):
        bare = bare.replace(word, "")
    if len(_normal(password)) < SHORTEST:
        return f"密码至少要 {SHORTEST} 个字符，可以是一句只有自己知道的话。"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 个字符。"
    if len(set(lower)) < _FEWEST_CHARACTERS:
        return "密码里不同的字符太少，容易被猜到。"
    if len(bare) < SHORTEST // 2 or _runs(lower):
        return "密码太常见，或与账号名太像，容易被猜到。"
    return None


def _runs(text: str) -> bool:
    """Whether it is one run of neighbours, like 0123456789 or its reverse."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return len(steps) == 1


def _key(password: str, salt: bytes, cost: Scrypt) -> bytes:
    given = _normal(password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(given, salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=_MOST_MEMORY, dklen=_KEY_BYTES)


def _normal(password: str) -> str:
    """The same password however a keyboard composes it."""
    return unicodedata.normalize("NFKC", password)


def _parts(kept: str) -> tuple[Scrypt, bytes, bytes]:
    try:
        _, n, r, p, salt, key = kept.split("$")
        return Scrypt(int(n), int(r), int(p)), _bytes(salt), _bytes(key)
    except (ValueError, binascii.Error) as error:
        raise ValueError("密码的哈希已损坏") from error


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


_NOBODY = (_text(b"\0" * _SALT_BYTES), _text(b"\0" * _KEY_BYTES))
