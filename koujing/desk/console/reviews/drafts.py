"""Drafts of calibers (口径草稿), written into a policy file as its editors write, line by line, so that a diff shows only them.

A draft does not speak until it is approved. In place of what a notice was said to leave open it takes that away, too: the
file must not contradict itself.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from koujing.desk.console.errors import InputError

__all__ = ["Draft", "DraftError", "draft_path", "with_draft"]

_CALIBERS, _SILENT, _INTERPRETATIONS = "calibers", "silent", "interpretations"
_KEY = re.compile(r"(?:  )+([a-z_]+):")


class DraftError(InputError):
    """The file cannot take the draft."""

    def __init__(self, message: str, hint: str = "请到政策文件里手工写，再提交。") -> None:
        super().__init__("text", message, hint)


@dataclass(frozen=True)
class Draft:
    """The wording of one aspect: `cites` are clauses with their exact words; `interpretation` says where it comes from."""

    region: str
    matter: str
    aspect: str
    text: str
    plain: str
    cites: tuple[tuple[str, str], ...]
    role: str
    on: dt.date
    interpretation: str | None = None


def draft_path(region: str, matter: str) -> str:
    """The file of a provision."""
    return f"policies/{region}/{matter}.yml"


def with_draft(source: str, draft: Draft) -> str:
    """The file with the draft in it.

    Raises:
        DraftError: it is written in a way that this cannot follow.
    """
    lines = source.rstrip("\n").split("\n")
    lines = _without_silence(lines, draft.aspect)
    section = _section(lines, _CALIBERS)
    if section is None:
        raise DraftError("这个文件没有 calibers 一段。")
    entry = _entry(lines, section, draft.aspect)
    if entry is None:
        lines[section[1] : section[1]] = _new(draft)
    else:
        lines[entry[0] : entry[1]] = _reworded(lines[entry[0] : entry[1]], draft)
    if draft.interpretation:
        _interpret(lines, draft.interpretation)
    made = "\n".join(lines) + "\n"
    _check(source, made, draft)
    return made


def _new(draft: Draft) -> list[str]:
    cites = [f"      - {{clause: {_quoted(clause)}, quote: {_quoted(quote)}}}" for clause, quote in draft.cites]
    return [
        f"  {draft.aspect}:", f"    text: {_scalar(draft.text)}", f"    plain: {_scalar(draft.plain)}", "    cites:", *cites,
        _approval(draft),
    ]  # fmt: skip


def _approval(draft: Draft) -> str:
    return f"    approval: {{status: draft, role: {_quoted(draft.role)}, date: {draft.on.isoformat()}}}"


def _reworded(entry: Sequence[str], draft: Draft) -> list[str]:
    """An aspect with other words; its clauses, points and special topics stay as they are."""
    said = {"text": f"    text: {_scalar(draft.text)}", "plain": f"    plain: {_scalar(draft.plain)}"}
    made: list[str] = []
    skipping = False
    for line in entry:
        found = _KEY.match(line)
        if found and _indent(line) == 4:
            skipping = found[1] in said or found[1] == "approval"
            if found[1] in said:
                made.append(said.pop(found[1]))
        if not skipping:
            made.append(line)
    if said:
        raise DraftError("原口径的 text、plain 不是逐行写的。")
    return [*made, _approval(draft)]


def _without_silence(lines: Sequence[str], aspect: str) -> list[str]:
    section = _section(lines, _SILENT)
    entry = section and _entry(lines, section, aspect)
    if not section or not entry:
        return list(lines)
    left = [*lines[: entry[0]], *lines[entry[1] :]]
    if entry[0] == section[0] + 1 and entry[1] >= section[1]:
        del left[section[0]]
    return left


def _interpret(lines: list[str], sentence: str) -> None:
    section = _section(lines, _INTERPRETATIONS)
    written = f"  - {_scalar(sentence)}"
    if section is not None:
        lines.insert(section[1], written)
        return
    # Where the guide has it: behind the days of effect.
    force = _section(lines, "in_force")
    at = force[1] if force else (_section(lines, _CALIBERS) or (0, 0))[0]
    lines[at:at] = [f"{_INTERPRETATIONS}:", written]


def _section(lines: Sequence[str], name: str) -> tuple[int, int] | None:
    """The lines of a top-level key: its own, and the one behind its last."""
    begin = next((n for n, line in enumerate(lines) if line.startswith(f"{name}:")), None)
    return None if begin is None else (begin, _end(lines, begin, 0))


def _entry(lines: Sequence[str], section: tuple[int, int], name: str) -> tuple[int, int] | None:
    found = [n for n in range(section[0] + 1, section[1]) if lines[n].startswith(f"  {name}:")]
    return (found[0], min(_end(lines, found[0], 2), section[1])) if found else None


def _end(lines: Sequence[str], begin: int, indent: int) -> int:
    """The line behind the last that belongs to the key at `begin`; blank lines and comments at its end do not."""
    last = begin
    for n in range(begin + 1, len(lines)):
        if not lines[n].strip() or lines[n].lstrip().startswith("#"):
            continue
        if _indent(lines[n]) <= indent and not (indent == 0 and lines[n].startswith("- ")):
            break
        last = n
    return last + 1


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _scalar(text: str) -> str:
    """A text as YAML, without quotes where it reads back as itself."""
    try:
        plain = yaml.safe_load(f"key: {text}") == {"key": text} and "\n" not in text and " #" not in text
    except yaml.YAMLError:
        plain = False
    return text if plain and not text.startswith(("{", "[", "&", "*", "!", "|", ">", "%", "@", "`")) else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _read(source: str) -> Any:
    return yaml.load(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # nosec B506 # both are safe


def _check(before: str, after: str, draft: Draft) -> None:
    """Nothing but the draft may have changed, as YAML reads it."""
    try:
        old, new = _read(before), _read(after)
    except yaml.YAMLError as error:
        raise DraftError("写进草稿以后文件读不出来。") from error
    spoken = new[_CALIBERS].get(draft.aspect, {})
    fits = spoken.get("text") == draft.text and spoken.get("plain") == draft.plain
    if not fits or _others(old, draft) != _others(new, draft):
        raise DraftError("这个文件的写法特别，草稿不能自动写进去。")


def _others(data: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    rest = {key: value for key, value in data.items() if key not in (_CALIBERS, _SILENT, _INTERPRETATIONS)}
    for name in (_CALIBERS, _SILENT):
        rest[name] = {key: value for key, value in data.get(name, {}).items() if key != draft.aspect}
    kept = data.get(_INTERPRETATIONS, [])
    rest[_INTERPRETATIONS] = [each for each in kept if each != draft.interpretation]
    return rest
