"""A conversation made ready for an operator: what the citizen said already, what the bot made of it, and each line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from koujing.answering.asked import Situation
from koujing.clock import SHANGHAI, Clock
from koujing.desk.console.assist.cards import Card, badge, card
from koujing.desk.recall_wordings import load_recall_wordings
from koujing.desk.web.shown import View
from koujing.knowledge.base import Knowledge
from koujing.knowledge.facts import Fact, FactValueError
from koujing.store.talk_lists import Item, Talk

__all__ = ["CHANNELS", "REASONS", "Line", "ShownTalk", "Shows", "ago", "channel_name"]

CHANNELS: Mapping[str, str] = {"web": "网站", "wechat": "微信", "api": "接口"}
REASONS: Mapping[str, str] = {
    "asked": "要找人工",
    "callback": "请人回电",
    "transfer": "同事转来",
    "lapsed": "接手人久未回复",
}
_CITIZEN = frozenset({"message", "heard"})
# Replies that decide something, or say what holds.
_JUDGED = frozenset({"determined", "listed", "answered", "referred", "clarifying", "quoted"})
_STATES: Mapping[str, str] = {
    "sent": "已送达", "sending": "正在发送", "waiting": "等对方下次发消息时送到", "doubtful": "可能没有送到", "lost": "没有送到"
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line: `kind` as of `Item`, `card` of a reply, `mark` what an operator's words rest on, `state` how they went."""

    at: dt.datetime
    kind: str
    text: str
    by: str | None = None
    card: Card | None = None
    badge: tuple[str, str] | None = None
    mark: str = ""
    state: str = ""
    state_kind: str = ""
    pending: bool = False


@dataclass(frozen=True)
class ShownTalk:
    """A conversation on its page. `known` is what the citizen told: label, value, words it was read from."""

    lines: Sequence[Line]
    known: Sequence[tuple[str, str, str | None]]
    last: Card | None
    region: str | None
    situation: Situation
    asked: str | None = None
    names: Sequence[str] = field(default=())


class Shows:
    """Holds no conversation."""

    def __init__(self, knowledge: Knowledge, clock: Clock, view: View) -> None:
        self._knowledge, self._clock, self._view = knowledge, clock, view
        self._recalls = load_recall_wordings()

    def shown(self, items: Sequence[Item], states: Mapping[str, str]) -> ShownTalk:
        """All of it; `states` tells how an operator's words went."""
        cards: dict[int, Card | None] = {n: self._card(item) for n, item in enumerate(items) if item.reply}
        told = self._told(items)
        judged = [card for card in cards.values() if card is not None and card.reply["status"] in _JUDGED]
        region = next((item.reply["region"] for item in reversed(items) if item.reply and item.reply["region"]), None)
        facts = {id: fact for id, (fact, _) in told.items()}
        asked = judged[-1].reply["ask"] if judged else None
        return ShownTalk(
            lines=[self._line(item, cards.get(n), states) for n, item in enumerate(items)],
            known=[(self._knowledge.facts[id].label, self._words(id, fact), said) for id, (fact, said) in told.items()],
            last=judged[-1] if judged else None,
            region=region,
            situation=Situation(region, self._clock.today(), facts),
            asked=asked["question"] if asked else None,
        )

    def _card(self, item: Item) -> Card | None:
        assert item.reply is not None
        try:
            return card(item.reply, self._knowledge, self._view)
        except Exception:
            return None

    def _line(self, item: Item, made: Card | None, states: Mapping[str, str]) -> Line:
        data = item.data or {}
        if item.reply is not None:
            judged = made is not None and item.reply["status"] in _JUDGED
            sure = (badge(item.reply), made.badge_text) if made is not None and judged else None
            recall = data.get("recalled")
            state = self._recalls.notice_of(recall) if recall else ""
            return Line(item.at, "reply", item.reply["text"], card=made, badge=sure, state=state, state_kind="lost")
        state = states.get(item.key, "") if item.kind == "operator" else ""
        mark = ("口径" if data.get("calibers") else "自己的话") if item.kind == "operator" else ""
        text = item.text
        if item.kind == "transferred":
            text = f"转给{data.get('name', '')}" + (f"：{item.text}" if item.text else "")
        return Line(
            item.at,
            "citizen" if item.kind in _CITIZEN else item.kind,
            text,
            by=item.by,
            mark=mark,
            state=_STATES.get(state, ""),
            state_kind=state,
            pending=item.kind == "message" and data.get("state") == "pending",
        )

    def _told(self, items: Sequence[Item]) -> dict[str, tuple[Fact, str | None]]:
        """The facts of the newest reply that rests on any, and what was told to a person since."""
        told: dict[str, tuple[Fact, str | None]] = {}
        for item in items:
            if item.reply is not None and item.reply["facts"]:
                told = {}
                for id, fact in item.reply["facts"].items():
                    self._add(told, id, fact["value"], fact.get("said"), confirmed=fact.get("confirmed", True))
            elif item.kind == "heard":
                for id, value in (item.data or {}).get("facts", {}).items():
                    self._add(told, id, value, item.text)
        return told

    def _add(self, told: dict[str, Any], id: str, value: Any, said: str | None, *, confirmed: bool = True) -> None:
        kind = self._knowledge.facts.get(id)
        if kind is None:
            return
        try:
            told.pop(id, None)
            told[id] = (Fact(kind.parse(value), said, confirmed), said)
        except FactValueError:
            return

    def _words(self, id: str, fact: Fact) -> str:
        return self._knowledge.facts[id].words(fact.value)


def channel_name(talk: Talk) -> str:
    """Where a conversation takes place."""
    return CHANNELS[talk.channel.partition(":")[0]]


def ago(since: dt.datetime | None, now: dt.datetime) -> str:
    """How long something lasts, for people who decide whom to see to first."""
    if since is None:
        return ""
    minutes = int((now - since).total_seconds() // 60)
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return f"{minutes} 分钟"
    local = since.astimezone(SHANGHAI)
    return f"{minutes // 60} 小时" if minutes < 24 * 60 else f"{local:%m-%d %H:%M}"
