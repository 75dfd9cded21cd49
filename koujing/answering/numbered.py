"""The clause that a question names by its number: 第六条, （六）, 第6项, 四、…, 附件2第一部分第5项."""

from __future__ import annotations

import re
from collections.abc import Iterator

from koujing.knowledge.base import Knowledge
from koujing.knowledge.notices import Notice

__all__ = ["clause_numbered"]

_NUMERAL = r"[一二三四五六七八九十]{1,3}|\d{1,2}"
# A document's own number and its year name no clause (葫人社发〔2021〕2号, 28号文).
_DOCUMENT = re.compile(r"[〔\[(（]?\d{4}[〕\])）年]|\d+号")
_UNIT = r"[大小]?(?:条|项|款|点|部分|类)"
# 那一条, 每一项 name no number.
_NUMBERED = re.compile(
    rf"(?<![那这哪某每有同另把])第?[（(]?(?P<counted>{_NUMERAL})[）)]?个?{_UNIT}"
    rf"|[（(](?P<bracketed>{_NUMERAL})[）)]"
    rf"|(?:^|(?<=[\s,，:：。]))(?P<heading>{_NUMERAL})、"
)
_ANNEX = re.compile(r"附件(?P<annex>[一二三四五六七八九]|\d)")


def clause_numbered(knowledge: Knowledge, text: str, notice: Notice) -> str | None:
    """The id of the narrowest clause of a notice that the numbers in a text lead to; None where they lead to none."""
    said = _DOCUMENT.sub(" ", text)
    if annex := _ANNEX.search(said):
        wanted = f"{notice.id}:a{_arabic(annex['annex'])}"
        for number in _numbers(said[annex.end() :]):
            if f"{wanted}.{number}" in knowledge.clauses:
                wanted = f"{wanted}.{number}"
    else:
        wanted = f"{notice.id}:{next(_numbers(said), '')}"
    return wanted if wanted in knowledge.clauses else None


def _numbers(text: str) -> Iterator[int]:
    for match in _NUMBERED.finditer(text):
        yield _arabic(match["counted"] or match["bracketed"] or match["heading"])


def _arabic(numeral: str) -> int:
    if numeral.isdigit():
        return int(numeral)
    digits = {char: value for value, char in enumerate("一二三四五六七八九", start=1)}
    tens, _, ones = numeral.partition("十")
    if "十" not in numeral:
        return digits.get(numeral, 0)
    return (digits.get(tens, 0) if tens else 1) * 10 + (digits.get(ones, 0) if ones else 0)
