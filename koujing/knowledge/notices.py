"""Notices (文件) and clauses (条款): the official text, verbatim, sentence by sentence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from koujing.knowledge.schemas import validate
from koujing.knowledge.yaml_lines import Document, read_document

__all__ = ["Clause", "Notice", "Sentence", "load_notice"]


@dataclass(frozen=True)
class Sentence:
    """One sentence: its text, whom it concerns (`public` or `administration`, with the reason) and its force."""

    text: str
    audience: str
    force: str
    reason: str | None


@dataclass(frozen=True)
class Clause:
    """A numbered piece of a notice; `label` is how people cite it, 附件1第3项 for example."""

    id: str
    notice: str
    number: str | None
    heading: str
    parent: str | None
    label: str
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The whole clause, verbatim."""
        return "".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True)
class Notice:
    """An official document with its clauses in order."""

    id: str
    document: str | None
    title: str
    short: str
    region: str
    script: str
    issued: dt.date
    effective: dt.date | None
    url: str | None
    clauses: tuple[Clause, ...]

    @property
    def name(self) -> str:
        """文号, or the title where there is none."""
        return self.document or f"《{self.title}》"


def load_notice(path: Path) -> tuple[Notice, Document]:
    """Read `policies/notices/<id>.yml`.

    Raises:
        PolicyFileError: the file does not fit `schema/notice.json`, or an id is repeated, foreign or orphaned.
    """
    document = read_document(path)
    validate(document, "notice")
    data = document.data
    ids = [clause["id"] for clause in data["clauses"]]
    for index, clause in enumerate(data["clauses"]):
        place = ("clauses", index, "id")
        if not clause["id"].startswith(data["notice"] + ":"):
            raise document.error(
                place, f"条款号“{clause['id']}”不属于本文件", "条款号以文件号开头", f"写成 {data['notice']}:…"
            )
        if ids.index(clause["id"]) != index:
            raise document.error(place, f"条款号“{clause['id']}”重复", "引用会指错条款", "每个条款号只用一次")
        if clause["parent"] is not None and clause["parent"] not in ids:
            raise document.error(
                place, f"上级条款“{clause['parent']}”不存在", "引用链会断", "改成本文件里的条款号或 null"
            )
    numbers = {clause["id"]: clause for clause in data["clauses"]}
    clauses = tuple(
        Clause(
            id=clause["id"],
            notice=data["notice"],
            number=clause["number"],
            heading=clause["heading"],
            parent=clause["parent"],
            label=_label(clause["id"], numbers),
            sentences=tuple(
                Sentence(s["text"], s["audience"], s["force"], s.get("reason")) for s in clause["sentences"]
            ),
        )
        for clause in data["clauses"]
    )
    notice = Notice(
        id=data["notice"], document=data["document"], title=data["title"], short=data["short"], region=data["region"],
        script=data["script"], issued=data["issued"], effective=data["effective"], url=data["url"], clauses=clauses,
    )  # fmt: skip
    return notice, document


def _label(clause: str, clauses: dict[str, dict[str, str | None]]) -> str:
    """How a clause is cited in words: 第（一）项, 附件2第一条第3项, 引言, 落款, 末段."""
    own = clause.split(":", 1)[1]
    fixed = {"pre": "引言", "sign": "落款", "end": "末段"}
    if own in fixed:
        return fixed[own]
    if own.startswith("a"):
        head, *rest = own[1:].split(".")
        number = (clauses[clause]["number"] or "").strip(" 、.．()（）")
        if not rest:
            return f"附件{head}"
        if len(rest) == 1:
            top = {"1": "第一部分", "2": "第二部分"}.get(rest[0], "")
            return f"附件{head}第{rest[0]}项" if head == "1" else f"附件{head}{top}"
        return f"{_label(clause.rsplit('.', 1)[0], clauses)}第{rest[1] or number}项"
    number = (clauses[clause]["number"] or own).strip("、.． ")
    return f"第{number}项" if number.startswith("（") else f"第{number}条"
