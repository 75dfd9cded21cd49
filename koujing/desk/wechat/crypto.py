"""Encryption of messages: AES-256-CBC over random bytes, length, message and AppID.

Source: developers.weixin.qq.com, 消息推送 · 消息加解密. The first 16 bytes of the key are the initialisation vector, and padding is
PKCS#7 to a multiple of 32 bytes, though AES has blocks of 16. CBC with a fixed vector has no integrity of its own: decrypt only
what `msg_signature` has vouched for.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import struct
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from koujing.desk.wechat.errors import CallbackError

__all__ = ["Cipher"]

_RANDOM = 16
_LENGTH = struct.Struct(">I")
_HEAD = _RANDOM + _LENGTH.size
_VECTOR = 16
_PADDING = PKCS7(32 * 8)


class Cipher:
    """Encrypts and decrypts with one EncodingAESKey for one AppID."""

    def __init__(self, key: str, appid: str, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        """Take an EncodingAESKey of 43 letters and digits; the last one has two bits that do not count."""
        raw = base64.b64decode(key + "=")
        self._cipher = BlockCipher(AES256(raw), CBC(raw[:_VECTOR]))
        self._appid = appid.encode()
        self._random = random

    def encrypt(self, message: bytes) -> str:
        """The message as it stands in `Encrypt`."""
        padder = _PADDING.padder()
        plain = self._random(_RANDOM) + _LENGTH.pack(len(message)) + message + self._appid
        padded = padder.update(plain) + padder.finalize()
        encryptor = self._cipher.encryptor()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> bytes:
        """The message in `Encrypt`.

        Raises:
            CallbackError: encrypted with another key or for another AppID, changed, cut or malformed.
        """
        plain = self._unpadded(encrypted)
        if len(plain) < _HEAD:
            raise CallbackError(403, "encrypt")
        (length,) = _LENGTH.unpack(plain[_RANDOM:_HEAD])
        message, appid = plain[_HEAD : _HEAD + length], plain[_HEAD + length :]
        if len(message) != length:
            raise CallbackError(403, "encrypt")
        if not hmac.compare_digest(appid, self._appid):
            raise CallbackError(403, "appid")
        return message

    def _unpadded(self, encrypted: str) -> bytes:
        try:
            raw = base64.b64decode(encrypted, validate=True)
            if base64.b64encode(raw).decode() != encrypted:  # bits or padding that a decoder overlooks
                raise CallbackError(403, "encrypt")
            decryptor = self._cipher.decryptor()
            padded = decryptor.update(raw) + decryptor.finalize()
            unpadder = _PADDING.unpadder()
            return unpadder.update(padded) + unpadder.finalize()
        except (binascii.Error, ValueError):  # not base64, not whole blocks, wrong padding
            raise CallbackError(403, "encrypt") from None
