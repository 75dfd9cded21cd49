"""Which metrics and labels the dashboard and the alerts ask for."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import yaml

from koujing.settings import ROOT

__all__ = ["GIVEN", "Use", "expressions", "grouped", "used"]

# What Prometheus itself adds to every series.
GIVEN = frozenset({"job", "instance"})
_METRIC = re.compile(r"\b((?:koujing|process)_[a-z0-9_]+|up)\b(?:\{([^}]*)\})?")
_LABEL = re.compile(r"([a-z_]+)\s*(?:=~|!~|!=|=)")
_BY = re.compile(r"\bby\s*\(([^)]*)\)")
_IGNORING = re.compile(r"ignoring\(([^)]*)\)")


@dataclass(frozen=True)
class Use:
    """A metric with the labels that are matched."""

    metric: str
    labels: frozenset[str]


def expressions() -> list[str]:
    """Every expression of dashboard and alerts."""
    board = json.loads((ROOT / "ops" / "grafana" / "koujing.json").read_text(encoding="utf-8"))
    rules = yaml.safe_load((ROOT / "ops" / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    shown = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    return shown + [rule["expr"] for group in rules["groups"] for rule in group["rules"]]


def used(expression: str) -> list[Use]:
    """What an expression asks for, metric by metric."""
    plain = _IGNORING.sub("", _BY.sub("", expression))
    return [Use(metric, frozenset(_LABEL.findall(matched or ""))) for metric, matched in _METRIC.findall(plain)]


def grouped(expression: str) -> set[str]:
    """The labels by which it groups or matches; each is of one of its metrics."""
    named = [*_BY.findall(expression), *_IGNORING.findall(expression)]
    return {label.strip() for by in named for label in by.split(",")}
