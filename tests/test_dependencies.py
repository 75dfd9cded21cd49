"""What docs/dependencies.md rests on, held against the files that decide it. What runs is looked at in e2e/test_unprivileged.py."""

from __future__ import annotations

import re

import yaml

from koujing.process import quiet_environment
from koujing.rasa.server import arguments
from koujing.settings import ROOT, Settings

PAGE = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")


def test_rasa_is_started_without_its_api_and_without_tokens() -> None:
    told = arguments(Settings(host="0.0.0.0", api_keys=frozenset({"k" * 16})))
    assert told[told.index("--interface") + 1] == "127.0.0.1"
    assert not {"--enable-api", "--auth-token", "--jwt-secret", "--remote-storage", "--cors", "--debug", "-vv"} & {
        *told
    }
    assert quiet_environment({})["RASA_TELEMETRY_ENABLED"] == "false"


def test_rasa_has_one_channel() -> None:
    assert list(yaml.safe_load((ROOT / "credentials.yml").read_text(encoding="utf-8"))) == ["rest"]


def test_models_come_from_nowhere_else() -> None:
    endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    assert "models" not in endpoints
    assert "event_broker" not in endpoints


def test_no_part_of_the_pipeline_is_a_model_of_keras() -> None:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    parts = [part["name"] for part in (*config["pipeline"], *config["policies"])]
    assert all(name.startswith("koujing.") or name == "RulePolicy" for name in parts), parts


def test_the_page_names_the_versions_that_are_pinned() -> None:
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", (ROOT / "requirements.txt").read_text(), flags=re.MULTILINE))
    named = re.findall(
        r"\b(keras|tensorflow|skops|scikit-learn|aiohttp|setuptools|protobuf|werkzeug|sanic|redis|pymongo|sentry-sdk|numpy|scipy|matplotlib|dask|packaging|jsonschema|websockets|aiogram) (\d[\d.]*\d)",
        PAGE,
    )
    assert len(named) > 15
    assert [(name, version) for name, version in named if pinned[name] != version] == []
    others = {"SQLAlchemy": "sqlalchemy", "ruamel.yaml": "ruamel-yaml"}
    for shown, name in others.items():
        assert f"{shown} {pinned[name]}" in PAGE


def test_every_test_that_the_page_names_is_there() -> None:
    for page in ("dependencies.md", "security.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        named = set(re.findall(r"`(tests/[\w/]+(?:\.py)?)`", text))
        assert named
        assert [path for path in named if not (ROOT / path).exists()] == []
