"""How every program of ours logs: to standard output, as text or as one JSON object a line, without personal data.

What people say must not get into a log, nor their numbers. So no record is made of a text; an exception of somebody else's is
written by its type and place alone, since its words may quote what it choked on; what a library adds to its records
(Rasa: the text of a message it failed on) is left out; and as the last net everything is masked.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Literal, TextIO

from koujing.clock import SHANGHAI
from koujing.private.mask import mask

__all__ = ["JsonFormatter", "TextFormatter", "configure", "request_id", "told_of"]

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Of the request that is being served, in every line about it."""

# Errors of which the words are about our own machine. SQLAlchemy is told to leave parameters out of them.
_SPEAKING = ("koujing.", "sqlalchemy.exc", "httpx", "httpcore", "redis.exceptions", "alembic.", "click.")
_MOST_CHARACTERS = 8000
_QUIET = (
    "httpx",
    "httpcore",
    "asyncio",
    "apscheduler",
    "jieba",
    "sanic.access",
    "uvicorn.access",
    "alembic.runtime.migration",
)

Format = Literal["text", "json"] | str
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _Masked(logging.Formatter):
    """What both forms share."""

    def __init__(self, program: str) -> None:
        super().__init__()
        self._program = program

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - logging's name
        """Types and places; words of those errors alone that tell of the machine."""
        return told_of(ei[1])

    @staticmethod
    def _at(record: logging.LogRecord) -> str:
        return dt.datetime.fromtimestamp(record.created, SHANGHAI).isoformat(timespec="milliseconds")

    @staticmethod
    def _message(record: logging.LogRecord) -> str:
        return mask(record.getMessage()[:_MOST_CHARACTERS])

    def _error(self, record: logging.LogRecord) -> str | None:
        return None if not record.exc_info else mask(self.formatException(record.exc_info))[:_MOST_CHARACTERS]

    @staticmethod
    def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
        fields = getattr(record, "fields", None)
        return fields if isinstance(fields, Mapping) else {}


class JsonFormatter(_Masked):
    """`{"at", "level", "program", "logger", "event", …}`; `fields` of the record stand beside them."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "at": self._at(record),
            "level": record.levelname.lower(),
            "program": self._program,
            "logger": record.name,
            "event": self._message(record),
        }
        if (request := request_id.get()) is not None:
            line["request"] = request
        line |= {name: _plain(value) for name, value in self._fields(record).items()}
        if error := self._error(record):
            line["error"] = error
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(_Masked):
    """For people: time, level, where, what."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and those of an exception."""
        parts = [self._at(record), record.levelname, record.name, self._message(record)]
        if (request := request_id.get()) is not None:
            parts.append(f"request={request}")
        parts += [f"{name}={_shown(value)}" for name, value in self._fields(record).items()]
        error = self._error(record)
        return " ".join(parts) + (f"\n{error}" if error else "")


def configure(form: Format, program: str, stream: TextIO | None = None) -> None:
    """Log so from here on, whatever was configured before; libraries' own handlers are taken away.

    Args:
        program: desk, rasa or actions.
        stream: standard output where none is given.
    """
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setLevel(logging.INFO)
    handler.setFormatter(JsonFormatter(program) if form == "json" else TextFormatter(program))
    root = logging.getLogger()
    for known in (root, *(one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger))):
        for old in list(known.handlers):
            known.removeHandler(old)
        known.propagate = True
    # numpy.distutils, where something imports it, makes of the root logger one that prints what it is given.
    root.__class__ = logging.RootLogger
    root.addHandler(handler)
    # Those of libraries about their own future; whoever maintains the pins sees them in the tests.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    root.setLevel(logging.INFO)
    # Which thread and process it was is asked of the system for every record, and written nowhere.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _uncaught


def told_of(error: BaseException | None) -> str:
    """An exception with what it came of: where each was raised, and its words where they are our own."""
    told, seen = list[str](), set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = [
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        told.append("\n".join([*frames, _named(error)]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nthen:\n".join(reversed(told))


def _named(error: BaseException) -> str:
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    speaks = isinstance(error, OSError) or name.startswith(_SPEAKING)
    return f"{name}: {str(error).splitlines()[0] if str(error) else ''}" if speaks else name


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _shown(value: Any) -> str:
    value = _plain(value)
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What ends the program."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("koujing").critical("the program ends", exc_info=(kind, error, trace))
