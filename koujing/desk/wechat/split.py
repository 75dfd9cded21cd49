"""A text cut into parts that WeChat accepts: 2,048 bytes of UTF-8 are its limit, links and all, and 1,900 leave room.

Cut where a reader pauses: between blocks, at a blank line, a line's end, a sentence's, a comma's, and only then between
characters; never inside a link.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, pairwise

from koujing.desk.wechat.links import LINK

__all__ = ["LIMIT", "joined", "size", "split"]

LIMIT = 1900
_SMALLEST = 64
_BLANK = "\n\n"
# Where a part ends well, best first; between sections and between blocks is better still, between characters worst.
_PAUSES = tuple(
    re.compile(pattern)
    for pattern in (r"\n\s*\n", r"\n", r"[。！？；!?;…][”’」』）)》〕]*", r"[，、,：:][”’」』）)》〕]*")
)
_BEFORE = 2
_SENTENCE, _NOWHERE = _BEFORE + 2, _BEFORE + len(_PAUSES)

_JOINER = "\u200d"
_SKINS, _FLAGS = range(0x1F3FB, 0x1F400), range(0x1F1E6, 0x1F200)
_LONGEST_CHARACTER = 8


def size(text: str) -> int:
    """Bytes as the platform counts them."""
    return len(text.encode("utf-8", "surrogatepass"))


def split(text: str, limit: int = LIMIT) -> list[str]:
    """The parts of a text, each with its number under it (（1/3）) where there are more than one.

    Args:
        limit: bytes of UTF-8 that no part exceeds, its number included.

    Raises:
        ValueError: the limit leaves no room.
    """
    return joined([text], limit)


def joined(blocks: Sequence[str], limit: int = LIMIT, begins: Collection[int] = ()) -> list[str]:
    """Blocks as one text with blank lines between, or its parts, cut between blocks where that leaves none near empty.

    Args:
        begins: the numbers of the blocks that begin a section, before which it is best to cut.

    Raises:
        ValueError: the limit leaves no room.
    """
    if limit < _SMALLEST:
        raise ValueError(f"{limit} bytes leave no room")
    text = _BLANK.join(blocks)
    if size(text) <= limit:
        return [text]
    # A link that no part could hold is written as its words.
    most = limit // 2
    short = [LINK.sub(lambda link: link[0] if size(link[0]) <= most else link[1], block) for block in blocks]
    parts: list[str] = []
    for digits in range(1, 9):
        parts = _parts(short, begins, limit - size(_number(10**digits - 1, 10**digits - 1)))
        if len(parts) < 10**digits:
            break
    return [part + _number(n, len(parts)) for n, part in enumerate(parts, 1)] if len(parts) > 1 else parts


def _number(n: int, of: int) -> str:
    return f"\n（{n}/{of}）"


def _parts(blocks: Sequence[str], begins: Collection[int], room: int) -> list[str]:
    text = _BLANK.join(blocks)
    pieces = list(_pieces(text))
    ends = list(accumulate(map(len, pieces), initial=0))
    weights = list(accumulate(map(size, pieces), initial=0))
    ranks = _ranks(text, blocks, begins)
    parts, begun = [], 0
    while begun < len(pieces):
        end = begun + 1
        while end < len(pieces) and weights[end + 1] - weights[begun] <= room:
            end += 1
        if end < len(pieces):
            # At least a third filled, where a sentence ends behind that.
            places = [(ranks.get(ends[n], _NOWHERE), -n) for n in range(begun + 1, end + 1)]
            enough = weights[begun] + room // 3
            filled = [(rank, n) for rank, n in places if rank <= _SENTENCE and weights[-n] >= enough]
            end = -min(filled or places)[1]
        parts.append("".join(pieces[begun:end]).strip())
        begun = end
    return [part for part in parts if part]


def _ranks(text: str, blocks: Sequence[str], begins: Collection[int]) -> dict[int, int]:
    """Where a part may end well, 0 best."""
    between = accumulate(len(block) + len(_BLANK) for block in blocks[:-1])
    ranks = {place: 0 if n in begins else 1 for n, place in enumerate(between, 1)}
    for rank, pause in enumerate(_PAUSES, _BEFORE):
        for match in pause.finditer(text):
            ranks.setdefault(match.end(), rank)
    return ranks


def _pieces(text: str) -> Iterator[str]:
    """What is never cut: links, and characters with all that belongs to them."""
    begun = 0
    for link in LINK.finditer(text):
        yield from _characters(text[begun : link.start()])
        yield link[0]
        begun = link.end()
    yield from _characters(text[begun:])


def _characters(text: str) -> Iterator[str]:
    """Characters as a reader sees them; one heaped up of very many code points counts as several."""
    begun = 0
    for place, (before, after) in enumerate(pairwise(text), 1):
        if not _belongs(before, after) or place - begun >= _LONGEST_CHARACTER:
            yield text[begun:place]
            begun = place
    if begun < len(text):
        yield text[begun:]


def _belongs(before: str, after: str) -> bool:
    if _JOINER in (before, after) or unicodedata.category(after) in ("Mn", "Me", "Mc"):
        return True
    return ord(after) in _SKINS or (ord(before) in _FLAGS and ord(after) in _FLAGS) or (before, after) == ("\r", "\n")
