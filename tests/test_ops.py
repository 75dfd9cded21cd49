"""Dashboard and alerts: valid, in Chinese, each alert with its runbook; what they ask for is exported (see e2e)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
import yaml

from koujing.settings import ROOT
from tests.promql import expressions, used

OPS, RUNBOOKS = ROOT / "ops", ROOT / "docs" / "runbooks"
SECTIONS = ("现象", "影响", "立即处置", "查证", "恢复", "事后")


def test_every_alert_leads_to_a_runbook_that_exists() -> None:
    rules = yaml.safe_load((OPS / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert (ROOT / rule["annotations"]["runbook"]).is_file(), rule["alert"]
        assert re.search(r"[\u4e00-\u9fff]", rule["annotations"]["summary"])


@pytest.mark.parametrize("path", sorted(RUNBOOKS.glob("*.md")), ids=lambda path: path.stem)
def test_every_runbook_has_its_sections(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    if path.stem == "README":  # type: ignore[attr-defined]
        named = set(re.findall(r"\]\(([a-z-]+\.md)\)", text))
        assert named == {one.name for one in RUNBOOKS.glob("*.md")} - {"README.md"}
        return
    assert re.findall(r"^## (\S+)", text, re.MULTILINE) == list(SECTIONS)


def test_the_dashboard_is_a_valid_model() -> None:
    board = json.loads((OPS / "grafana" / "koujing.json").read_text(encoding="utf-8"))
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert {panel["title"] for panel in panels if panel["type"] == "row"} == {
        "总览", "流量", "时延", "答复", "微信", "排队", "错误", "资源",
    }  # fmt: skip
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
        assert panel["type"] == "row" or all(target["expr"] for target in panel["targets"])


def test_every_expression_names_metrics_of_ours() -> None:
    assert len(expressions()) > 60
    for expression in expressions():
        assert used(expression), expression


@pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool")
@pytest.mark.parametrize(
    "command",
    [["check", "rules", "alerts.yml"], ["check", "config", "prometheus.yml"], ["test", "rules", "alerts_test.yml"]],
)
def test_promtool_agrees(command: list[str]) -> None:
    done = subprocess.run(["promtool", *command], cwd=OPS / "prometheus", check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
