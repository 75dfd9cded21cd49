"""What a ticket says to the citizen. Data: `config/console/tickets.yml`."""

from __future__ import annotations

import string
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from koujing.desk.fields import mapping, words
from koujing.knowledge.yaml_lines import Document, read_document
from koujing.settings import ROOT

__all__ = ["FILE", "Wordings", "load_wordings"]

FILE = ROOT / "config" / "console" / "tickets.yml"
_MOST = 2000


@dataclass(frozen=True)
class Wordings:
    """Texts with {number}, {due}, {code} and {reply} in them; `longest_reply` characters."""

    opened: str
    reply: str
    longest_reply: int


def load_wordings(path: Path = FILE) -> Wordings:
    """The wordings.

    Raises:
        PolicyFileError: the file cannot be used; says the line, what, why and how to mend.
    """
    document = read_document(path)
    needed = {"opened", "reply", "longest_reply"}
    data = mapping(document, (), needed, needed)
    longest = data["longest_reply"]
    if not isinstance(longest, int) or isinstance(longest, bool) or not 50 <= longest <= _MOST:
        raise document.error(("longest_reply",), f"“{longest}”不对", "是答复的最大字数", f"写 50 到 {_MOST} 的整数")
    return Wordings(
        opened=_text(document, "opened", {"number", "due", "code"}),
        reply=_text(document, "reply", {"number", "reply"}, needed="reply"),
        longest_reply=longest,
    )


def _text(document: Document, key: str, allowed: Collection[str], needed: str | None = None) -> str:
    text = words(document, (key,), document.data[key], longest=200)
    try:
        fields = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise document.error((key,), "大括号不成对", str(error), "写成 {number} 这样") from error
    shown = "、".join(f"{{{each}}}" for each in sorted(allowed))
    if not fields <= set(allowed) or (needed and needed not in fields):
        raise document.error((key,), f"“{text}”里的 {{…}} 不对", "它们会换成工单里的内容", f"可用：{shown}")
    return text
