"""The trained reader without Rasa's server: taken out of the newest model archive, for the command line and evaluation."""

from __future__ import annotations

import datetime as dt
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import joblib

from koujing.answering.conversation import respond
from koujing.answering.session import asked_back
from koujing.errors import ProgramError
from koujing.knowledge.base import Knowledge, load_knowledge
from koujing.rasa.reader import MessageReader
from koujing.rasa.tools import build_tools
from koujing.settings import ROOT

__all__ = ["LocalSessions", "NoModelError", "ask", "load_reader"]

_MEMBER = "/reading.joblib"


class NoModelError(ProgramError):
    """There is no trained model yet."""

    def __init__(self) -> None:
        super().__init__("还没有训练好的模型。请先运行 make train（或 koujing train）。")


def load_reader(
    knowledge: Knowledge | None = None, models: Path | None = None, policies: Path = ROOT / "policies"
) -> MessageReader:
    """The reader of a model: an archive, or the newest of a folder, by default of the project's own.

    Raises:
        NoModelError: nothing has been trained.
        PolicyFileError: a policy file is wrong.
    """
    models = models or ROOT / "models"
    archives = [models] if models.is_file() else sorted(models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not archives:
        raise NoModelError
    with tarfile.open(archives[-1]) as archive:
        member = next(name for name in archive.getnames() if name.endswith(_MEMBER))
        stored = archive.extractfile(member)
        assert stored is not None
        model = joblib.load(io.BytesIO(stored.read()))
    knowledge = knowledge or load_knowledge(policies)
    return MessageReader(knowledge, build_tools(knowledge, policies), model)


class LocalSessions:
    """Conversations in this process, as the servers would hold them; the reader is loaded once."""

    def __init__(self, policies: Path = ROOT / "policies", model: Path | None = None) -> None:
        self.knowledge = load_knowledge(policies)
        self._reader = load_reader(self.knowledge, model, policies)
        # Kept as the servers keep it: only what is plain JSON comes back.
        self._memories: dict[str, str] = {}

    def ask(
        self, session: str, text: str, region: str | None, on: dt.date, facts: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """The replies to one message of a session."""
        metadata = {"region": region, "facts": facts or {}}
        memory = json.loads(self._memories.get(session, "{}"))
        replies, memory = respond(self.knowledge, self._reader.read(text, on, asked_back(memory)), metadata, memory, on)
        self._memories[session] = json.dumps(memory, ensure_ascii=False)
        return replies


def ask(
    text: str,
    region: str | None,
    on: dt.date,
    facts: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """One message answered in this process, as the servers would answer the first of a session."""
    return LocalSessions().ask("", text, region, on, facts)
