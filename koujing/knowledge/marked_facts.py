"""The marked sentences of `data/facts/*.txt`, from which the reading of facts is learnt, held against the fact types.

A line `? <fact>` opens a list of answers to the question about that fact; a blank line closes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.facts import FactType, FactValueError
from koujing.text.marked import Marked, MarkError, parse_marked

__all__ = ["load_marked"]

_REMARK = "#"
_ASKED = "?"


def load_marked(folder: Path, types: Mapping[str, FactType], plain: Callable[[str], str] = str) -> list[Marked]:
    """The sentences of every file of a folder, each piece of their text made plain (`koujing.text.facts.FactReader.plain`).

    Raises:
        PolicyFileError: a mark cannot be read, or its fact or value does not exist; says file and line.
    """
    sentences = []
    for path in sorted(folder.glob("*.txt")):
        asked = ""
        for number, line in enumerate(map(str.strip, path.read_text(encoding="utf-8").splitlines()), 1):
            try:
                if not line or line.startswith(_ASKED):
                    asked = _known(line.removeprefix(_ASKED).strip(), types)
                elif not line.startswith(_REMARK):
                    sentences.append(_checked(parse_marked(line, plain), asked, types))
            except (MarkError, FactValueError) as error:
                how = "标注写成 [原话](事实编号=值)，事实编号和值见 policies/facts.yml"
                raise PolicyFileError(path, number, "这句的事实标注读不出", str(error), how) from error
    return sentences


def _checked(marked: Marked, asked: str, types: Mapping[str, FactType]) -> Marked:
    for mark in marked.marks:
        kind = types[_known(mark.fact, types)]
        if mark.value is not None:
            kind.parse({"true": True, "false": False}.get(mark.value, mark.value))
        elif kind.type in ("yes_no", "choice"):
            raise MarkError(f"“{mark.fact}”要写明值")
    return replace(marked, asked=asked)


def _known(fact: str, types: Mapping[str, FactType]) -> str:
    if fact and fact not in types:
        raise MarkError(f"facts.yml 里没有事实“{fact}”")
    return fact
