"""What a bureau sets of its 公众号 in `wechat.yml`: its words, default region, scenes and menu. No secrets, no policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from koujing.desk.fields import Place, mapping, region_id, words
from koujing.desk.wechat.menu import Button, check
from koujing.knowledge.regions import Regions
from koujing.knowledge.yaml_lines import Document, read_document

__all__ = ["PHRASES", "Profile", "load_profile"]

# Every phrase, with what may be filled in.
PHRASES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("not_located", "voice", "media", "busy", "sorry", "hold", "more", "unsure", "digits",
         "suggestions", "contacts", "full", "transfer", "items", "dont_know", "rest"),
        frozenset(),
    ),
    "welcome": frozenset({"title"}),
    "region_set": frozenset({"region"}),
    "located": frozenset({"region"}),
    "earlier": frozenset({"question"}),
    "about": frozenset({"question"}),
    "receipt": frozenset({"code"}),
}  # fmt: skip
_REQUIRED = {"title", "region", "transfer", "scenes", "menu", "phrases", "fetch", "again"}
_SCENE = re.compile(r"[\x21-\x7e]{1,64}")
_LONGEST_PHRASE = 300


@dataclass(frozen=True)
class Profile:
    """The account's own words and presets; `says` is what a click on a menu's key stands for."""

    title: str
    region: str | None
    transfer: bool
    scenes: Mapping[str, str]
    menu: tuple[Button, ...]
    says: Mapping[str, str]
    phrases: Mapping[str, str]
    fetch: frozenset[str]
    again: frozenset[str]


def load_profile(path: Path, regions: Regions) -> Profile:
    """The file.

    Raises:
        PolicyFileError: it cannot be used; says the line, what, why and how to mend.
    """
    document = read_document(path)
    data = mapping(document, (), _REQUIRED, _REQUIRED)
    if not isinstance(data["transfer"], bool):
        raise document.error(["transfer"], f"“{data['transfer']}”不对", "这是开关", "写 true 或 false")
    menu = tuple(_button(document, ("menu", n)) for n in range(len(_list(document, ("menu",)))))
    check(menu)
    return Profile(
        title=words(document, ("title",), data["title"]),
        region=region_id(document, ("region",), data["region"], regions),
        transfer=data["transfer"],
        scenes=_scenes(document, data["scenes"], regions),
        menu=menu,
        says=_says(document, menu),
        phrases=_phrases(document),
        fetch=_texts(document, ("fetch",)),
        again=_texts(document, ("again",)),
    )


def _phrases(document: Document) -> dict[str, str]:
    data = mapping(document, ("phrases",), set(PHRASES), set(PHRASES))
    return {name: _phrase(document, ("phrases", name), data[name], PHRASES[name]) for name in PHRASES}


def _phrase(document: Document, place: Place, value: Any, fills: frozenset[str]) -> str:
    text = words(document, place, value, longest=_LONGEST_PHRASE)
    can = f"可用的：{'、'.join(f'{{{fill}}}' for fill in sorted(fills))}" if fills else "这一句里不能有 {…}"
    try:
        used = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise document.error(place, f"花括号不成对：{error}", "{…} 会换成当时的内容", can) from error
    if not used <= fills:
        raise document.error(place, f"不认识“{{{min(used - fills)}}}”", "{…} 会换成当时的内容", can)
    return text


def _button(document: Document, place: Place) -> Button:
    """One entry of the menu; how many and how long they may be is checked where the menu is made."""
    data = mapping(document, place, {"name"}, {"name", "key", "says", "url", "sub"})
    kinds = [kind for kind in ("says", "url", "sub") if data.get(kind) is not None]
    if len(kinds) != 1:
        raise document.error(place, "按钮要有 says、url、sub 中的一个", "点了它要有一件事发生", "留一个，去掉其余")
    if (kinds[0] == "says") != ("key" in data):
        raise document.error(
            place, "key 和 says 要一起写", "微信按 key 告诉我们点了哪个", "如 key: refund，几个按钮不能相同"
        )
    return Button(
        name=words(document, (*place, "name"), data["name"]),
        key=words(document, (*place, "key"), data["key"]) if "key" in data else None,
        says=words(document, (*place, "says"), data["says"]) if "says" in data else None,
        url=words(document, (*place, "url"), data["url"], longest=1024) if "url" in data else None,
        sub=tuple(
            _button(document, (*place, "sub", n))
            for n in range(len(_list(document, (*place, "sub"))) if kinds[0] == "sub" else 0)
        ),
        where=(document.path, document.line((*place, "name"))),
    )


def _says(document: Document, menu: tuple[Button, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for button in (each for top in menu for each in (top, *top.sub)):
        if button.key is None or button.says is None:
            continue
        if button.key in found:
            raise document.error(["menu"], f"key“{button.key}”用了两次", "分不清点了哪个按钮", "每个按钮用不同的 key")
        found[button.key] = button.says
    return found


def _scenes(document: Document, value: Any, regions: Regions) -> dict[str, str]:
    if not isinstance(value, dict):
        raise document.error(
            ["scenes"], "scenes 应为键和值", "场景值对应地区", "没有写 {}，有则如 kj_xingcheng: xingcheng"
        )
    for scene in value:
        if not (isinstance(scene, str) and _SCENE.fullmatch(scene)):
            how = "用 1 到 64 个英文字母、数字和符号；是数字的加引号"
            raise document.error(["scenes", scene], f"场景值“{scene}”不对", "微信只接受这样的", how)
        if region_id(document, ("scenes", scene), value[scene], regions) is None:
            raise document.error(["scenes", scene], "没有写地区", "场景是为了定地区", "写地区 id，如 xingcheng")
    return dict(value)


def _texts(document: Document, place: Place) -> frozenset[str]:
    return frozenset(words(document, (*place, n), text) for n, text in enumerate(_list(document, place)))


def _list(document: Document, place: Place) -> list[Any]:
    data = document.data
    for step in place:
        data = data[step]
    if not isinstance(data, list):
        raise document.error(place, f"“{place[-1]}”应为列表", "可以有几项", "没有写 []")
    return data
