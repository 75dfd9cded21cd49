"""Names, levels and pinyin ids of all regions of China, from the package data of cpca (its code is not imported)."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from pypinyin import lazy_pinyin

from koujing.knowledge.errors import KnowledgeError

__all__ = ["COUNTRY", "Named", "read_names", "stem", "with_ids"]

COUNTRY = "china"
"""The id of the root."""

_FOLDERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_SUFFIX = re.compile(r"(?:特别行政区|(?<=..)(?:地区|新区|林区|特区)|省|市|区|县|盟|旗)$")
_AUTONOMOUS = re.compile(r"自治[区州县旗]$")
_BANNER = re.compile(r"[前后中左右]旗$")


@dataclass(frozen=True)
class Named:
    """A region by its code (six digits; the country's is 000000) before and after it has its id."""

    code: str
    name: str
    level: str
    parent: str | None
    id: str = ""

    @property
    def depth(self) -> int:
        """0 for the country, 3 for a county."""
        return ("country", "province", "city", "county").index(self.level)


def read_names(added: Iterable[Mapping[str, Any]] = ()) -> list[Named]:
    """All regions of the package's list and the added ones, ordered by code."""
    with _resource("adcodes.csv").open(encoding="utf-8", newline="") as lines:
        names = {row["adcode"][:6]: row["name"] for row in csv.DictReader(lines) if row["adcode"].endswith("000000")}
    for entry in added:
        names.pop(entry.get("replaces", ""), None)
        names[entry["code"]] = entry["name"]
    known = {code: name for code, name in names.items() if name not in _FOLDERS}
    nodes = [Named("000000", "中国", "country", None)]
    for code, name in sorted(known.items()):
        if code.endswith("0000"):
            nodes.append(Named(code, name, "province", "000000"))
        elif code.endswith("00"):
            nodes.append(Named(code, name, "city", code[:2] + "0000"))
        else:
            above = code[:4] + "00"
            nodes.append(Named(code, name, "county", above if above in known else code[:2] + "0000"))
    return nodes


def _resource(name: str) -> Path:
    try:
        return Path(str(distribution("cpca").locate_file(f"cpca/resources/{name}")))
    except PackageNotFoundError as error:
        raise KnowledgeError("缺少地名数据包 cpca；请先安装依赖") from error


@cache
def _peoples() -> tuple[str, ...]:
    with _resource("56_nations.csv").open(encoding="utf-8") as lines:
        full = [line.strip() for line in lines if line.strip()]
    short = [name[:-1] for name in full if len(name) > 2]
    return tuple(sorted({*full, *short, "各族"}, key=lambda name: (-len(name), name)))


@cache
def stem(name: str) -> str:
    """A name without its suffix: 葫芦岛市 → 葫芦岛, 连山壮族瑶族自治县 → 连山; 义县 and 科尔沁右翼前旗 stay."""
    if _BANNER.search(name):
        return name
    bare = _AUTONOMOUS.sub("", name)
    if bare == name:
        bare = _SUFFIX.sub("", name)
        if not bare.endswith("族"):
            return bare if len(bare) >= 2 else name
    found = True
    while found:
        found = False
        for people in _peoples():
            if bare.endswith(people) and len(bare) - len(people) >= 2:
                bare, found = bare[: -len(people)], True
                break
    bare = bare[:-1] if bare.endswith("族") and len(bare) > 2 else bare
    return bare if len(bare) >= 2 else name


def with_ids(nodes: Sequence[Named], fixed: Mapping[str, str], readings: Mapping[str, str]) -> list[Named]:
    """The same regions with their ids: fixed ones, else pinyin of the stem, `<above>-<name>` where that is shared."""
    bases = {node.code: fixed.get(node.code) or _pinyin(stem(node.name), readings) for node in nodes}
    bases["000000"] = COUNTRY
    ids: dict[str, str] = {code: fixed[code] for code in bases if code in fixed} | {"000000": COUNTRY}
    taken = set(ids.values())
    for level in ("province", "city", "county"):
        shared = Counter(bases[n.code] for n in nodes if level in ("county", n.level) and n.code not in fixed)
        for node in nodes:
            if node.level != level or node.code in ids:
                continue
            base = bases[node.code]
            if shared[base] > 1 or base in taken:
                base = _longer(node, bases, ids, taken, readings)
            ids[node.code] = base
            taken.add(base)
    return [replace(node, id=ids[node.code]) for node in nodes]


def _longer(
    node: Named, bases: Mapping[str, str], ids: Mapping[str, str], taken: set[str], readings: Mapping[str, str]
) -> str:
    above = node.parent or "000000"
    full = _pinyin(node.name, readings)
    tries = (
        f"{bases[above]}-{bases[node.code]}",
        f"{ids[above]}-{bases[node.code]}",
        f"{bases[above]}-{full}",
        f"{ids[above]}-{full}",
    )
    return next((each for each in tries if each not in taken), f"{ids[above]}-{full}-x")


def _pinyin(name: str, readings: Mapping[str, str]) -> str:
    syllables = lazy_pinyin(name)
    for said in sorted((key for key in readings if key in name), key=len):
        at = name.find(said)
        while at >= 0:
            syllables[at : at + len(said)] = readings[said].split()
            at = name.find(said, at + 1)
    return re.sub("[^a-z]", "", "".join(syllables))
