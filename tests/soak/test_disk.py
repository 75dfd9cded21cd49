"""The small disk fills to the last byte and gives the room back."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from soak.disk import SmallDisk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    disk = SmallDisk(tmp_path / "data", 2)
    if not disk.mounted:
        pytest.skip("only who may mount has one")
    yield disk
    disk.close()


def test_it_is_full_and_free_again(disk: SmallDisk) -> None:
    kept = disk.folder / "kept"
    kept.write_bytes(b"1")
    disk.fill()
    with pytest.raises(OSError, match="space") as full, (disk.folder / "more").open("wb", buffering=0) as file:
        file.write(b"0" * 4096)
    assert full.value.errno == errno.ENOSPC
    disk.free()
    (disk.folder / "more").write_bytes(b"0" * 4096)
    assert kept.read_bytes() == b"1"


def test_nothing_is_left_behind(disk: SmallDisk) -> None:
    (disk.folder / "kept").write_bytes(b"1")
    disk.close()
    assert not disk.mounted
    assert list(disk.folder.iterdir()) == []
