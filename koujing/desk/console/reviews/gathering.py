"""Reviewed changes gathered into one patch against the repository's files. Nothing is written to these."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koujing.answering.reply import Reply
from koujing.desk.console.errors import ConflictError
from koujing.desk.console.reviews.diffs import Edit, headed, unified
from koujing.desk.console.reviews.drafts import Draft, draft_path, with_draft
from koujing.desk.console.reviews.examples import Example, example_path, with_example
from koujing.store.review_patches import CALIBER, EXAMPLE, Change

__all__ = ["Head", "draft_of", "example_of", "gathered", "path_of"]


@dataclass(frozen=True)
class Head:
    """What stands in front of a patch; only the role of its author is told."""

    title: str
    reason: str
    role: str
    on: dt.date


def example_of(data: Mapping[str, Any]) -> Example:
    """The example of a change."""
    return Example(data["text"], data["topic"], data["intent"])


def draft_of(change: Change) -> Draft:
    """The draft of a change, by the role and on the day of who proposed it."""
    data = change.data
    cites = tuple((cite["clause"], cite["quote"]) for cite in data["cites"])
    return Draft(
        data["region"], data["matter"], data["aspect"], data["text"], data["plain"], cites, change.role,
        change.at.date(), data.get("interpretation"),
    )  # fmt: skip


def path_of(change: Change) -> str:
    """The file that a change is made in."""
    data = change.data
    return example_path(data["topic"]) if change.kind == EXAMPLE else draft_path(data["region"], data["matter"])


def gathered(root: Path, changes: Sequence[Change], head: Head) -> str:
    """The patch.

    Raises:
        ConflictError, InputError: a file is not there, or cannot take the draft.
    """
    edits: dict[str, Edit] = {}
    for change in changes:
        path = path_of(change)
        before, now = edits.get(path) or _read(root, path, new=change.kind == EXAMPLE)
        edits[path] = before, _changed(now if path in edits or before is not None else None, change)
    diff = unified(edits)
    if not diff:
        raise ConflictError("这些改动没有改变任何文件。", "文件里可能已经是这样了。")
    return headed(_head(changes, head), diff)


def _changed(source: str | None, change: Change) -> str:
    if change.kind == EXAMPLE:
        return with_example(source, example_of(change.data))
    assert source is not None
    return with_draft(source, draft_of(change))


def _read(root: Path, path: str, *, new: bool) -> Edit:
    file = root / path
    if file.is_file():
        source = file.read_text(encoding="utf-8")
        return source, source
    if not new:
        raise ConflictError(f"没有 {path} 这个文件。", "这个地区还没有这个事项的规定，请先由政策编辑新建文件。")
    return None, ""


def _head(changes: Sequence[Change], head: Head) -> list[str]:
    lines = [head.title, f"理由：{head.reason}", f"作者角色：{head.role}", f"日期：{head.on.isoformat()}", "内容："]
    lines += [f"- {path_of(each)}：{_what(each)}（{each.role}，{each.at:%Y-%m-%d}：{each.reason}）" for each in changes]
    if any(change.kind == CALIBER for change in changes):
        lines.append("口径都是草稿（status: draft），批准前不对外说；批准时改为 approved 并写批准的角色和日期。")
    lines.append("用法：git apply --check 文件名，再 git apply 文件名；然后 koujing check，重新训练，提交。")
    return lines


def _what(change: Change) -> str:
    data: Mapping[str, Any] | Reply = change.data
    if change.kind == EXAMPLE:
        return f"加例句（{data['intent']}）“{data['text']}”"
    return f"口径草稿 {data['region']}.{data['matter']}.{data['aspect']}"
