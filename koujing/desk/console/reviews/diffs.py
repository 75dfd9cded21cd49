"""Changed files as a unified diff that `git apply` takes, with what it is and why in front."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Edit", "headed", "unified"]

Edit = tuple[str | None, str]
"""A file before (None: there was none) and after."""
_NO_END = "\\ No newline at end of file\n"


def unified(edits: Mapping[str, Edit]) -> str:
    """The diff of all files, by their paths from the repository's folder; files that did not change are left out."""
    return "".join(_one(path, *edit) for path, edit in sorted(edits.items()) if edit[0] != edit[1])


def headed(head: Iterable[str], diff: str) -> str:
    """A diff with lines in front that `git apply` passes over, whatever people typed into them."""
    lines = [f"# {part}".rstrip() for line in head for part in (line.splitlines() or [""])]
    return "\n".join([*lines, "", diff])


def _one(path: str, before: str | None, after: str) -> str:
    old, new = _lines(before or ""), _lines(after)
    begin = f"diff --git a/{path} b/{path}\n"
    if before is None:
        begin += "new file mode 100644\n"
    made = difflib.unified_diff(old, new, "/dev/null" if before is None else f"a/{path}", f"b/{path}")
    return begin + "".join(_ended(made))


def _lines(text: str) -> Sequence[str]:
    # Only line feeds end a line for git.
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _ended(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n{_NO_END}"
