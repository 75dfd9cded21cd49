"""Emoji, kaomoji and the bracketed faces of chat programs: they say nothing about a policy, so a blank stands for them.

A blank, not a stop: 怎么领(。•́︿•̀。)失业金 stays one sentence.
"""

from __future__ import annotations

import re

__all__ = ["without_faces"]

# Pictographs with their flags and skin tones, the older symbols drawn as pictures (☎ ⌚ ⭐ ✌), keycaps' frames and the
# frames of tables thrown. Numbers in circles (❶) stay.
_PICTURES = (
    "\U0001f000-\U0001faff\u2300-\u23ff\u2500-\u257f\u2600-\u2712\u2714-\u2716\u2718-\u2775\u2794-\u27bf"
    "\u2b00-\u2bff\u20e3\u3030\u303d\ufe0f"
)
_FACE_SIGNS = "´`^ω°□▽∀≧≦дДಠಥツ◕‿╥╯╰_<>;~•ε・･｡｀＾￣＿＞＜；～\u0300-\u036f"
_ARMS = r"[╮╭ヽヾノﾉ٩۶ᕙᕗʕʔ╯╰¯ゞ\\/_︵~～]*"
_ROUND = (
    rf"{_ARMS}[(（](?=[^()（）]*[{_FACE_SIGNS}])(?![^()（）]*[A-Za-z]{{3}})[^()（）\n0-9０-９一-龥]{{1,14}}[)）]{_ARMS}"
)
_BARE = (
    r"(?<![A-Za-z0-9])(?:([TtQqOo^>;=ಥಠ→-])[_^ω.]+(?:\1|[<←])[|;]*|[TQ][AaWw][TQ]|[Oo][Rr][Zz]|\^{2,}"
    r"|[:;=]-?[)(DPp](?=\s|$|[,。!?，！？]))(?![A-Za-z0-9])"
)
# How chat programs write their own faces as text.
_NAMED = (
    "微笑|撇嘴|色|发呆|得意|流泪|害羞|闭嘴|睡|大哭|尴尬|发怒|调皮|呲牙|龇牙|惊讶|难过|囧|抓狂|吐|偷笑|愉快|白眼|傲慢|困|"
    "惊恐|憨笑|咒骂|疑问|嘘|晕|衰|骷髅|敲打|再见|擦汗|抠鼻|鼓掌|坏笑|鄙视|委屈|快哭了|阴险|亲亲|可怜|笑脸|生病|脸红|破涕为笑|"
    "恐惧|失望|无语|嘿哈|捂脸|奸笑|机智|皱眉|耶|吃瓜|加油|汗|天啊|旺柴|好的|打脸|哇|翻白眼|让我看看|叹气|苦涩|裂开|爱心|心碎|"
    "拥抱|强|弱|握手|胜利|抱拳|勾引|拳头|合十|咖啡|蛋糕|玫瑰|凋谢|太阳|月亮|庆祝|礼物|红包|福|跳跳|发抖|转圈|笑哭|允悲|"
    "doge|OK"
)
_FACES = re.compile(rf"\[(?:{_NAMED})\]|{_ROUND}|{_BARE}|[{_PICTURES}]+")


def without_faces(text: str) -> str:
    """The text with a blank for every face."""
    return _FACES.sub(" ", text)
