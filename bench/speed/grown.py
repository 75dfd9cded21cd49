"""Policies of a larger project, made up in a folder: a region's files again for other cities, under their names and ids."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from koujing.knowledge.regions import load_regions
from koujing.settings import ROOT

__all__ = ["Grown", "examples", "grow"]

_FROM, _NAME, _NOTICE = "huludao", "葫芦岛", "hld-2021-2"
_LISTED = re.compile(r"^notices: \[(.*)\]$", re.MULTILINE)


@dataclass(frozen=True)
class Grown:
    """How many provisions there are, and the cities for which they were made up."""

    provisions: int
    cities: tuple[str, ...]


def examples(cities: Sequence[str], every: int) -> list[str]:
    """Each so-manieth training example, as it stands and again for each of the cities."""
    lines: list[str] = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines += [line[2:].strip() for line in block["examples"].splitlines()]
    return [line.replace(_NAME, city) for city in (_NAME, *cities) for line in lines[::every]]


def grow(folder: Path, times: int) -> Grown:
    """Put policies with at least so many times the provisions into an empty folder."""
    shutil.copytree(ROOT / "policies", folder, dirs_exist_ok=True)
    own = [path for path in folder.glob("*/*.yml") if path.parent.name != "notices"]
    wanted = times * len(own)
    regions = load_regions(folder / "regions.yml")
    cities = [
        (id, region.name.removesuffix("市"))
        for id in regions.ids()
        if (region := regions.get(id)) is not None
        and region.level == "city"
        and not region.covered
        and region.name.endswith("市")
    ]
    files = sorted((folder / _FROM).glob("*.yml"))
    copies = cities[: -(-(wanted - len(own)) // len(files))]
    for id, name in copies:
        (folder / id).mkdir()
        for path in files:
            (folder / id / path.name).write_text(_renamed(path, id, name), encoding="utf-8")
        notice = folder / "notices" / f"{_NOTICE}.yml"
        (folder / "notices" / f"{id}-2021-2.yml").write_text(_renamed(notice, id, name), encoding="utf-8")
    listed = folder / "regions.yml"
    text = listed.read_text(encoding="utf-8")
    ids = ", ".join(id for id, _ in copies)
    if ids:
        listed.write_text(_LISTED.sub(rf"notices: [\1, {ids}]", text), encoding="utf-8")
    return Grown(len(own) + len(copies) * len(files), tuple(name for _, name in copies))


def _renamed(path: Path, id: str, name: str) -> str:
    text = path.read_text(encoding="utf-8")
    return text.replace(_NOTICE, f"{id}-2021-2").replace(_FROM, id).replace(_NAME, name)
