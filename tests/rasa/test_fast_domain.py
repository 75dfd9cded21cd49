"""Whether the domain is empty is found out once, as Rasa finds it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from rasa.shared.core.domain import Domain

from koujing.rasa import fast_domain
from koujing.settings import ROOT

RASAS_OWN = Domain.is_empty
OURS = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Domain, "is_empty", RASAS_OWN)
    fast_domain.install()


@pytest.mark.parametrize("data", [{}, {"intents": ["ask"]}, {**OURS, "slots": {}}])
def test_it_tells_what_rasa_tells_and_asks_once(data: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    domain = Domain.from_dict(data)
    assert domain.is_empty() is RASAS_OWN(domain)
    monkeypatch.setattr(Domain, "empty", lambda: pytest.fail("asked again"))
    assert domain.is_empty() is domain.is_empty()
