"""`python -m tests.private`: how much of generated and of hand-written personal data is hidden, and what else is touched."""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path

from koujing.private.mask import mask
from tests.private.identities import CARRIERS, GROUPS, SIGNS, WIDTHS, identity

HARD = Path(__file__).with_name("hard.tsv")
PEOPLE = 2000


def generated(chance: random.Random) -> tuple[Counter[str], Counter[str]]:
    """How many of each kind there were, and how many were hidden."""
    told, hidden = Counter[str](), Counter[str]()
    for _ in range(PEOPLE):
        for kind, secret in identity(chance).secrets().items():
            said = secret
            if kind in GROUPS:
                group = chance.choice(GROUPS[kind])
                signs = SIGNS[:-1] if group(secret, "\n").count("\n") > 4 else SIGNS
                said = WIDTHS[chance.choice(sorted(WIDTHS))](group(secret, chance.choice(signs)))
            masked = mask(chance.choice(CARRIERS[kind]).format(said))
            told[kind] += 1
            left = said in masked or (kind != "name" and any(c.isdigit() for c in masked))
            hidden[kind] += not left
    return told, hidden


def hard() -> list[tuple[str, str]]:
    """Hand-written: a sentence, and what must not be left of it."""
    lines = HARD.read_text(encoding="utf-8").splitlines()
    return [(text, secret) for text, secret in (line.split("\t") for line in lines if line)]


def main() -> None:
    """Print the table."""
    told, hidden = generated(random.Random(7))
    out = [f"{kind}\t{hidden[kind]}/{told[kind]}\t{hidden[kind] / told[kind]:.2%}" for kind in told]
    held = hard()
    missed = [text for text, secret in held if secret in mask(text)]
    out += [f"hard\t{len(held) - len(missed)}/{len(held)}\t{1 - len(missed) / len(held):.2%}", *missed]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
