"""`python -m koujing.checking.quick FILE…`: one provision file checked alone, for its editor."""

from __future__ import annotations

import sys
from pathlib import Path

from koujing.checking.cases import case_failures
from koujing.knowledge.errors import PolicyFileError
from koujing.knowledge.facts import load_facts
from koujing.knowledge.notices import load_notice
from koujing.knowledge.provisions import load_provision
from koujing.knowledge.references import reference_errors
from koujing.knowledge.schemas import validate
from koujing.knowledge.yaml_lines import read_document
from koujing.rules.law import retirement_law


def main(paths: list[str]) -> int:
    """Check each file; prints every mistake; returns the number of files with mistakes."""
    wrong = 0
    for name in paths:
        path = Path(name)
        folder = path.parent.parent
        try:
            facts, _ = load_facts(folder / "facts.yml")
            notices = [load_notice(p)[0] for p in sorted((folder / "notices").glob("*.yml"))]
            clauses = {clause.id: clause for notice in notices for clause in notice.clauses}
            sources = read_document(folder / "sources.yml")
            validate(sources, "sources")
            provision, document = load_provision(path)
            found: list[object] = list(
                reference_errors(provision, document, clauses, facts, supplement=path.parent.name == "guangzhou")
            )
            if not found:
                found = list(case_failures(provision, facts, retirement_law(sources.data)))
        except PolicyFileError as error:
            found = [error]
        for problem in found:
            print(problem)
        print(f"{path}: {'有 %d 处要改' % len(found) if found else '通过'}")
        wrong += bool(found)
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
