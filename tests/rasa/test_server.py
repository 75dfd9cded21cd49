"""How Rasa is started."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import yaml

from koujing.rasa.server import arguments, prepare_conversations
from koujing.settings import ROOT, VARIABLES, Settings


def test_it_listens_on_loopback_whatever_the_desk_does() -> None:
    given = arguments(Settings(host="0.0.0.0", rasa_port=5006))
    options = dict(zip(given[1::2], given[2::2], strict=True))
    assert given[0] == "run"
    assert (options["--interface"], options["--port"]) == ("127.0.0.1", "5006")
    assert Path(options["--credentials"]).is_file()
    assert Path(options["--endpoints"]).is_file()


def test_only_the_rest_channel_is_open() -> None:
    assert yaml.safe_load((ROOT / "credentials.yml").read_text()) == {"rest": {}}


def test_the_endpoints_use_settings_that_exist() -> None:
    import re

    text = (ROOT / "endpoints.yml").read_text()
    assert set(re.findall(r"\$\{(\w+)\}", text)) <= set(VARIABLES)


def test_the_conversations_stay_in_write_ahead_mode(tmp_path: Path) -> None:
    path = tmp_path / "data" / "conversations.db"
    prepare_conversations(path)
    prepare_conversations(path)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
