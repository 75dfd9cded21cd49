"""The platform's side of signing and encryption, written from the official page and checked with its example."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

__all__ = ["BrokenError", "Envelope", "sign"]

_NOISE = 16
_HEAD = _NOISE + 4
# The padding fills blocks of 32 bytes although AES has blocks of 16.
_BLOCK_BITS = 256


class BrokenError(Exception):
    """What the desk sent cannot be opened; the message is Chinese and says why."""


def sign(*parts: str) -> str:
    """Token, timestamp, nonce, and what is encrypted where something is."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324  # nosec B324 # the platform's own choice


class Envelope:
    """Encrypts for one account and opens what the account encrypted."""

    def __init__(self, key: str, appid: str, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        secret = base64.b64decode(key + "=")
        self._cipher = Cipher(algorithms.AES(secret), modes.CBC(secret[:16]))
        self._appid, self._random = appid.encode(), random

    def seal(self, message: bytes) -> str:
        """The text that goes into `Encrypt`."""
        padder = padding.PKCS7(_BLOCK_BITS).padder()
        plain = self._random(_NOISE) + len(message).to_bytes(4, "big") + message + self._appid
        encryptor = self._cipher.encryptor()
        return base64.b64encode(
            encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
        ).decode()

    def open(self, sealed: str) -> bytes:
        """The message in a text from `Encrypt`.

        Raises:
            BrokenError: it was not made with this account's key and app id.
        """
        try:
            decryptor = self._cipher.decryptor()
            padded = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
            unpadder = padding.PKCS7(_BLOCK_BITS).unpadder()
            plain = unpadder.update(padded) + unpadder.finalize()
        except (binascii.Error, ValueError) as error:
            raise BrokenError("Encrypt 解不开：密钥不对，或不是 AES-256-CBC 加 32 字节填充") from error
        end = _HEAD + int.from_bytes(plain[_NOISE:_HEAD], "big")
        if len(plain) < _HEAD or end > len(plain):
            raise BrokenError("Encrypt 里的长度不对")
        if plain[end:] != self._appid:
            raise BrokenError("Encrypt 末尾的 AppID 不对")
        return plain[_HEAD:end]
