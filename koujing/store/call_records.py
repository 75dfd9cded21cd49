"""The record of a call: its note in all its versions, what was said in it, and what was heard."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine

from koujing.clock import Clock
from koujing.store.calls import touch
from koujing.store.errors import StoreError
from koujing.store.merging import merged
from koujing.store.tables_calls import call_notes, call_said, call_sentences, calls

__all__ = ["CallRecords", "Note", "Said", "Sentence", "SentenceReusedError"]


class SentenceReusedError(StoreError):
    """The number of a sentence came again with other words."""

    def __init__(self, seq: int) -> None:
        self.seq = seq
        super().__init__(f"第 {seq} 句先前是另一句话")


@dataclass(frozen=True)
class Note:
    """A note and the number of its version."""

    text: str
    version: int


@dataclass(frozen=True)
class Said:
    """A reply that was read out; where it `deviates`, `worded` is what was said instead, with the reason."""

    receipt: str
    text: str
    matter: str | None = None
    aspect: str | None = None
    calibers: tuple[Mapping[str, str], ...] = ()
    deviates: bool = False
    worded: str | None = None
    reason: str | None = None
    remark: str | None = None
    at: dt.datetime | None = None
    id: int = 0


@dataclass(frozen=True)
class Sentence:
    """A sentence of the call, numbered by the call centre; `text` is masked."""

    seq: int
    speaker: str
    text: str
    at: dt.datetime

    @property
    def digest(self) -> str:
        """Equal for equal sentences; the moment does not count, as a repeated request may tell another."""
        return hashlib.sha256(f"{self.speaker}\0{self.text}".encode()).hexdigest()


class CallRecords:
    """Blocking, as the store is. Each method is one transaction."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def save_note(self, call_id: str, base: int, text: str) -> Note:
        """Keep a note that was written over version `base`; what another page wrote meanwhile is merged into it.

        Raises:
            CallGoneError: there is no such call.
        """
        with self._engine.begin() as connection:
            touch(connection, call_id)
            row = connection.execute(select(calls.c.note, calls.c.note_version).where(calls.c.id == call_id)).one()
            now = Note(row.note, row.note_version)
            if now.version != base:
                text = merged(self._version(connection, call_id, base), now.text, text)
            if text == now.text:
                return now
            saved = Note(text, now.version + 1)
            kept = {"call_id": call_id, "version": saved.version, "at": self._clock.now(), "text": text}
            connection.execute(insert(call_notes).values(kept))
            connection.execute(update(calls).where(calls.c.id == call_id).values(note=text, note_version=saved.version))
            return saved

    def note_versions(self, call_id: str) -> list[tuple[int, dt.datetime, str]]:
        """Every version of a note, the latest first."""
        query = select(call_notes).where(call_notes.c.call_id == call_id).order_by(call_notes.c.version.desc())
        with self._engine.connect() as connection:
            return [(row.version, row.at, row.text) for row in connection.execute(query)]

    def add_said(self, call_id: str, said: Said) -> None:
        """Keep that a reply was read out; of the same receipt the last telling counts.

        Raises:
            CallGoneError: there is no such call.
        """
        row = {
            "call_id": call_id, "receipt": said.receipt, "deviates": said.deviates, "at": self._clock.now(),
            "matter": said.matter, "aspect": said.aspect, "text": said.text, "worded": said.worded,
            "reason": said.reason, "remark": said.remark,
            "calibers": json.dumps([dict(each) for each in said.calibers], ensure_ascii=False),
        }  # fmt: skip
        once = {name: row[name] for name in ("call_id", "receipt", "deviates")}
        with self._engine.begin() as connection:
            touch(connection, call_id)
            changed = connection.execute(update(call_said).filter_by(**once).values(row))
            if not changed.rowcount:
                connection.execute(insert(call_said).values(row))

    def take_back(self, call_id: str, said_id: int) -> bool:
        """Strike what was kept by mistake; whether there was such an entry."""
        with self._engine.begin() as connection:
            touch(connection, call_id)
            gone = call_said.delete().where(call_said.c.call_id == call_id, call_said.c.id == said_id)
            return bool(connection.execute(gone).rowcount)

    def said(self, call_id: str) -> list[Said]:
        """What was read out, in order."""
        query = select(call_said).where(call_said.c.call_id == call_id).order_by(call_said.c.id)
        with self._engine.connect() as connection:
            return [
                Said(
                    row.receipt, row.text, row.matter, row.aspect, tuple(json.loads(row.calibers)), row.deviates,
                    row.worded, row.reason, row.remark, row.at, row.id,
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def hear(self, call_id: str, sentences: Iterable[Sentence]) -> list[Sentence]:
        """Keep sentences, each once; those that are new, by their numbers.

        Raises:
            CallGoneError: there is no such call.
            SentenceReusedError: a number came again with other words; none of the sentences is kept.
        """
        with self._engine.begin() as connection:
            touch(connection, call_id)
            known = select(call_sentences.c.seq, call_sentences.c.digest).where(call_sentences.c.call_id == call_id)
            digests = {row.seq: row.digest for row in connection.execute(known)}
            fresh: list[Sentence] = []
            for sentence in sentences:
                if digests.setdefault(sentence.seq, "") not in ("", sentence.digest):
                    raise SentenceReusedError(sentence.seq)
                if not digests[sentence.seq]:
                    digests[sentence.seq] = sentence.digest
                    fresh.append(sentence)
            for each in fresh:
                row = {"call_id": call_id, "seq": each.seq, "at": each.at, "speaker": each.speaker}
                connection.execute(insert(call_sentences).values(**row, text=each.text, digest=each.digest))
        return sorted(fresh, key=lambda sentence: sentence.seq)

    def heard(self, call_id: str, last: int) -> list[Sentence]:
        """The last sentences of a call, in order."""
        query = select(call_sentences).where(call_sentences.c.call_id == call_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(call_sentences.c.seq.desc()).limit(last)).all()
        return [Sentence(row.seq, row.speaker, row.text, row.at) for row in reversed(rows)]

    @staticmethod
    def _version(connection: Connection, call_id: str, version: int) -> str:
        """The text of a version; before the first there was none."""
        query = select(call_notes.c.text).filter_by(call_id=call_id, version=version)
        return str(connection.execute(query).scalar() or "")
