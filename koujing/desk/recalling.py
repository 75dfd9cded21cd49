"""Withdraws receipts (收回) from the command line, and tells the people who can be reached, each once.

It works beside desks that run: what it writes for a person is an event of the website, or a part in WeChat's outbox, which
a desk shows or sends within seconds. WeChat's quota is asked for here and held there, so no rule of the platform is broken.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.desk.console.opening import user
from koujing.desk.holding import UnreachableError
from koujing.desk.recall_wordings import RecallWordings, load_recall_wordings
from koujing.desk.wechat.quota import LIMITS
from koujing.desk.wechat.split import split
from koujing.errors import ProgramError
from koujing.settings import Settings
from koujing.store import talk_rows
from koujing.store.audit import Audit
from koujing.store.database import open_database
from koujing.store.errors import StoreError
from koujing.store.events import Events
from koujing.store.recalls import Carried, Recalls, Wrong
from koujing.store.wechat_quota import Quotas
from koujing.store.wechat_speaking import WeChatSpeaking

__all__ = ["NONE", "TICKET", "WEB", "WECHAT", "Found", "Recalling", "Wrong", "opened"]

WEB, WECHAT, TICKET, NONE = "web", "wechat", "ticket", "none"


@dataclass(frozen=True)
class Found:
    """A receipt, and how its person can be reached: `web`, `wechat`, `ticket` (by who answers it) or `none`."""

    carried: Carried
    reach: str


class Recalling:
    """Blocking. `by` is who does it, for the audit."""

    def __init__(self, engine: Engine, clock: Clock, settings: Settings, wordings: RecallWordings, by: str) -> None:
        self._engine, self._clock, self._wordings, self._by = engine, clock, wordings, by
        self._recalls, self._audit, self._events = Recalls(engine, clock), Audit(engine, clock), Events(engine, clock)
        self._speaking, self._quotas = WeChatSpeaking(engine, clock), Quotas(engine, LIMITS)
        self._idle = dt.timedelta(hours=settings.web_idle_hours)

    def find(self, wrong: Wrong) -> list[Found]:
        """Every receipt that carried it, with how its person can be reached now. That it was looked up is audited."""
        carried = self._recalls.find(wrong)
        spoken = self._recalls.spoken([one.session_id for one in carried if one.client.startswith("web:")])
        wechat = self._wechat({one.session_id: one.client for one in carried if one.client.startswith("wechat:")})
        found = [Found(one, self._reach(one, spoken, wechat)) for one in carried]
        self._audit.note(None, "receipts_list", wrong.caliber, {"by": self._by, "count": len(found)})
        return found

    def withdraw(self, wrong: Wrong, note: str, corrected: str | None) -> int:
        """Withdraw all of them that are not; how many were."""
        return self._recalls.withdraw(wrong, note, corrected, self._by)

    def tell(self, found: Iterable[Found]) -> Iterator[tuple[str, int]]:
        """Tell each person once, one after the other: the channel and how many receipts of theirs it was about.

        Who was told before, by another run too, is passed over. May be stopped and called again.
        """
        waiting = [one for one in found if one.reach in (WEB, WECHAT) and one.carried.told_at is None]
        waiting.sort(key=lambda one: (one.carried.session_id, one.carried.caliber))
        for (session_id, caliber), group in groupby(
            waiting, key=lambda one: (one.carried.session_id, one.carried.caliber)
        ):
            theirs = list(group)
            try:
                told = self._tell(session_id, caliber, theirs[0].reach, [one.carried.receipt for one in theirs])
            except UnreachableError:
                continue
            if told:
                yield theirs[0].reach, told

    def _tell(self, session_id: str, caliber: str, reach: str, codes: Sequence[str]) -> int:
        with self._engine.begin() as connection:
            # The session first, as everybody who speaks in it does; gone means that there is nobody to tell.
            if talk_rows.lock(connection, session_id) is None:
                return 0
            new = self._recalls.mark_told(connection, caliber, codes)
            recall = self._recalls.many(new).get(new[0]) if new else None
            if recall is None:
                return 0
            text = self._wordings.told_of(recall, new)
            if reach == WEB:
                self._events.add_notice(connection, session_id, text)
            else:
                key = hashlib.sha256(f"{caliber}\0{new[0]}".encode()).hexdigest()[:32]
                if not self._speaking.say(connection, session_id, f"recall-{key}", split(text)):
                    raise UnreachableError("the follower is gone")
            self._recalls.audited(connection, caliber, self._by, reach, len(new))
        return len(new)

    def _reach(self, one: Carried, spoken: Mapping[str, dt.datetime], wechat: Mapping[str, bool]) -> str:
        if one.session_id in spoken and self._clock.now() - spoken[one.session_id] <= self._idle:
            return WEB
        if wechat.get(one.session_id):
            return WECHAT
        return TICKET if one.ticket else NONE

    def _wechat(self, clients: Mapping[str, str]) -> dict[str, bool]:
        """Whether each of these conversations has a window open with a push left."""
        found = {}
        for session_id, client in clients.items():
            follower = self._speaking.follower(session_id)
            appid = client.removeprefix("wechat:")
            found[session_id] = follower is not None and self._left(appid, follower.openid) > 0
        return found

    def _left(self, appid: str, openid: str) -> int:
        name = hashlib.sha256(f"{appid}\0{openid}".encode("utf-8", "surrogatepass")).hexdigest()
        return self._quotas.left(name, self._clock.now())[0]


@contextmanager
def opened(settings: Settings, clock: Clock | None = None) -> Iterator[Recalling]:
    """With the database of the settings, until the end of the block.

    Raises:
        ProgramError: it cannot be opened.
    """
    try:
        engine = open_database(settings)
    except StoreError as error:
        raise ProgramError(str(error)) from error
    try:
        yield Recalling(engine, clock or Clock(), settings, load_recall_wordings(), f"命令行（{user()}）")
    finally:
        engine.dispose()
