"""What is said of a receipt that was withdrawn (收回). Data: `config/console/recall.yml`."""

from __future__ import annotations

import string
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from koujing.desk.fields import mapping, words
from koujing.knowledge.figures import date_words
from koujing.knowledge.yaml_lines import Document, read_document
from koujing.settings import ROOT
from koujing.store.recalls import Recall

__all__ = ["FILE", "RecallWordings", "load_recall_wordings"]

FILE = ROOT / "config" / "console" / "recall.yml"


@dataclass(frozen=True)
class RecallWordings:
    """Texts with {date}, {note} and {codes} in them."""

    notice: str
    told: str

    def notice_of(self, recall: Recall) -> str:
        """What stands above the reply where it is shown again."""
        return self.notice.format(date=date_words(recall.at.date()), note=recall.note)

    def told_of(self, recall: Recall, codes: Sequence[str]) -> str:
        """What the person is told who got the reply."""
        return self.told.format(date=date_words(recall.at.date()), note=recall.note, codes="、".join(codes))

    def headers(self, recall: Recall) -> dict[str, str]:
        """Beside the reply of the API: when, and the notice as percent-encoded UTF-8 (RFC 8187)."""
        return {
            "Koujing-Recalled": recall.at.isoformat(timespec="seconds"),
            "Koujing-Recall-Notice": f"UTF-8''{quote(self.notice_of(recall), safe='')}",
        }


def load_recall_wordings(path: Path = FILE) -> RecallWordings:
    """The wordings.

    Raises:
        PolicyFileError: the file cannot be used; says the line, what, why and how to mend.
    """
    document = read_document(path)
    needed = {"notice", "told"}
    mapping(document, (), needed, needed)
    return RecallWordings(
        notice=_text(document, "notice", {"date", "note"}), told=_text(document, "told", {"date", "note", "codes"})
    )


def _text(document: Document, key: str, allowed: Collection[str]) -> str:
    text = words(document, (key,), document.data[key])
    try:
        fields = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise document.error((key,), "大括号不成对", str(error), "写成 {note} 这样") from error
    if not fields <= set(allowed) or "note" not in fields:
        shown = "、".join(f"{{{each}}}" for each in sorted(allowed))
        raise document.error(
            (key,), f"“{text}”里的 {{…}} 不对", "它们会换成更正的内容", f"可用：{shown}，须有 {{note}}"
        )
    return text
