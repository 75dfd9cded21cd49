"""Reads the fields of a settings file (sites.yml, wechat.yml), telling every mistake with its line and how to mend it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from koujing.knowledge.regions import Regions
from koujing.knowledge.yaml_lines import Document

__all__ = ["Place", "mapping", "region_id", "words"]

_LONGEST = 200

Place = tuple[str | int, ...]


def mapping(document: Document, place: Place, required: set[str], allowed: set[str]) -> dict[str, Any]:
    """The keys and values at a place of a document, with all that are required and none but the allowed.

    Raises:
        PolicyFileError: it is not so; so do the others.
    """
    data = document.data
    for step in place:
        data = data[step]
    where = "/".join(map(str, place)) or "文件顶层"
    if not isinstance(data, dict):
        raise document.error(place, f"“{where}”应为键和值", "这里有几项内容", f"写上：{'、'.join(sorted(required))}")
    for key in data:
        if key not in allowed:
            near = get_close_matches(str(key), allowed, 1)
            how = f"是否指“{near[0]}”？" if near else f"可用的键：{'、'.join(sorted(allowed))}"
            raise document.error((*place, key), f"“{where}”里有不认识的键“{key}”", "不认识的键会被忽略而无人知道", how)
    if missing := sorted(required - data.keys()):
        raise document.error(place, f"“{where}”缺少“{'、'.join(missing)}”", "这是必填项", "补上这一项")
    return data


def words(document: Document, place: Place, value: Any, *, longest: int = _LONGEST) -> str:
    """A text that people read, of at most so many characters."""
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise document.error(place, f"“{place[-1]}”应为文字", "它会显示出来", f"写 1 到 {longest} 个字；是数字的加引号")
    return value.strip()


def region_id(document: Document, place: Place, value: Any, regions: Regions) -> str | None:
    """The id of a region that is known, or None."""
    if value is None:
        return None
    if not isinstance(value, str) or regions.get(value) is None:
        near = get_close_matches(str(value), regions.ids(), 1)
        how = f"是否指 {near[0]}？" if near else "写地区 id，如 huludao；没有默认地区写 null"
        raise document.error(place, f"没有“{value}”这个地区", "默认地区要是地区 id", how)
    return value
