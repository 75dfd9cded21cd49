"""The trained model out of its archive, without Rasa's server."""

from __future__ import annotations

from pathlib import Path

import pytest

from koujing.rasa import local
from koujing.rasa.reader import MessageReader
from koujing.settings import DEMO_DATE
from tests.answering.replies import misfits, policies


@pytest.fixture(scope="module")
def reader() -> MessageReader:
    return local.load_reader(policies())


def test_without_a_model_it_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(local.NoModelError, match="make train"):
        local.load_reader(policies(), tmp_path)


def test_asking_gives_the_replies_alone(reader: MessageReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `koujing ask` shows them when no server is running."""
    monkeypatch.setattr(local, "load_knowledge", lambda _: policies())
    monkeypatch.setattr(local, "load_reader", lambda *_: reader)
    (reply,) = local.ask("律所12个人参保去年一个没裁能领稳岗返还吗", "huludao", DEMO_DATE)
    assert misfits(reply) == []
    assert (reply["status"], reply["verdict"]) == ("determined", "eligible")
    (reply,) = local.ask("稳岗返还能领吗", "huludao", DEMO_DATE, {"unit_kind": "person"})
    assert reply["verdict"] == "ineligible"
