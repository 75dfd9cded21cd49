"""Names, for people, of what can be switched off."""

from __future__ import annotations

from collections.abc import Mapping

from koujing.answering.spoken import caliber_ref
from koujing.knowledge.base import Knowledge

__all__ = ["CHANNELS", "KIND_NAMES", "caliber_names", "thing"]

CHANNELS: Mapping[str, str] = {"web": "网站咨询窗", "wechat": "微信公众号", "api": "接口（呼叫中心等系统）"}
KIND_NAMES: Mapping[str, str] = {"channel": "渠道", "matter": "事项", "caliber": "口径"}


def thing(kind: str, key: str, knowledge: Knowledge) -> str:
    """One channel, matter or caliber; by its id where nothing of this id is there any more."""
    if kind == "channel":
        return CHANNELS.get(key, key)
    if kind == "matter":
        matter = knowledge.matters.get(key)
        return matter.name if matter else key
    return caliber_names(knowledge).get(key, key)


def caliber_names(knowledge: Knowledge) -> dict[str, str]:
    """Every approved caliber by its id, as 地区 · 事项 · 方面（题目）."""
    found = {}
    for (region, matter), provision in knowledge.provisions.items():
        where = f"{knowledge.regions.name(region)} · {knowledge.matters[matter].name}"
        for aspect, calibers in provision.calibers.items():
            about = knowledge.wordings["aspects"][aspect]["name"]
            for caliber in (caliber for caliber in calibers if caliber.approved):
                topic = f"（{caliber.topic}）" if caliber.topic else ""
                found[caliber_ref(provision, caliber)["id"]] = f"{where} · {about}{topic}"
    return found
