from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from koujing.checking import commands
from koujing.checking.commands import check, coverage, mutants
from koujing.knowledge import base
from koujing.knowledge.base import Knowledge
from koujing.settings import ROOT

CITY = "guangzhou/handling_service.yml"


@pytest.fixture
def policies(tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy without Huludao's provisions."""
    monkeypatch.setattr(base, "load_regions", lambda _: knowledge.regions)
    ignored = shutil.ignore_patterns("huludao")
    return Path(shutil.copytree(ROOT / "policies", tmp_path / "policies", ignore=ignored))


def run(command: object, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, arguments)  # type: ignore[arg-type]
    return result.exit_code, result.output


def replaced(path: Path, old: str, new: str) -> None:
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge) -> None:
    """The project's own policies, without reading them again."""
    monkeypatch.setattr(commands, "load_knowledge", lambda _: knowledge)
    monkeypatch.setattr(commands, "problems", lambda _: (knowledge, []))


@pytest.mark.usefixtures("whole")
def test_check_is_clean() -> None:
    code, output = run(check)
    assert code == 0, output
    assert "全部通过" in output
    assert output.startswith("3 份文件、45 个规定")


@pytest.mark.usefixtures("whole")
def test_coverage_is_complete_and_gives_reasons() -> None:
    code, output = run(coverage)
    assert code == 0, output
    assert output.count("（100.0％）") == 3
    assert re.search(r"内部 hld-2021-2:17：.+（.+）", output)
    assert "缺 " not in output


@pytest.mark.usefixtures("whole")
def test_coverage_lists_what_speaks_for_a_sentence() -> None:
    _, output = run(coverage, "--list")
    assert re.search(r"gz-2021-fwd:2：.+ ← .*guangzhou\.", output)


def test_check_tells_every_mistake(policies: Path) -> None:
    replaced(policies / CITY, "quote: ", "quote: 无中生有，")
    code, output = run(check, "--policies", str(policies))
    assert code == 1
    assert re.search(rf"{CITY}:\d+: 引文“无中生有", output)
    assert "处要改" in output


def test_check_stops_at_a_file_that_cannot_be_read(policies: Path) -> None:
    (policies / CITY).write_text("matter: [", encoding="utf-8")
    code, output = run(check, "--policies", str(policies))
    assert code == 1
    assert re.search(rf"{CITY}:\d: 不是合法的 YAML", output)


def test_check_fails_with_a_failing_case(policies: Path) -> None:
    replaced(policies / CITY, "verdict: eligible", "verdict: ineligible")
    code, output = run(check, "--policies", str(policies))
    assert code == 1
    assert "判定应为 ineligible，实为 eligible" in output


def test_coverage_names_what_is_missing(policies: Path) -> None:
    code, output = run(coverage, "--policies", str(policies))
    assert code == 1
    assert "  缺 hld-2021-2:1：" in output
    assert "缺 gz-2021-fwd" not in output


def test_mutants_names_survivors_and_stale_explanations(policies: Path) -> None:
    code, output = run(mutants, "--policies", str(policies))
    assert code == 0, output
    assert "存活 0 个，未说明 0 个" in output
    (policies / "equivalent_mutants.yml").write_text("早已不在: 理由\n", encoding="utf-8")
    replaced(policies / CITY, "cases:\n", "cases: []\nunused:\n")
    source = (policies / CITY).read_text(encoding="utf-8")
    (policies / CITY).write_text(source[: source.index("unused:")], encoding="utf-8")
    code, output = run(mutants, "--policies", str(policies))
    assert code == 1
    assert "没有例子发现：guangzhou.handling_service" in output
    assert "“早已不在”已不存在" in output


def test_a_broken_folder_stops_coverage_and_mutants(policies: Path) -> None:
    replaced(policies / CITY, "matter: ", "mater: ")
    for command in (coverage, mutants):
        code, output = run(command, "--policies", str(policies))
        assert code == 1
        assert f"{CITY}:1:" in output
