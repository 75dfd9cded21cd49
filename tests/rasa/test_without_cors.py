"""Neither server tells pages of other origins that they may read it."""

from __future__ import annotations

from types import ModuleType

import pytest
import rasa.server
import rasa_sdk.endpoint
from sanic import Sanic

from koujing.rasa import without_cors


@pytest.fixture(params=[rasa.server, rasa_sdk.endpoint], ids=["rasa", "actions"])
def module(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(request.param, "configure_cors", request.param.configure_cors)
    module: ModuleType = request.param
    return module


def test_an_app_gets_nothing_for_other_origins(module: ModuleType) -> None:
    asked, spared = Sanic(f"with-{module.__package__}"), Sanic(f"without-{module.__package__}")
    module.configure_cors(asked, "*")
    without_cors.install(module)
    module.configure_cors(spared, "*")
    assert asked._future_middleware or asked._future_listeners
    assert not spared._future_middleware
    assert not spared._future_listeners
