"""The clause itself, marked as 原文 and not as a determination."""

from __future__ import annotations

from koujing.answering.asked import Asked, Situation
from koujing.answering.numbered import clause_numbered
from koujing.answering.reply import Reply, basis, blank, citations
from koujing.knowledge.base import Knowledge
from koujing.knowledge.provisions import Citation

__all__ = ["quote", "quote_numbered", "quote_repeated"]

_LONGEST = 300


def quote(knowledge: Knowledge, asked: Asked, situation: Situation) -> Reply:
    """The sentence that the question repeats, the clause it names by number, else the matter's main clause in the region."""
    assert situation.region is not None
    if repeated := quote_repeated(knowledge, asked, situation):
        return repeated
    provisions = knowledge.chain(asked.topic, situation.region)
    notice = knowledge.notice_of(provisions[0].clauses[0])
    clause = clause_numbered(knowledge, asked.text, notice) or provisions[0].clauses[0]
    return _shown(knowledge, asked, situation, clause, asked.topic)


def quote_numbered(knowledge: Knowledge, asked: Asked, situation: Situation) -> Reply | None:
    """The clause named by number alone, of the region's own notice; None where that has no such clause."""
    assert situation.region is not None
    for notice in knowledge.notices_in(situation.region):
        clause = clause_numbered(knowledge, asked.text, notice)
        if clause is not None:
            return _shown(knowledge, asked, situation, clause, None)
    return None


def quote_repeated(knowledge: Knowledge, asked: Asked, situation: Situation) -> Reply | None:
    """The sentence of the region's own notices that the message repeats word for word; None where it repeats none."""
    if situation.region is None:
        return None
    notices = {notice.id for notice in knowledge.notices_in(situation.region)}
    for said in dict.fromkeys((asked.text, asked.context)):
        if passage := knowledge.passages.find(said, notices):
            return _shown(knowledge, asked, situation, passage.clause, None, passage.text)
    return None


def _shown(
    knowledge: Knowledge, asked: Asked, situation: Situation, clause: str, matter: str | None, text: str = ""
) -> Reply:
    text = text or knowledge.clauses[clause].text
    shown = text if len(text) <= _LONGEST else text[: text.rfind("。", 0, _LONGEST) + 1] or text[:_LONGEST]
    cite = Citation(clause, shown)
    words = knowledge.wordings["quoted"].format(quote=shown)
    return blank(
        "quoted", words + basis(knowledge, [cite]), situation.on, question=asked.text, region=situation.region,
        matter=matter, citations=citations(knowledge, [cite]), kind="original",
    )  # fmt: skip
