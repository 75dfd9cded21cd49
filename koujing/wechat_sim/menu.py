"""The account's custom menu, checked against the platform's limits."""

from __future__ import annotations

from typing import Any

__all__ = ["as_current", "check", "keys_of"]

Button = dict[str, Any]

TOP, SUB = 3, 5
_TOP_NAME, _SUB_NAME, _KEY, _URL = 16, 60, 128, 1024
_WITH_KEY = frozenset(
    {
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    }
)


def check(menu: Any) -> int:
    """0, or the error code with which the platform refuses it."""
    buttons = menu.get("button") if isinstance(menu, dict) else None
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= TOP:
        return 40016
    for button in buttons:
        sub = button.get("sub_button")
        if not _sized(button, _TOP_NAME):
            return 40018
        if not sub:
            if code := _leaf(button, 40017, 40019, 40020):
                return code
            continue
        if len(sub) > SUB:
            return 40023
        for each in sub:
            if not _sized(each, _SUB_NAME):
                return 40025
            if code := _leaf(each, 40024, 40026, 40027):
                return code
    return 0


def keys_of(menu: Button) -> dict[str, tuple[str, str | None]]:
    """Key and address of what can be pressed, by key and by name."""
    found = {}
    for button in menu["button"]:
        for each in button.get("sub_button") or [button]:
            entry = (each.get("key", ""), each.get("url"))
            found[each["name"]] = entry
            if entry[0]:
                found[entry[0]] = entry
    return found


def as_current(menu: Button) -> dict[str, Any]:
    """As `get_current_selfmenu_info` tells it: lists of sub-buttons stand in a `list` of their own."""
    shown = []
    for button in menu["button"]:
        plain = {name: value for name, value in button.items() if name != "sub_button"}
        shown.append({**plain, "sub_button": {"list": button["sub_button"]}} if button.get("sub_button") else plain)
    return {"is_menu_open": 1, "selfmenu_info": {"button": shown}}


def _sized(button: Button, longest: int) -> bool:
    name = button.get("name")
    return isinstance(name, str) and 0 < len(name.encode()) <= longest


def _leaf(button: Button, wrong_type: int, wrong_key: int, wrong_url: int) -> int:
    kind = button.get("type")
    if kind in _WITH_KEY:
        return 0 if 0 < len(str(button.get("key") or "").encode()) <= _KEY else wrong_key
    if kind == "view":
        return 0 if 0 < len(str(button.get("url") or "").encode()) <= _URL else wrong_url
    return wrong_type
