"""Training examples (例句) for the understanding: written as `data/nlu` is, and kept apart from what is evaluated with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from koujing.answering.asked import ALL_MATTERS, NO_MATTER
from koujing.desk.console.errors import InputError
from koujing.knowledge.base import Knowledge
from koujing.knowledge.provisions import ASPECTS
from koujing.private.mask import mask
from koujing.text.normalise import normalise
from koujing.text.variety import bigrams

__all__ = ["FOLDER", "Example", "ExampleFiles", "example_path", "intent_for", "with_example"]

FOLDER = "data/nlu"
QUOTE, SCREEN, SMALLTALK, OUTSIDE = "quote_original", "screen", "smalltalk", "out_of_scope"
SHORTEST, LONGEST = 2, 120
# Over these one sentence is nearly the other: as the tests of the evaluation compare, and as `koujing variety` does.
_NEAR_COPY, _NEIGHBOUR = 0.75, 0.6
_MASKED = re.compile(r"【[^】]{1,12}】")
# Rasa reads what stands in square brackets as an entity.
_MARKUP = re.compile(r"[\[\]]")
_LONG_NUMBER = re.compile(r"\d{7,}")


@dataclass(frozen=True)
class Example:
    """A sentence with its two labels (docs/labelling.md)."""

    text: str
    topic: str
    intent: str


def intent_for(knowledge: Knowledge, topic: str, aspect: str) -> str | None:
    """The intent of a topic and of what is asked about it; None where they do not go together."""
    kind = knowledge.refusals["kinds"].get(topic)
    if kind is not None:
        return SMALLTALK if kind["status"] == SMALLTALK else OUTSIDE
    if topic == ALL_MATTERS:
        return SCREEN
    if topic not in knowledge.matters and topic != NO_MATTER:
        return None
    return aspect if aspect == QUOTE else f"ask_{aspect}" if aspect in ASPECTS else None


def example_path(topic: str) -> str:
    """The file of a topic's examples."""
    return f"{FOLDER}/{topic}.yml"


def with_example(source: str | None, example: Example) -> str:
    """The file with one example more: in the last block of its labels, or in a new block at the end."""
    if source is None:
        source = 'version: "3.1"\nnlu:\n'
    lines = source.split("\n")
    at = _end_of_block(lines, example)
    if at is not None:
        return "\n".join([*lines[:at], f"    - {example.text}", *lines[at:]])
    block = [
        f"- intent: {example.intent}", "  metadata:", f"    topic: {example.topic}", "  examples: |", f"    - {example.text}"
    ]  # fmt: skip
    return source.rstrip("\n") + "\n" + "\n".join(block) + "\n"


def _end_of_block(lines: Sequence[str], example: Example) -> int | None:
    """The line behind the last example of the last block with these labels."""
    begins = [n for n, line in enumerate(lines) if line.startswith("- intent:")]
    for begin, end in reversed(list(pairwise([*begins, len(lines)]))):
        block = [line.strip() for line in lines[begin:end]]
        if f"- intent: {example.intent}" != block[0] or f"topic: {example.topic}" not in block:
            continue
        written = [n for n in range(begin, end) if lines[n].startswith("    - ")]
        if written:
            return written[-1] + 1
    return None


class ExampleFiles:
    """What is written already, in the repository at `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def check(self, example: Example) -> None:
        """Whether an example may be added.

        Raises:
            InputError: it holds personal data, cannot be written, is there already, or belongs to the evaluation.
        """
        text = example.text
        if not SHORTEST <= len(text) <= LONGEST:
            raise _wrong(f"例句应有 {SHORTEST} 到 {LONGEST} 字。", "太长的只留真正在问的那一句。")
        if mask(text) != text or _LONG_NUMBER.search(text):
            raise _wrong("例句里有像证件号、银行卡号或电话的数字。", "请删去或改写成不能认出人的话。")
        if found := _MASKED.search(text):
            raise _wrong(f"例句里还有遮盖的号码“{found[0]}”。", "请把这一段删去或改写。")
        if _MARKUP.search(text) or "\n" in text:
            raise _wrong("例句里不能有方括号或换行。", "请写成一行。")
        if any(each.text == text for each in self.examples()):
            raise _wrong("这一句已经在训练例句里。", "换一种说法，或不用再加。")
        if next(_near(normalise(text), map(normalise, self.evaluated()), _NEAR_COPY), None) is not None:
            raise _wrong("这一句和评测题几乎一样，不能拿来训练。", "评测题必须是没有学过的；请换一个真实的问法。")

    def warning(self, example: Example) -> str | None:
        """A sentence that is nearly this one, where there is one: it teaches little."""
        return next(_near(example.text, (each.text for each in self.examples()), _NEIGHBOUR), None)

    def examples(self) -> Iterator[Example]:
        """All that is written."""
        for path in sorted((self._root / FOLDER).glob("*.yml")):
            for block in _blocks(path.read_text(encoding="utf-8")):
                for line in str(block["examples"]).splitlines():
                    if line.startswith("- "):
                        yield Example(line[2:].strip(), block["metadata"]["topic"], block["intent"])

    @property
    def evaluation_is_here(self) -> bool:
        """Whether the sentences of the evaluation are here to be compared with."""
        return (self._root / "tests" / "evaluation").is_dir()

    def evaluated(self) -> Iterator[str]:
        """Every sentence of the evaluation, its dialogues too."""
        for path in sorted((self._root / "tests" / "evaluation").rglob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                if line.strip():
                    yield from _sentences(json.loads(line))


def _blocks(source: str) -> list[Mapping[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [block for block in yaml.load(source, Loader=loader)["nlu"] if "examples" in block]  # noqa: S506  # nosec B506 # safe ones


def _sentences(entry: Any) -> Iterator[str]:
    if isinstance(entry, dict):
        for key, value in entry.items():
            if key in ("text", "say") and isinstance(value, str):
                yield value
            elif key == "knows" and isinstance(value, dict):
                yield from (said for said in value.values() if isinstance(said, str))
            elif isinstance(value, list | dict):
                yield from _sentences(value)
    elif isinstance(entry, list):
        for each in entry:
            yield from _sentences(each)


def _near(text: str, others: Iterator[str], most: float) -> Iterator[str]:
    """The others that are nearly the text, or the same."""
    own = bigrams(text)
    for other in others:
        theirs = bigrams(other)
        shared = len(own & theirs)
        if text == other or shared / (len(own) + len(theirs) - shared) > most:
            yield other


def _wrong(message: str, hint: str) -> InputError:
    return InputError("text", message, hint)
