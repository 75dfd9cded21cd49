"""Imports point one way (design §3). Read from the source, so that an import in a function counts too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from koujing.settings import ROOT

# What each part may import of ours; itself always. Programs (cli, supervisor …) may import anything.
CORE = {"answering", "rules", "search", "knowledge", "text"}
PROGRAM = {
    "clock",
    "contract",
    "errors",
    "labels",
    "leases",
    "logs",
    "posting",
    "postgres",
    "prepared",
    "process",
    "settings",
    "settings_values",
    "settled",
    "silence",
    "workdays",
}
ALLOWED = {
    "text": set(),
    "knowledge": {"text"},
    "rules": {"knowledge", "text"},
    "search": {"knowledge", "text"},
    "answering": {"rules", "search", "knowledge", "text"},
    "checking": {*CORE, "settings"},
    "watching": set(),
    "private": {"errors", "settings"},
    "store": {"clock", "errors", "postgres", "prepared", "settings"},
    "desk": {"private", "store", "watching", *CORE, *PROGRAM},
    # Plays WeChat, so it knows nothing of how the desk answers but the account that both share.
    "wechat_sim": {"desk", *PROGRAM},
    "rasa": {*CORE, *PROGRAM, "training", "watching"},
    "cluster": {"desk", "rasa", "process", "training", *PROGRAM},
    "actions": {"rasa", *CORE, *PROGRAM},
}
# The pure parts know nothing of servers and databases, nor of the programs around them.
PURE = CORE | {"checking"}
IMPURE_PACKAGES = {"alembic", "httpx", "rasa", "rasa_sdk", "sanic", "sqlalchemy", "starlette", "tensorflow", "uvicorn"}

SOURCES = sorted([*(ROOT / "koujing").rglob("*.py"), *(ROOT / "actions").rglob("*.py")])


def part_of(module: str) -> str:
    """`koujing.desk.app` → `desk`, `actions.answer` → `actions`, `koujing.cli` → `cli`."""
    names = module.split(".")
    return names[0] if names[0] == "actions" else (names[1] if len(names) > 1 else "")


def imported(path: Path) -> Iterator[str]:
    """The modules that a source file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            # `from koujing import desk` imports a part by its name.
            yield from (f"koujing.{a.name}" for a in node.names) if node.module == "koujing" else [node.module or ""]


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_imports_point_one_way(path: Path) -> None:
    part = part_of(module_of(path))
    for module in imported(path):
        if module.split(".")[0] in {"koujing", "actions"} and part in ALLOWED:
            target = part_of(module)
            assert target == part or target in ALLOWED[part], f"{part} must not import {module}"
        if part in PURE:
            assert module.split(".")[0] not in IMPURE_PACKAGES, f"{part} is pure and must not import {module}"


def test_only_the_desk_uses_the_store() -> None:
    users = {
        part_of(module_of(p)) for p in SOURCES if any(part_of(m) == "store" for m in imported(p) if "koujing" in m)
    }
    # Programs may use it too.
    assert users & ALLOWED.keys() == {"store", "desk"}


def test_every_part_is_known() -> None:
    folders = {path.parent.relative_to(ROOT / "koujing").parts[0] for path in (ROOT / "koujing").glob("*/*.py")}
    assert folders <= set(ALLOWED)
