"""Puts the account's side of the desk together from the settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Engine

from koujing.clock import Clock
from koujing.desk.limits import Limits
from koujing.desk.wechat.account import Account
from koujing.desk.wechat.delivery import Delivery
from koujing.desk.wechat.demo import account_of
from koujing.desk.wechat.guard import Guard
from koujing.desk.wechat.measuring import MeasuredPush
from koujing.desk.wechat.offers import Screen
from koujing.desk.wechat.opening import open_api
from koujing.desk.wechat.people import People
from koujing.desk.wechat.profile import Profile, load_profile
from koujing.desk.wechat.pushing import Pusher
from koujing.desk.wechat.quota import Ledger
from koujing.desk.wechat.render import Screens
from koujing.desk.wechat.service import WeChat
from koujing.desk.wechat.speaking import WeChatVoice
from koujing.desk.wechat.turns import Answer
from koujing.desk.wechat.whereabouts import Whereabouts
from koujing.knowledge.base import Knowledge
from koujing.settings import Settings
from koujing.store.followers import Followers
from koujing.store.shared import Shared
from koujing.store.store import Store
from koujing.store.trackers import trackers_of
from koujing.store.visits import Visits
from koujing.store.wechat import WeChatStore
from koujing.store.wechat_speaking import WeChatSpeaking
from koujing.watching.desk import DeskMetrics

__all__ = ["WeChatParts", "official_account", "wechat_parts"]


@dataclass(frozen=True)
class WeChatParts:
    """What an account needs besides the desk's own parts, made once at start."""

    account: Account
    profile: Profile
    store: WeChatStore
    speaking: WeChatSpeaking
    people: People
    pusher: Pusher
    shared: Shared


def wechat_parts(
    settings: Settings, knowledge: Knowledge, engine: Engine, clock: Clock, store: Store, shared: Shared
) -> WeChatParts | None:
    """All of them; None where no account is set.

    Raises:
        SettingsError: the account's settings cannot be used.
        PolicyFileError: `wechat.yml` cannot be used.
    """
    account = account_of(settings)
    if account is None:
        return None
    appid = account.appid
    trackers = trackers_of(settings, engine)
    return WeChatParts(
        account=account,
        profile=load_profile(settings.wechat, knowledge.regions),
        store=WeChatStore(engine, clock, appid, outbox_seconds=60 * settings.wechat_outbox_minutes),
        speaking=WeChatSpeaking(engine, clock),
        people=People(appid, store, Followers(engine, clock, appid), Visits(engine), trackers),
        pusher=Pusher(open_api(settings, account, clock, shared), Ledger(engine, appid, clock.now), account),
        shared=shared,
    )


def official_account(
    parts: WeChatParts,
    settings: Settings,
    knowledge: Knowledge,
    clock: Clock,
    answer: Answer,
    limits: Limits,
    metrics: DeskMetrics,
) -> WeChat:
    """The account's side of the desk, whose questions `answer` answers."""
    profile = parts.profile
    screens = Screens(knowledge, settings.public_url, profile.phrases)

    def render(replies: Sequence[dict[str, Any]]) -> Screen:
        # Who is handed over to WeChat's own customer service is told so by the platform, not by us.
        if profile.transfer and any(reply["status"] == "handed_off" for reply in replies):
            return Screen((profile.phrases["transfer"],))
        with metrics.stages.stage("rendering"):
            return screens(replies)

    delivery = Delivery(
        store=parts.store,
        answer=answer,
        render=render,
        push=MeasuredPush(parts.pusher, metrics),
        phrases=profile.phrases,
        clock=clock,
        cleared=parts.people.cleared,
        answer_seconds=settings.answer_seconds,
    )
    return WeChat(
        account=parts.account,
        profile=profile,
        guard=Guard(parts.account, parts.shared, clock.now),
        delivery=delivery,
        people=parts.people,
        whereabouts=Whereabouts(knowledge.regions),
        push=parts.pusher,
        limit=limits.rate("wechat messages", settings.wechat_messages_per_minute),
        clock=clock,
        voice=WeChatVoice(parts.speaking, parts.pusher, delivery.kick),
        metrics=metrics,
    )
