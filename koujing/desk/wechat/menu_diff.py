"""What differs between two menus, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["differences"]

# Types of buttons that are made on the platform's own pages, or by other programs.
_KIND = {
    "text": "回复文字",
    "news": "回复图文",
    "img": "回复图片",
    "photo": "回复图片",
    "video": "回复视频",
    "voice": "回复语音",
    "miniprogram": "打开小程序",
    "media_id": "回复素材",
    "view_limited": "打开图文",
    "article_id": "回复图文",
    "article_view_limited": "打开图文",
    "scancode_push": "扫码",
    "scancode_waitmsg": "扫码",
    "pic_sysphoto": "拍照",
    "pic_photo_or_album": "发图片",
    "pic_weixin": "发图片",
    "location_select": "发位置",
}
_LONGEST = 40

Form = dict[str, Any]
Path = tuple[str, ...]


def differences(old: Sequence[Form], new: Sequence[Form], says: Mapping[str, str]) -> list[str]:
    """A line for each difference, none where the menus are alike.

    Args:
        old: a menu in the platform's form, as the followers see it.
        new: the one that is to take its place.
        says: what the keys stand for.
    """
    before, after = dict(_flat(old)), dict(_flat(new))
    lines = []
    for path in [*after, *(path for path in before if path not in after)]:
        name = " › ".join(path)
        if path not in before:
            lines.append(f"＋ 新增  {name}：{_does(after[path], says)}")
        elif path not in after:
            lines.append(f"－ 去掉  {name}：{_does(before[path], says)}")
        elif _act(before[path]) != _act(after[path]):
            lines.append(f"～ 改动  {name}：{_does(before[path], says)} → {_does(after[path], says)}")
    return lines + _moved(list(before), list(after))


def _flat(menu: Sequence[Form], above: Path = ()) -> list[tuple[Path, Form]]:
    found: list[tuple[Path, Form]] = []
    for button in menu:
        path = (*above, str(button.get("name", "")))
        found += [(path, button), *_flat(button.get("sub_button", ()), path)]
    return found


def _act(button: Form) -> Any:
    """What a tap does; the sub-buttons are compared one by one."""
    return "sub" if "sub_button" in button else [button.get(name) for name in ("type", "key", "url", "value")]


def _does(button: Form, says: Mapping[str, str]) -> str:
    if "sub_button" in button:
        return f"展开 {len(button['sub_button'])} 个子按钮"
    kind, key = str(button.get("type", "")), str(button.get("key", ""))
    if kind == "click":
        return f"替粉丝说“{says[key]}”（key {key}）" if key in says else f"点击（key {key}）"
    if kind == "view":
        return f"打开 {button.get('url', '')}"
    value = str(button.get("value") or button.get("url") or key)
    short = value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
    return f"{_KIND.get(kind, kind)}{f'（{short}）' if short else ''}"


def _moved(before: list[Path], after: list[Path]) -> list[str]:
    lines = []
    for above in dict.fromkeys(path[:-1] for path in after):
        old = [path[-1] for path in before if path[:-1] == above and path in after]
        new = [path[-1] for path in after if path[:-1] == above and path in before]
        if old != new:
            lines.append(f"↕ 次序  {'、'.join(above) or '一级按钮'}：{'、'.join(old)} → {'、'.join(new)}")
    return lines
