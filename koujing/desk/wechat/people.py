"""The followers as the desk knows them: a conversation, a region, and whether a person serves them now."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from koujing.store.followers import Followers
from koujing.store.store import Store
from koujing.store.trackers import Trackers
from koujing.store.visits import Visits

__all__ = ["People", "Person"]


@dataclass(frozen=True)
class Person:
    """Who sent something. `human`: WeChat's own customer service serves them; `held`: one of our operators does."""

    session_id: str
    region: str | None
    human: bool
    held: bool = False


class People:
    """Blocking, as the store is. An openid is never a session's name by itself: another channel could claim it."""

    def __init__(self, appid: str, store: Store, followers: Followers, visits: Visits, trackers: Trackers) -> None:
        self._client = f"wechat:{appid}"
        self._store, self._followers, self._visits, self._trackers = store, followers, visits, trackers

    def seen(self, openid: str) -> Person:
        """The follower with this openid, known from now on."""
        follower = self._followers.seen(openid)
        session_id = self._store.session(self._client, openid)
        held = self._store.takeovers.held(session_id)
        return Person(session_id, follower.region, follower.human, held)

    def place(self, openid: str, region: str) -> None:
        """Answer a follower for this region from here on."""
        self._followers.place(openid, region)

    def serve(self, openid: str, *, by_person: bool) -> None:
        """Say whether a person serves a follower."""
        self._followers.serve(openid, by_person=by_person)

    def forget(self, openid: str) -> None:
        """Remove everything kept of a follower: conversation, receipts, facts, region."""
        self._followers.remove(openid)
        visit = self._visits.find(self._client, openid)
        if visit is not None:
            self._visits.remove(visit.session_id)
            self._trackers.remove(visit.session_id)

    async def cleared(self, session_id: str) -> None:
        """Remove what Rasa was told of a conversation since it was removed here."""
        await run_in_threadpool(self._trackers.remove, session_id)
