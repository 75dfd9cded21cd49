"""Decides which callbacks are let in, and seals what goes back.

Whoever calls wrongly learns a status and nothing else: 400 for parameters that nobody can have meant (413 for a body too large),
before anything is computed; 403 for everything after. In plain mode the body is not signed, and only there wrong XML is a 400.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import Any

from koujing.desk.wechat import xml
from koujing.desk.wechat.account import Account
from koujing.desk.wechat.crypto import Cipher
from koujing.desk.wechat.errors import CallbackError
from koujing.desk.wechat.inbound import Inbound, read
from koujing.desk.wechat.signature import equal, message_signature, signature
from koujing.store.shared import Shared

__all__ = ["MAX_BODY", "Guard", "Query"]

MAX_BODY = 65_536
_MOST_PARAMETERS = 20
_LONGEST_PARAMETER = 128
_REMEMBER_SECONDS = 600
_SIGNED = ("signature", "timestamp", "nonce")
# Without leading zeros: they could be borrowed from the nonce without changing the signature.
_SECONDS = re.compile(r"[1-9]\d{0,11}", re.ASCII)

Query = Sequence[tuple[str, str]]
Given = dict[str, str]


class Guard:
    """Stands at the callback address of one account.

    Attributes:
        refused: how many callbacks were not let in, by reason.
    """

    def __init__(self, account: Account, shared: Shared, now: Callable[[], dt.datetime]) -> None:
        self._account = account
        self._shared = shared
        self._now = now
        self._ciphers = [Cipher(key, account.appid) for key in account.aes_keys]
        self.refused: Counter[str] = Counter()

    def verify(self, query: Query) -> str:
        """Answer the platform's question whether this address is ours: the `echostr`, to be returned as it is.

        Raises:
            CallbackError: this was not the platform, or not now.
        """
        with self._counted():
            given = _parameters(query, (*_SIGNED, "echostr"))
            self._check_signed(given)
            return given["echostr"]

    async def open(self, query: Query, body: bytes) -> Inbound:
        """Let a message in.

        Raises:
            CallbackError: it is not from the platform, not for us, not of now, or not in the mode that is set.
        """
        with self._counted():
            if len(body) > MAX_BODY:
                raise CallbackError(413, "size")
            given = _parameters(query, _SIGNED)
            self._check_signed(given)
            inbound = self._opened(given, body)
            await self._check_replay(given, inbound.key)
            return inbound

    def seal(self, xml_body: bytes, answers: Inbound | None = None) -> bytes:
        """A passive reply as it must leave in this account's mode. The bare acknowledgement `success` is not sealed.

        Args:
            xml_body: from `koujing.desk.wechat.xml`.
            answers: what it replies to; the platform wants the key back that it used.
        """
        if not self._account.mode.encrypted:
            return xml_body
        encrypted = self._ciphers[answers.opened_with if answers else 0].encrypt(xml_body)
        timestamp, nonce = str(int(self._now().timestamp())), str(secrets.randbelow(10**10))
        signed = message_signature(self._account.token, timestamp, nonce, encrypted)
        return xml.sealed_envelope(encrypted, signed, timestamp, nonce)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        except CallbackError as error:
            self.refused[error.reason] += 1
            raise

    def _check_signed(self, given: Given) -> None:
        expected = signature(self._account.token, given["timestamp"], given["nonce"])
        if not equal(expected, given["signature"]):
            raise CallbackError(403, "signature")
        if not _SECONDS.fullmatch(given["timestamp"]):
            raise CallbackError(403, "stale")
        if abs(self._now().timestamp() - int(given["timestamp"])) > self._account.replay_seconds:
            raise CallbackError(403, "stale")

    def _opened(self, given: Given, body: bytes) -> Inbound:
        try:
            fields, opened_with = self._fields(given, body)
            inbound = read(fields)
        except CallbackError as error:
            if self._account.mode.encrypted:  # no difference may show between one change and another
                raise CallbackError(403, error.reason) from None
            raise
        self._check_names(given, fields, inbound)
        return replace(inbound, opened_with=opened_with)

    def _fields(self, given: Given, body: bytes) -> tuple[dict[str, Any], int]:
        encrypted_mode = self._account.mode.encrypted
        if (given.get("encrypt_type", "raw") == "aes") is not encrypted_mode:
            raise CallbackError(403, "mode")
        if not encrypted_mode:
            return xml.parse(body, lenient=True), 0
        encrypted = xml.parse(body).get("Encrypt")
        if not isinstance(encrypted, str) or not encrypted:
            raise CallbackError(403, "mode")
        expected = message_signature(self._account.token, given["timestamp"], given["nonce"], encrypted)
        if not equal(expected, given.get("msg_signature", "")):
            raise CallbackError(403, "signature")
        message, opened_with = self._decrypted(encrypted)
        return xml.parse(message, lenient=True), opened_with

    def _decrypted(self, encrypted: str) -> tuple[bytes, int]:
        reasons = set()
        for number, cipher in enumerate(self._ciphers):
            try:
                return cipher.decrypt(encrypted), number
            except CallbackError as error:
                reasons.add(error.reason)
        raise CallbackError(403, "appid" if "appid" in reasons else "encrypt")

    def _check_names(self, given: Given, fields: dict[str, Any], inbound: Inbound) -> None:
        if self._account.original_id not in {None, inbound.to}:
            raise CallbackError(403, "to_user")
        # An event about data is sent by a system account; the follower it is about stands in `sender`.
        if given.get("openid", inbound.sender) not in {inbound.sender, fields["FromUserName"]}:
            raise CallbackError(403, "openid")

    async def _check_replay(self, given: Given, message: str) -> None:
        """The same signed values come again with the same message when the platform tries again, and with no other."""
        signed = "\0".join([self._account.appid, *(given[name] for name in _SIGNED)])
        name, value = f"wechat:callback:{_hashed(signed)}", _hashed(message)
        seconds = max(_REMEMBER_SECONDS, 2 * self._account.replay_seconds)
        if not await self._shared.add(name, value, seconds) and await self._shared.get(name) not in {None, value}:
            raise CallbackError(403, "replay")


def _parameters(query: Query, needed: Sequence[str]) -> Given:
    given = dict(query)
    if len(query) > _MOST_PARAMETERS or len(given) != len(query) or not given.keys() >= set(needed):
        raise CallbackError(400, "parameters")
    if any(len(text) > _LONGEST_PARAMETER for pair in query for text in pair):
        raise CallbackError(400, "parameters")
    return given


def _hashed(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
