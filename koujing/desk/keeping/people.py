"""One person's data on request (查阅、复制、删除): found by what they are known by, told in Chinese, or removed everywhere.

Each look is written into the audit: how many rows of what, never whose.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.desk.errors import BadRequestError
from koujing.desk.web.request import parse_callback
from koujing.desk.web.secret import PhoneCipher
from koujing.desk.web.tokens import Tokens
from koujing.errors import ProgramError
from koujing.store.audit import Audit
from koujing.store.person_rows import PHONE
from koujing.store.persons import Found, Persons
from koujing.store.retention import settle
from koujing.store.tracker_rows import TrackerRows

__all__ = ["WAYS", "People", "PersonError"]

WAYS = ("wechat", "web", "session", "phone", "ticket")
_ENGINE = "对话引擎的记忆"
_UNREADABLE = "（用另一个密钥加密，解不开）"
_EXPLAINED = (
    "这是口径 Koujing 保存的、与您给出的线索相连的全部内容。原话里的身份证号、手机号、姓名、住址等在保存前已换成“【手机号】”"
    "这样的字样，这里也不会有。“电话”是您为回电或工单留下的，平时加密保存。“对话引擎的记忆”是理解程序记着的对话经过。"
    "不含您的话的统计（哪天问了哪个事项、有没有答上）和审计（哪个工作人员看过什么）不在其中。"
)


class PersonError(ProgramError):
    """What was given to find a person by cannot be used."""


@dataclass(frozen=True)
class People:
    """Blocking. `by` is who asks, for the audit."""

    persons: Persons
    trackers: TrackerRows
    audit: Audit
    clock: Clock
    cipher: PhoneCipher
    tokens: Tokens
    engine: Engine
    by: str

    def find(self, way: str, given: str) -> Found:
        """What is kept of a person. `way` is one of `WAYS`.

        Raises:
            PersonError: what is given cannot be what it is said to be.
        """
        looks: Mapping[str, Callable[[str], Found]] = {
            "wechat": self.persons.by_wechat, "web": self._by_web, "session": self.persons.by_session,
            "phone": self._by_phone, "ticket": self.persons.by_ticket,
        }  # fmt: skip
        return looks[way](given.strip())

    def export(self, way: str, found: Found) -> dict[str, Any]:
        """Everything, readable; that it was told is written into the audit first."""
        self._note("person_export", way, found.counts())
        told = {name: [self._row(row) for row in rows] for name, rows in self.persons.tell(found).items()}
        memory = self.trackers.of(found.sessions)
        return {
            "说明": _EXPLAINED,
            "导出时间": self.clock.now().isoformat(timespec="seconds"),
            **told,
            **({_ENGINE: memory} if memory else {}),
        }

    def count(self, found: Found) -> dict[str, int]:
        """How many rows of what there are, by their Chinese names."""
        counts = {name: len(rows) for name, rows in self.persons.tell(found).items()}
        memory = len(self.trackers.of(found.sessions))
        return {**counts, **({_ENGINE: memory} if memory else {})}

    def delete(self, way: str, found: Found) -> dict[str, int]:
        """Remove all of it everywhere; how many rows of what."""
        removed = self.persons.remove(found)
        # After the conversation: what Rasa is told meanwhile belongs to none, and the desk clears it.
        memory = self.trackers.remove(found.sessions)
        settle(self.engine)
        self.trackers.settle()
        self._note("person_delete", way, found.counts())
        return {**removed, **({_ENGINE: memory} if memory else {})}

    def rekey(self) -> int:
        """Encrypt every number that is kept with the secret of now; how many were not.

        Raises:
            PersonError: one was encrypted with a secret that is neither the one of now nor the old one; nothing is changed.
        """
        try:
            count = self.persons.renew(self.cipher.renewed)
        except InvalidToken as error:
            raise PersonError(
                "有号码用现在的密钥（KOUJING_SECRET）和原来的密钥（KOUJING_SECRET_OLD）都解不开，没有改动。请核对原来的密钥。"
            ) from error
        settle(self.engine)
        self._note("person_rekey", "phone", {"rows": count})
        return count

    def _by_web(self, given: str) -> Found:
        session = self.tokens.read(given)
        return self.persons.by_session(session.id if session else given)

    def _by_phone(self, given: str) -> Found:
        try:
            phone = parse_callback({"phone": given, "consent": True}).phone
        except BadRequestError as error:
            raise PersonError(f"--phone：{error.message}{error.hint}") from error
        self._note("person_search", "phone", {})

        def fits(kept: bytes) -> bool:
            return self._number(kept) == phone

        return self.persons.by_phone(fits)

    def _row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._value(name, value) for name, value in row.items() if value is not None}

    def _value(self, name: str, value: Any) -> Any:
        if name == PHONE:
            return self._number(value) or _UNREADABLE
        if isinstance(value, (dt.datetime, dt.date)):
            return value.isoformat()
        if isinstance(value, str) and value[:1] in ("{", "["):
            try:
                return json.loads(value)
            except ValueError:
                return value
        return value

    def _number(self, kept: bytes) -> str | None:
        try:
            return self.cipher.decrypt(kept)
        except InvalidToken:
            return None

    def _note(self, action: str, way: str, counts: Mapping[str, int]) -> None:
        self.audit.note(None, action, f"person:{way}", dict(counts), address=self.by)
