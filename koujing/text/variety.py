"""How varied a set of sentences is: the share that has a near neighbour by character bigrams."""

from __future__ import annotations

from collections import Counter, defaultdict


def bigrams(sentence: str) -> frozenset[str]:
    """The set of adjacent character pairs of a sentence, white space removed; a single character stands for itself."""
    packed = "".join(sentence.split()).lower()
    if len(packed) < 2:
        return frozenset([packed]) if packed else frozenset()
    return frozenset(packed[i : i + 2] for i in range(len(packed) - 1))


def near_neighbours(sentences: list[str], threshold: float = 0.6) -> list[tuple[int, int, float]]:
    """Pairs `(i, j, jaccard)` with i < j whose bigram Jaccard similarity is over the threshold (0 to 1)."""
    grams = [bigrams(sentence) for sentence in sentences]
    holders: dict[str, list[int]] = defaultdict(list)
    pairs: list[tuple[int, int, float]] = []
    for j, own in enumerate(grams):
        shared: Counter[int] = Counter()
        for gram in own:
            shared.update(holders[gram])
        for i, common in shared.items():
            similarity = common / (len(own) + len(grams[i]) - common)
            if similarity > threshold:
                pairs.append((i, j, similarity))
        for gram in own:
            holders[gram].append(j)
    return pairs


def neighbour_share(sentences: list[str], threshold: float = 0.6) -> float:
    """Share (0 to 1) of the sentences that have any neighbour over the threshold."""
    if not sentences:
        return 0.0
    touched = {index for i, j, _ in near_neighbours(sentences, threshold) for index in (i, j)}
    return len(touched) / len(sentences)
