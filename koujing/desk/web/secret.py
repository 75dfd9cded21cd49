"""The one secret of the website: from the settings, or made once and kept in the data folder. All keys derive from it."""

from __future__ import annotations

import base64
import os
import secrets
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from koujing.errors import ProgramError

__all__ = ["PhoneCipher", "derived", "secret"]

_FILE = "secret"
_BYTES = 32
_SHORTEST = 32


def secret(given: str | None, data: Path) -> str:
    """The secret that is set, else the one in the data folder, made there where it is missing.

    Raises:
        ProgramError: the file cannot be read or written, or is not one of ours.
    """
    if given is not None:
        return given
    path = data / _FILE
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        kept = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ProgramError(
            f"密钥文件 {path} 读不出或写不下：{error}。请检查权限，或用 KOUJING_SECRET 设置。"
        ) from error
    if len(kept) < _SHORTEST:
        raise ProgramError(f"密钥文件 {path} 不完整。删去它会重新生成（旧会话作废），或用 KOUJING_SECRET 设置。")
    return kept


def derived(secret: str, purpose: str) -> bytes:
    """The key for one purpose; knowing it tells nothing about another's."""
    return HKDF(SHA256(), _BYTES, salt=None, info=f"koujing {purpose}".encode()).derive(secret.encode())


class PhoneCipher:
    """Encrypts telephone numbers for the store: with the secret, and reads what was encrypted with the one before it."""

    def __init__(self, secret: str, old: str | None = None) -> None:
        self._new = _fernet(secret)
        self._fernet = MultiFernet([self._new, *([_fernet(old)] if old else [])])

    def encrypt(self, phone: str) -> bytes:
        """The number as it is kept."""
        return self._fernet.encrypt(phone.encode())

    def decrypt(self, kept: bytes) -> str:
        """The number again, for who calls back.

        Raises:
            cryptography.fernet.InvalidToken: it was encrypted with another secret.
        """
        return self._fernet.decrypt(kept).decode()

    def renewed(self, kept: bytes) -> bytes | None:
        """The same encrypted with the secret of now; None where it is already. Nobody gets to see it.

        Raises:
            cryptography.fernet.InvalidToken: it was encrypted with another secret.
        """
        try:
            self._new.decrypt(kept)
        except InvalidToken:
            return self._fernet.rotate(kept)
        return None


def _fernet(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived(secret, "telephone numbers 1")))


def _make(path: Path) -> None:
    """Whole or not at all, and only once, though several processes may start together."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        Path(name).unlink()
