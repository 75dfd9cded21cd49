"""One parser fuzzed by what it covers (atheris): `python -m tests.fuzz.guided <target> <folder> -runs=… -seed=…`. A process of its own.

libFuzzer ends the process itself, and writes the input that failed into the folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

# Written over by atheris 2.3.0, its nested loops sometimes crash the interpreter; the same inputs pass as it stands.
_CRASHING = ["koujing.text.sounds"]


def main() -> None:
    """Run one target; an exception that it does not catch ends it with a code."""
    name, folder, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["koujing"], exclude=_CRASHING, enable_loader_override=False):
        from tests.fuzz.targets import TARGETS

        target = TARGETS[name]()
    artifacts = Path(folder)
    artifacts.mkdir(parents=True, exist_ok=True)
    prefix = f"-artifact_prefix={artifacts}/{name}-"
    atheris.Setup(
        [sys.argv[0], prefix, "-max_len=400", "-len_control=0", "-print_final_stats=1", "-verbosity=1", *options],
        target,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
