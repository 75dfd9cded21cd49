"""Names of persons behind the words that announce one: 我叫, 姓名, 联系人, 我是.

Who reads 我叫 may take two or three characters for a name; behind 我是, which announces all kinds of things, only what
has a common surname and stands alone before a sign. A name that is known so is hidden wherever else it stands in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from koujing.private.numbers import Found
from koujing.private.words import Words, any_of

__all__ = ["Names"]

_NAME = "【姓名】"
_HAN = r"\u4e00-\u9fff"
_MARKED = r"\s{0,2}(?:是|叫|为|写的是)?\s{0,2}[:\s]{0,2}"
_SIGN = re.compile(rf"[^{_HAN}A-Za-z]|$")
_FOREIGN = re.compile(rf"[{_HAN}]{{1,8}}(?:[·•][{_HAN}]{{1,8}}){{1,3}}")
_PLACE = re.compile("[省市区县镇乡村]")
_WORD = 2


class Names:
    """Finds them in a plain text (koujing.private.plain)."""

    def __init__(self, words: Words) -> None:
        self._surnames, self._sure = frozenset(words.surnames), frozenset(words.surnames_sure)
        self._compound = tuple(words.compound_surnames)
        self._not, self._not_ends = tuple(words.not_names), frozenset(words.not_name_ends)
        relatives = any_of(words.relatives)
        self._open = re.compile(rf"(?:{any_of(words.name_cues_open)}|{relatives}(?:的名字)?叫)(?:做)?[\s:]{{0,2}}")
        self._marked = re.compile(rf"{any_of(words.name_cues_marked)}(?:的?姓名|名字)?{_MARKED}")
        self._close = re.compile(rf"{any_of(words.name_cues_close)}\s?")
        self._follows = re.compile(any_of(words.name_follows))

    def find(self, text: str) -> Iterator[Found]:
        """Every one of them."""
        announced = list(self._announced(text))
        yield from announced
        names = {text[begin:end] for begin, end, _ in announced}
        # Once through the text for each length, however many names it tells.
        for n in {len(name) for name in names}:
            for at in range(len(text) - n + 1):
                # 金山 may be a name, 金山区 is none.
                if text[at : at + n] in names and not _PLACE.match(text, at + n):
                    yield at, at + n, _NAME

    def _announced(self, text: str) -> Iterator[Found]:
        for match in self._open.finditer(text):
            yield from self._named(text, match.end(), guess=True)
        for match in self._marked.finditer(text):
            # 姓名和电话 announces nothing; 姓名：王某某 does.
            if match[0][-1] in "是叫为: \t\n":
                yield from self._named(text, match.end(), guess=False)
        for match in self._close.finditer(text):
            yield from self._alone(text, match.end())

    def _named(self, text: str, at: int, *, guess: bool) -> Iterator[Found]:
        if foreign := _FOREIGN.match(text, at):
            yield *foreign.span(), _NAME
            return
        lengths = self._lengths(text, at, self._surnames)
        if text.startswith(self._not, at):
            # 孙子 is none, 孙子晓 is one; 孙子来 is not.
            lengths = [n for n in lengths if n > _WORD and not self._goes_on(text, at + n - 1)]
            guess = False
        ends = next((at + n for n in lengths if _SIGN.match(text, at + n)), None)
        ends = ends or next((at + n for n in lengths if self._follows.match(text, at + n)), None)
        if ends is None and guess and lengths:
            ends = at + lengths[-1]
        if ends is not None:
            yield at, ends, _NAME

    def _alone(self, text: str, at: int) -> Iterator[Found]:
        if text.startswith(self._not, at):
            return
        for n in self._lengths(text, at, self._sure):
            if _SIGN.match(text, at + n) and text[at + n - 1] not in self._not_ends:
                yield at, at + n, _NAME
                return

    def _goes_on(self, text: str, at: int) -> bool:
        """Whether a character is rather of what follows a word that is no name than of a name."""
        return text[at] in self._not_ends or self._follows.match(text, at) is not None

    def _lengths(self, text: str, at: int, surnames: frozenset[str]) -> list[int]:
        """How long a name that begins here may be; none where none begins."""
        if text.startswith(self._compound, at):
            lengths: tuple[int, ...] = (3, 4)
        elif at < len(text) and text[at] in surnames:
            lengths = (2, 3)
        else:
            return []
        return [n for n in lengths if re.fullmatch(rf"[{_HAN}]{{{n}}}", text[at : at + n])]
