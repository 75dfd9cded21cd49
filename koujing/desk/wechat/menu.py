"""The menu of a 公众号: from `wechat.yml` to the platform's form, what differs from the one online, and publishing it.

Limits from the pages createCustomMenu and getCurrentSelfmenuInfo, read 2026.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from koujing.desk.wechat.api import Api
from koujing.knowledge.errors import PolicyFileError

__all__ = ["Button", "check", "online", "platform_form", "publish", "too_wide"]

_CREATE = "/cgi-bin/menu/create"
_DELETE = "/cgi-bin/menu/delete"
_CURRENT = "/cgi-bin/get_current_selfmenu_info"

_TOP, _SUB = 3, 5
_NAME_BYTES = {False: 16, True: 60}
_KEY_BYTES, _URL_BYTES = 128, 1024
# What a telephone shows of a name, in halves of a 汉字; the rest becomes "...".
_WIDTH = {False: 8, True: 16}

Form = dict[str, Any]


@dataclass(frozen=True)
class Button:
    """One button: it says something for the follower (known to the platform by its key), opens an address, or has sub-buttons.

    `where` is the file and line that errors name.
    """

    name: str
    says: str | None = None
    url: str | None = None
    key: str | None = None
    sub: tuple[Button, ...] = ()
    where: tuple[Path, int] = field(default=(Path("wechat.yml"), 1), compare=False)


def check(menu: Sequence[Button]) -> None:
    """See that the platform will take the menu.

    Raises:
        PolicyFileError: it will not; says the line, what, why and how to mend.
    """
    if len(menu) > _TOP:
        raise _wrong(menu[_TOP], f"一级按钮有 {len(menu)} 个", f"微信最多放 {_TOP} 个", "并入别的按钮作子按钮，或去掉")
    keys: set[str] = set()
    for button in menu:
        _check(button, is_sub=False)
        if len(button.sub) > _SUB:
            what = f"“{button.name}”有 {len(button.sub)} 个子按钮"
            raise _wrong(button.sub[_SUB], what, f"微信最多放 {_SUB} 个", "挪到别的一级按钮下，或去掉")
        for sub in button.sub:
            _check(sub, is_sub=True)
        _unlike(button.sub)
    _unlike(menu)
    for button in _all(menu):
        if button.key is not None and button.key in keys:
            raise _wrong(button, f"key“{button.key}”用了两次", "分不清点了哪个按钮", "每个按钮用不同的 key")
        keys.update(filter(None, [button.key]))


def too_wide(menu: Sequence[Button]) -> Iterator[Button]:
    """Buttons whose name a telephone does not show whole; the platform takes them."""
    for button in menu:
        yield from (one for one, sub in ((button, False), *((s, True) for s in button.sub)) if _wide(one.name, sub))


def platform_form(menu: Sequence[Button]) -> list[Form]:
    """The menu as the platform takes it."""
    return [_form(button) for button in menu]


async def online(api: Api) -> list[Form]:
    """The menu that followers see now, also one made on the platform's own pages, in the form of `platform_form`.

    Raises:
        ApiError: it cannot be read.
    """
    answer = await api.call(_CURRENT)
    if not answer.get("is_menu_open"):
        return []
    return [_read(button) for button in (answer.get("selfmenu_info") or {}).get("button", [])]


async def publish(api: Api, menu: Sequence[Button]) -> None:
    """Put the menu online; an empty one takes the menu away.

    Raises:
        PolicyFileError: the platform would not take it; nothing was called.
        ApiError: it was not published.
    """
    check(menu)
    if menu:
        await api.call(_CREATE, {"button": platform_form(menu)})
    else:
        await api.call(_DELETE)


def _check(button: Button, *, is_sub: bool) -> None:
    most, kind = _NAME_BYTES[is_sub], "子按钮" if is_sub else "一级按钮"
    if not button.name.strip():
        raise _wrong(button, f"{kind}没有名称", "粉丝看不到它", "写上 name")
    if (size := len(button.name.encode())) > most:
        why = f"{kind}的名称最多 {most} 字节，一个汉字 3 字节"
        raise _wrong(button, f"“{button.name}”有 {size} 字节", why, f"缩到 {most // 3} 个汉字以内")
    does = [part for part in (button.says, button.url, button.sub or None) if part is not None]
    if len(does) != 1 or (is_sub and button.sub):
        one_of = "says、url" if is_sub else "says、url、sub"
        raise _wrong(button, f"“{button.name}”要有 {one_of} 中的一个", "点了它要有一件事发生", "留一个，去掉其余")
    if (button.says is None) != (button.key is None):
        raise _wrong(button, f"“{button.name}”的 key 和 says 要一起写", "微信按 key 告诉我们点了哪个", "如 key: refund")
    if button.key is not None and not 1 <= len(button.key.encode()) <= _KEY_BYTES:
        raise _wrong(button, f"“{button.name}”的 key 不对", f"key 为 1 到 {_KEY_BYTES} 字节", "用短的英文，如 refund")
    if button.url is not None and not (
        button.url.startswith(("https://", "http://")) and len(button.url.encode()) <= _URL_BYTES
    ):
        why = f"要以 https:// 或 http:// 开头，最多 {_URL_BYTES} 字节"
        raise _wrong(button, f"“{button.name}”的网址不对", why, "写完整的网址")


def _unlike(buttons: Sequence[Button]) -> None:
    seen: set[str] = set()
    for button in buttons:
        if button.name in seen:
            raise _wrong(button, f"有两个“{button.name}”", "粉丝分不清", "改名其中一个")
        seen.add(button.name)


def _all(menu: Sequence[Button]) -> Iterator[Button]:
    for button in menu:
        yield button
        yield from button.sub


def _wrong(button: Button, what: str, why: str, how: str) -> PolicyFileError:
    return PolicyFileError(*button.where, what, why, how)


def _wide(name: str, is_sub: bool) -> bool:
    return sum(2 if unicodedata.east_asian_width(sign) in "FWA" else 1 for sign in name) > _WIDTH[is_sub]


def _form(button: Button) -> Form:
    if button.sub:
        return {"name": button.name, "sub_button": [_form(sub) for sub in button.sub]}
    if button.url is not None:
        return {"type": "view", "name": button.name, "url": button.url}
    return {"type": "click", "name": button.name, "key": button.key}


def _read(button: Form) -> Form:
    subs = button.get("sub_button") or {}
    listed = subs.get("list", []) if isinstance(subs, dict) else subs
    if listed:
        return {"name": button.get("name", ""), "sub_button": [_read(sub) for sub in listed]}
    known = ("type", "name", "key", "url", "value")
    return {name: button[name] for name in known if button.get(name)}
