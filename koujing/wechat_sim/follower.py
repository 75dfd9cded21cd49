"""A follower with a phone: what they can do to the account, and what has appeared on their screen."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from koujing.wechat_sim.delivery import Delivery
from koujing.wechat_sim.menu import keys_of
from koujing.wechat_sim.quotas import Trigger
from koujing.wechat_sim.screen import Link, Shown, Via

if TYPE_CHECKING:
    from koujing.wechat_sim.platform import Platform

__all__ = ["CannotError", "Follower"]

_TICKET = "gQH47joAAAAAAAAAASxodHRwOi8vd2VpeGlu"
_NUMBERED = re.compile(r"^\d+[.．、]\s*")
_MEDIA = "MediaIdOfTheSimulator"
# How long “对方正在输入” stays.
_TYPING = dt.timedelta(seconds=15)


class CannotError(Exception):
    """A phone would not let its owner do this; the message is Chinese."""


class Follower:
    """One person. Every act that reaches the account comes back when the platform is done with it, tries and all."""

    def __init__(self, platform: Platform, openid: str, *, following: bool = True) -> None:
        self.openid, self.following = openid, following
        self.seen: list[Shown] = []
        self.staff: str | None = None
        self.wrote: dt.datetime | None = None
        self._platform, self._number = platform, 1
        self._typing: dt.datetime | None = None
        self._changed = asyncio.Event()

    async def say(self, text: str, *, menu_id: str | None = None, trigger: Trigger = Trigger.MESSAGE) -> Delivery:
        """Send a text; `menu_id` comes along where an official menu message was tapped."""
        return await self._send({"MsgType": "text", "Content": text, "bizmsgmenuid": menu_id}, trigger)

    async def tap(self, which: str | int) -> Delivery | Link:
        """Tap a link by its label (`1. 条件` also as `条件`) or its number on the screen: what it says is sent; a web page comes back to open.

        Raises:
            CannotError: there is no such link.
        """
        shown, link = self._link(which)
        if link.says is None:
            return link
        # The official page counts a tap in a menu message as a click, not as a message.
        return await self.say(link.says, menu_id=link.menu_id if shown.official_menu else None, trigger=Trigger.CLICK)

    async def voice(self, recognition: str | None) -> Delivery:
        """Send speech; None: the account has speech recognition off; empty: nothing was understood."""
        media = {"MediaId": _MEDIA, "MediaId16K": _MEDIA, "Format": "amr"}
        return await self._send({"MsgType": "voice", **media, "Recognition": recognition})

    async def picture(self) -> Delivery:
        """Send a picture."""
        return await self._send({"MsgType": "image", "PicUrl": "http://mmbiz.qpic.cn/simulated", "MediaId": _MEDIA})

    async def video(self, kind: str = "video") -> Delivery:
        """Send a video, or a `shortvideo`."""
        return await self._send({"MsgType": kind, "MediaId": _MEDIA, "ThumbMediaId": _MEDIA})

    async def share(self, url: str, title: str = "网页") -> Delivery:
        """Send a link to a page."""
        return await self._send({"MsgType": "link", "Title": title, "Description": title, "Url": url})

    async def locate(self, label: str, latitude: str = "40.710000", longitude: str = "120.836000") -> Delivery:
        """Send a place picked on the map."""
        place = {"Location_X": latitude, "Location_Y": longitude, "Scale": 16, "Label": label}
        return await self._send({"MsgType": "location", **place})

    async def follow(self, scene: str | None = None) -> Delivery:
        """Follow the account, by a QR code where a scene is given."""
        self.following = True
        extra = {"EventKey": f"qrscene_{scene}", "Ticket": _TICKET} if scene else {"EventKey": ""}
        return await self.event("subscribe", Trigger.FOLLOW, **extra)

    async def scan(self, scene: str) -> Delivery:
        """Scan a QR code of the account."""
        if not self.following:
            return await self.follow(scene)
        return await self.event("SCAN", Trigger.SCAN, EventKey=scene, Ticket=_TICKET)

    async def unfollow(self) -> Delivery:
        """Leave the account: nothing reaches this person any more."""
        self.following, self.staff = False, None
        self._platform.quotas.close(self.openid)
        return await self.event("unsubscribe", EventKey="")

    async def revoke(self) -> Delivery:
        """Take back the consent to keep personal data."""
        account = self._platform.account
        given = {"Event": "user_authorization_revoke", "OpenID": self.openid, "AppID": account.appid}
        return await self._send({"MsgType": "event", **given, "RevokeInfo": "1,2,3"}, None)

    async def click(self, button: str) -> Delivery | Link:
        """Press a button of the account's menu, by its key or its name; where no menu is set any key goes.

        Raises:
            CannotError: the menu has no such button.
        """
        key, url = button, None
        if menu := self._platform.menu:
            found = keys_of(menu)
            if button not in found:
                raise CannotError(f"菜单里没有“{button}”")
            key, url = found[button]
        if url is None:
            return await self.event("CLICK", Trigger.CLICK, EventKey=key)
        await self.event("VIEW", EventKey=url)
        return Link(button, url)

    async def event(self, name: str, trigger: Trigger | None = None, **fields: Any) -> Delivery:
        """Any event at all."""
        return await self._send({"MsgType": "event", "Event": name, **fields}, trigger)

    async def _send(self, fields: dict[str, Any], trigger: Trigger | None = Trigger.MESSAGE) -> Delivery:
        left = fields.get("Event") in {"unsubscribe", "user_authorization_revoke"}
        if not self.following and not left:
            raise CannotError("还没有关注这个公众号")
        self._number = 1
        if fields["MsgType"] != "event":
            self.wrote = self._platform.now()
        return await self._platform.deliver(self, fields, trigger)

    async def sees(
        self, text: str | None = None, *, via: Via | None = None, after: int = 0, within: float = 10.0
    ) -> Shown:
        """The first message, not counting the `after` earliest, with this text in it; waits for it.

        Raises:
            TimeoutError: it does not appear.
        """
        return await asyncio.wait_for(self._appears(text, via, after), within)

    async def _appears(self, text: str | None, via: Via | None, after: int) -> Shown:
        while True:
            for shown in self.seen[after:]:
                if (text is None or text in shown.words) and via in {None, shown.via}:
                    return shown
            self._changed.clear()
            await self._changed.wait()

    def show(self, via: Via, text: str, *, answers: str | None = None, official_menu: bool = False) -> None:
        """Let something appear on the screen of one who follows."""
        if not self.following:
            return
        shown = Shown(self._platform.now(), via, text, self._number, answers, official_menu)
        self._number += len(shown.links)
        self._typing = None
        self.seen.append(shown)
        self._changed.set()
        self._platform.appeared(self, shown)

    @property
    def typing(self) -> bool:
        """Whether “对方正在输入” is shown."""
        return self._typing is not None and self._platform.now() < self._typing

    def type(self, on: bool) -> None:
        """Show or hide “对方正在输入”."""
        self._typing = self._platform.now() + _TYPING if on else None

    def _link(self, which: str | int) -> tuple[Shown, Link]:
        for shown in reversed(self.seen):
            for number, link in enumerate(shown.links, shown.number):
                if which in {number, link.label, _NUMBERED.sub("", link.label)}:
                    return shown, link
        raise CannotError(f"屏幕上没有{f'编号 {which} 的链接' if isinstance(which, int) else f'“{which}”这个链接'}")
