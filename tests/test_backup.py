"""Backups of SQLite and PostgreSQL: made while in use, checked before anything is touched, put back word for word."""

from __future__ import annotations

import datetime as dt
import io
import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from koujing.backup import back_up, restore
from koujing.backup_databases import BackupError
from koujing.clock import SHANGHAI, Clock
from koujing.desk.alone import alone
from koujing.settings import Settings
from koujing.store import migrating
from koujing.store.database import open_database
from koujing.store.store import Store

NOW = dt.datetime(2021, 9, 15, 8, 30, tzinfo=SHANGHAI)
REPLY = {
    "text": "稳岗返还要在2021年12月31日前申请",
    "question": "公司28个人能领吗",
    "reasons": [{"condition": "30人以下", "value": "28", "holds": True}],
    "facts": {"insured_count": {"value": "28"}},
    "receipt": None,
}


def said(settings: Settings, message: str = "m1") -> str:
    """A question answered; its receipt."""
    engine = open_database(settings)
    store = Store(engine, Clock(now=lambda: NOW))
    (reply,) = store.record(store.session("client", "s"), message, "d", [REPLY])
    store.close()
    engine.dispose()
    return str(reply["receipt"])


def replayed(settings: Settings, code: str) -> dict[str, Any] | None:
    engine = open_database(settings)
    store = Store(engine, Clock(now=lambda: NOW))
    found = store.receipt(code)
    store.close()
    engine.dispose()
    return found


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.fixture
def there(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "other")


def test_sqlite_in_use_is_backed_up_and_put_back_word_for_word(here: Settings, there: Settings, tmp_path: Path) -> None:
    code = said(here)
    before = replayed(here, code)
    file = tmp_path / "b.koujing"
    with closing(sqlite3.connect(here.data / "koujing.db")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        told = back_up(here, file, NOW)
    assert (told.engine, told.revision, told.secret) == ("sqlite", migrating.newest(), False)
    assert told.rows["receipts"] == 1
    assert file.stat().st_mode & 0o777 == 0o600
    later = said(here, "m2")
    assert restore(there, file).rows == told.rows
    assert replayed(there, code) == before
    assert replayed(there, later) is None


def test_what_is_there_is_not_overwritten_unless_told_to_and_then_kept_beside(here: Settings, tmp_path: Path) -> None:
    code, file = said(here), tmp_path / "b.koujing"
    back_up(here, file, NOW)
    later = said(here, "m2")
    with pytest.raises(BackupError, match="--force"):
        restore(here, file)
    assert replayed(here, later)
    restore(here, file, force=True)
    assert replayed(here, code)
    assert replayed(here, later) is None
    assert list(here.data.glob("koujing.db.before-*"))


def test_nothing_is_put_under_a_desk_that_runs(here: Settings, there: Settings, tmp_path: Path) -> None:
    said(here)
    back_up(here, tmp_path / "b", NOW)
    with alone(there.data), pytest.raises(Exception, match="另一个 desk"):
        restore(there, tmp_path / "b")


def test_the_secret_goes_along_only_when_asked(here: Settings, there: Settings, tmp_path: Path) -> None:
    said(here)
    with pytest.raises(BackupError, match="KOUJING_SECRET"):
        back_up(here, tmp_path / "a", NOW, with_secret=True)
    (here.data / "secret").write_text("s" * 40)
    back_up(here, tmp_path / "without", NOW)
    assert b"s" * 40 not in (tmp_path / "without").read_bytes()
    back_up(here, tmp_path / "with", NOW, with_secret=True)
    assert restore(there, tmp_path / "with").secret
    assert (there.data / "secret").read_text() == "s" * 40
    assert (there.data / "secret").stat().st_mode & 0o777 == 0o600
    (there.data / "secret").write_text("t" * 40)
    with pytest.raises(BackupError, match="密钥"):
        restore(there, tmp_path / "with")


def changed(file: Path, **change: Any) -> None:
    """The same archive with another manifest."""
    with tarfile.open(file) as archive:
        parts = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
    manifest = json.loads(parts["manifest.json"]) | change
    parts["manifest.json"] = json.dumps(manifest).encode()
    with tarfile.open(file, "w") as archive:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def test_a_damaged_or_newer_or_foreign_backup_is_refused_before_anything_is_touched(
    here: Settings, there: Settings, tmp_path: Path
) -> None:
    said(here)
    file = tmp_path / "b"
    back_up(here, file, NOW)
    whole = file.read_bytes()
    at = whole.index("稳岗返还".encode()) if "稳岗返还".encode() in whole else len(whole) // 2
    file.write_bytes(whole[:at] + b"\0\0\0" + whole[at + 3 :])
    with pytest.raises(BackupError, match="校验和"):
        restore(there, file)
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupError, match="不是完整的备份"):
        restore(there, file)
    file.write_bytes(whole)
    changed(file, revision="9999")
    with pytest.raises(BackupError, match="更新的程序"):
        restore(there, file)
    file.write_bytes(whole)
    changed(file, format=2)
    with pytest.raises(BackupError, match="格式是 2"):
        restore(there, file)
    file.write_text("nothing of the kind")
    with pytest.raises(BackupError, match="不是完整的备份"):
        restore(there, file)
    assert not (there.data / "koujing.db").exists()


def test_a_name_that_is_taken_and_an_empty_folder_are_told(here: Settings, there: Settings, tmp_path: Path) -> None:
    said(here)
    (tmp_path / "b").write_text("mine")
    with pytest.raises(BackupError, match="已经存在"):
        back_up(here, tmp_path / "b", NOW)
    assert (tmp_path / "b").read_text() == "mine"
    with pytest.raises(BackupError, match="没有数据库"):
        back_up(there, tmp_path / "c", NOW)
    assert not (tmp_path / "c").exists()


def test_postgresql_is_backed_up_and_put_back_word_for_word(
    postgres_url: str, new_postgres_url: str, here: Settings, tmp_path: Path
) -> None:
    source = Settings(data=here.data, database=postgres_url)
    target = Settings(data=here.data, database=new_postgres_url)
    code = said(source)
    before = replayed(source, code)
    told = back_up(source, tmp_path / "b", NOW)
    assert (told.engine, told.rows["receipts"]) == ("postgresql", 1)
    restore(target, tmp_path / "b")
    assert replayed(target, code) == before
    later = said(target, "m2")
    with pytest.raises(BackupError, match="--force"):
        restore(target, tmp_path / "b")
    engine = open_database(target)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(BackupError, match="请先停掉"):
            restore(target, tmp_path / "b", force=True)
    engine.dispose()
    restore(target, tmp_path / "b", force=True)
    assert replayed(target, code) == before
    assert replayed(target, later) is None
    with pytest.raises(BackupError, match="KOUJING_DATABASE"):
        restore(here, tmp_path / "b")
