"""How long each class of data is kept: `config/retention.yml`, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koujing.errors import ProgramError
from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.yaml_lines import Document, read_document

__all__ = ["CLASSES", "Kept", "RetentionError", "Schedule", "load_schedule"]

CLASSES = (
    "conversations", "tracker", "web_events", "wechat", "receipts", "feedback", "callbacks", "tickets", "transcripts",
    "calls", "reviews", "practice", "figures", "audit", "logs", "backups",
)  # fmt: skip
_FIELDS = ("label", "what", "days", "least", "most", "basis")
_NUMBERS = ("days", "least", "most")
_LAST_HOUR = 23


class RetentionError(ProgramError):
    """The file cannot be used; the message says where, why and how to mend it."""


@dataclass(frozen=True)
class Kept:
    """One class of data: how many days it is kept, between which bounds, and why."""

    label: str
    what: str
    days: int
    least: int
    most: int
    basis: str


@dataclass(frozen=True)
class Schedule:
    """The classes by their keys, and from which hour of the day what is too old may be removed."""

    hour: int
    classes: Mapping[str, Kept]


def load_schedule(path: Path) -> Schedule:
    """The schedule of a file.

    Raises:
        RetentionError: it cannot be read, or a class is missing, unknown or out of its bounds.
    """
    try:
        document = read_document(path)
    except PolicyFileError as error:
        raise RetentionError(str(error)) from error
    data = document.data
    if not isinstance(data, dict) or set(data) != {"hour", "classes"} or not isinstance(data["classes"], dict):
        raise _wrong(document, (), "应只有 hour 和 classes 两项")
    hour = data["hour"]
    if not _whole(hour) or not 0 <= hour <= _LAST_HOUR:
        raise _wrong(document, ("hour",), f"hour 应为 0 到 {_LAST_HOUR} 的整数")
    given = data["classes"]
    for key in given:
        if key not in CLASSES:
            raise _wrong(document, ("classes", key), f"没有 {key} 这一类，可用：{'、'.join(CLASSES)}")
    if missing := [key for key in CLASSES if key not in given]:
        raise _wrong(document, ("classes",), f"缺少这些类：{'、'.join(missing)}；每一类都要写明保存多久")
    classes = {key: _kept(document, key, given[key]) for key in CLASSES}
    if classes["receipts"].days < classes["conversations"].days:
        raise _wrong(document, ("classes", "receipts"), "回执的 days 不能比对话原话（conversations）的短")
    return Schedule(hour, classes)


def _kept(document: Document, key: str, given: Any) -> Kept:
    where = ("classes", key)
    if not isinstance(given, dict) or set(given) != set(_FIELDS):
        raise _wrong(document, where, f"{key} 应正好有这几项：{'、'.join(_FIELDS)}")
    for field in _FIELDS:
        value = given[field]
        if field in _NUMBERS and not (_whole(value) and value > 0):
            raise _wrong(document, (*where, field), f"{key} 的 {field} 应为正整数（天）")
        if field not in _NUMBERS and not (isinstance(value, str) and value.strip()):
            raise _wrong(document, (*where, field), f"{key} 的 {field} 应为文字")
    kept = Kept(**given)
    if not kept.least <= kept.days <= kept.most:
        raise _wrong(document, (*where, "days"), f"{key} 的 days 是 {kept.days}，应在 {kept.least} 到 {kept.most} 之间")
    return kept


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _wrong(document: Document, path: tuple[str, ...], why: str) -> RetentionError:
    return RetentionError(f"{document.path}:{document.line(path)}：保存期限不对：{why}。")
