"""The training examples of `data/nlu`, as the evaluation needs them: to compare with, and to train baselines on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from koujing.settings import ROOT
from koujing.text.variety import bigrams

__all__ = ["TrainingExample", "load_examples", "near_copies"]


@dataclass(frozen=True)
class TrainingExample:
    """One example with its labels (docs/labelling.md)."""

    text: str
    topic: str
    intent: str


def load_examples(folder: Path = ROOT / "data" / "nlu") -> list[TrainingExample]:
    """Every example, by file and place in it."""
    return [
        TrainingExample(line[2:].strip(), block["metadata"]["topic"], block["intent"])
        for path in sorted(folder.glob("*.yml"))
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        for line in block["examples"].splitlines()
        if line.startswith("- ")
    ]


def near_copies(questions: Sequence[str], examples: Sequence[str], threshold: float) -> list[tuple[str, str, float]]:
    """Pairs of a question and an example, equal or with a character-bigram Jaccard similarity over the threshold."""
    grams = [bigrams(example) for example in examples]
    holders: dict[str, list[int]] = defaultdict(list)
    for index, own in enumerate(grams):
        for gram in own:
            holders[gram].append(index)
    pairs = []
    for question in questions:
        own = bigrams(question)
        shared = Counter(index for gram in own for index in holders.get(gram, ()))
        for index, common in shared.items():
            similarity = common / (len(own) + len(grams[index]) - common)
            if similarity > threshold or question == examples[index]:
                pairs.append((question, examples[index], similarity))
    return pairs
