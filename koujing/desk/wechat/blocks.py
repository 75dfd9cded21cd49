"""A text for WeChat in the making: blocks with blank lines between, lines to tap or to type, and what may be cut short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise, zip_longest

from koujing.desk.web.choices import Choice
from koujing.desk.web.paragraphs import sentences
from koujing.desk.wechat.links import harmless, tap_link
from koujing.desk.wechat.offers import Offer
from koujing.desk.wechat.split import LIMIT, joined, size

__all__ = ["BULLET", "Blocks", "Menu", "headed", "lined"]

BULLET = "· "
_LONG, _TOO_LONG = 48, 96
_LONGEST_LINK = 40
_LONGEST = 180
_CUT = "……"


class Menu:
    """What a text offers, numbered through."""

    def __init__(self) -> None:
        self.offers: list[Offer] = []

    def lines(self, choices: Sequence[Choice], heads: Sequence[str] = (), *, linked: bool, numbered: bool) -> str:
        """A line for each choice, which is an offer from here on.

        Args:
            heads: of each, the heading that it stands under.
            linked: tapped, and then set apart so that a thumb hits the right one; else typed, by number or name.
            numbered: else a number means something else here.
        """
        made = []
        for choice in choices:
            self.offers.append(Offer(choice.label, choice.says, figure=not numbered))
            number = sum(not offer.figure for offer in self.offers)
            shown = f"{number}. {choice.label}" if numbered else choice.label
            link = linked and len(choice.label) <= _LONGEST_LINK
            typed = harmless(shown if numbered else f"{BULLET}{shown}")
            made.append(tap_link(choice.label, len(self.offers), shown) if link else typed)
        return ("\n\n" if linked else "\n").join(headed(made, heads))


@dataclass
class _Block:
    text: str
    reply: int  # its number
    said: bool


class Blocks:
    """The blocks in order; what replies say may be cut short where there is more than can be sent."""

    def __init__(self) -> None:
        self.menu = Menu()
        self._blocks: list[_Block] = []

    @property
    def text(self) -> str:
        """All of it."""
        return "\n\n".join(block.text for block in self._blocks)

    def parts(self) -> list[str]:
        """As the platform accepts it, cut between replies if possible."""
        begins = [n for n, (before, block) in enumerate(pairwise(self._blocks), 1) if before.reply != block.reply]
        return joined([block.text for block in self._blocks], begins=begins)

    def add(self, text: str, reply: int, *, said: bool = False) -> None:
        """One more, unless it is empty; `said`: the reply's own words."""
        if text.strip():
            self._blocks.append(_Block(text.strip(), reply, said))

    def cut_to(self, most: int) -> list[str]:
        """At most so many parts, what is left out marked."""
        while (size(self.text) > most * LIMIT or len(self.parts()) > most) and self._shorten():
            pass
        return self.parts()[:most]

    def _shorten(self) -> bool:
        """Leave out a little of the reply that has most to spare; where none has any, the first reply as a whole. False where
        only one is left."""
        replies: dict[int, list[_Block]] = {}
        for block in self._blocks:
            if block.said:
                replies.setdefault(block.reply, []).append(block)
        longest = max(replies.values(), key=_spare, default=[])
        if _spare(longest) <= 0:
            first = next(block.reply for block in self._blocks if block.text != _CUT)
            rest = [block for block in self._blocks if block.reply > first]
            if not rest:
                return False
            self._blocks = [_Block(_CUT, first, said=False), *rest]
        elif len(longest) > 1:
            self._blocks = [block for block in self._blocks if block is not longest[-1]]
            longest[-2].text = longest[-2].text.removesuffix(_CUT) + _CUT
        else:
            longest[0].text = _shorter(longest[0].text.removesuffix(_CUT)) + _CUT
        return True


def _spare(blocks: Sequence[_Block]) -> int:
    """How many characters can be left out: all but the conclusion, which stands first, and of a very long one its end."""
    return sum(len(block.text) for block in blocks[1:]) or sum(len(block.text) - _LONGEST for block in blocks)


def _shorter(text: str) -> str:
    """At most two thirds of a text: whole sentences, else clauses; a figure cut in two would be another figure."""
    kept = text[: len(text) * 2 // 3]
    ends = (max(map(kept.rfind, pauses)) + 1 for pauses in ("。！？；\n", "，、：,"))
    return kept[: next(filter(None, ends), len(kept))].rstrip()


def headed(lines: Sequence[str], heads: Sequence[str]) -> list[str]:
    """Lines with the heading above the first of those that share it."""
    before = ["", *heads]
    return [
        f"【{head}】\n{line}" if head and head != last else line
        for line, head, last in zip_longest(lines, heads, before[: len(lines)], fillvalue="")
    ]


def lined(paragraph: str) -> str:
    """A long paragraph with a new line behind each semicolon that stands in no brackets, and where that is not enough behind
    each of the things listed with brackets of their own (甲（……）、乙（……）)."""
    if len(paragraph) <= _LONG:
        return paragraph
    # A semicolon read as a stop; the places are the same.
    ends = [0, *accumulate(len(clause) for clause in sentences(paragraph.replace("；", "。")))]
    clauses = [paragraph[begin:end] for begin, end in pairwise(ends)]
    short = [clause.replace("）、", "）、\n") if len(clause) > _TOO_LONG else clause for clause in clauses]
    return "".join(clause + "\n" if clause.endswith("；") else clause for clause in short)
