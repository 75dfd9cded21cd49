"""Holds the senders' ledger against the databases: nothing lost, nothing doubled, every receipt as it was given."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from koujing.store.privacy import join, split
from soak.following import Followers
from soak.ledger import ANSWERED, ASK, CHANNELS, FAILED, NOTHING, REFUSED, WEB, WECHAT, Ledger

__all__ = ["Balance", "Books", "wechat_screens"]

_SHOWN = 5


@dataclass
class Balance:
    """Lines of a table, and what does not balance."""

    rows: list[tuple[str, ...]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def expect(self, so: bool, words: str) -> None:
        """Something that must be."""
        if not so:
            self.wrong.append(words)

    def none_of(self, found: Iterable[Any], words: str) -> None:
        """There must be none of these."""
        kept = [str(each) for each in found]
        if kept:
            self.wrong.append(f"{words}：{len(kept)} 例，如 {'；'.join(kept[:_SHOWN])}")


class Books:
    """Reads both databases; writes nothing."""

    def __init__(self, desk: str, conversations: str) -> None:
        self._desk: Engine = create_engine(desk)
        self._rasa: Engine = self._desk if conversations == desk else create_engine(conversations)

    def close(self) -> None:
        """Give up the connections."""
        self._desk.dispose()
        self._rasa.dispose()

    def rows(self, query: str, engine: Engine | None = None) -> list[Any]:
        """All rows."""
        with (engine or self._desk).connect() as connection:
            return list(connection.execute(text(query)).all())

    def balance(self, ledger: Ledger) -> Balance:
        """The whole of it; replays are for the senders to ask."""
        balance = Balance()
        balance.wrong += ledger.wrong
        self._senders(ledger, balance)
        self._messages(ledger, balance)
        self._website(ledger, balance)
        self._conversations(ledger, balance)
        return balance

    def _senders(self, ledger: Ledger, balance: Balance) -> None:
        for channel, name in CHANNELS.items():
            came = ledger.outcomes(channel)
            entries = list(ledger.of(channel))
            told = sum(entry.failures > 0 for entry in entries if entry.outcome == ANSWERED)
            row = (len(entries), sum(entry.accepted for entry in entries), came[ANSWERED], told, came[FAILED])
            doubled = sum(entry.doubled for entry in entries)
            balance.rows.append((name, *map(str, (*row, came[NOTHING] + came[REFUSED], doubled))))
            balance.none_of((e.id for e in entries if e.doubled), f"{name}：同一答复来了两次")
            balance.none_of(
                (f"{e.id}（{e.text}，{dict(e.troubles)}）" for e in entries if e.outcome == NOTHING),
                f"{name}：没有下文的消息",
            )
            balance.none_of((f"{e.id} {e.refused}" for e in entries if e.refused), f"{name}：被拒绝的消息")

    def _messages(self, ledger: Ledger, balance: Balance) -> None:
        """Of the API and the website: a message is one row with the receipts that its sender has."""
        kept = Counter(row.message_id for row in self.rows("select message_id from messages"))
        codes = defaultdict(list)
        replies = {}
        for row in self.rows("select code, message_id, reply, private from receipts order by message_id, position"):
            codes[row.message_id].append(row.code)
            replies[row.code] = (json.loads(row.reply), json.loads(row.private))
        entries = [*ledger.of(ASK), *ledger.of(WEB)]
        balance.none_of((e.id for e in entries if kept[e.id] > 1), "一条消息记了几次")
        balance.none_of((e.id for e in entries if e.outcome == ANSWERED and not kept[e.id]), "答复过而没有记下")
        balance.none_of((e.id for e in entries if kept[e.id] and e.outcome != ANSWERED), "记下了而发送者没看到答复")
        differ = [
            f"{e.id} {[reply['receipt'] for reply in e.replies]} {codes[e.id]}"
            for e in entries
            if e.outcome == ANSWERED and [reply["receipt"] for reply in e.replies] != codes[e.id]
        ]
        balance.none_of(differ, "回执与发送者看到的不同")
        changed = [
            reply["receipt"]
            for e in ledger.of(ASK)
            for reply in e.replies
            if reply["receipt"] in replies and join(*replies[reply["receipt"]]) != reply
        ]
        balance.none_of(changed, "存下的答复与发送者看到的不是逐字相同")
        self._turns(balance)

    def _turns(self, balance: Balance) -> None:
        """What figures are counted from: one turn for every receipt."""
        missing = self.rows("select r.code from receipts r left join turns t on t.receipt = r.code where t.id is null")
        balance.none_of((row.code for row in missing), "统计里缺少的轮次")
        extra = self.rows(
            "select t.receipt from turns t left join receipts r on t.receipt = r.code where r.code is null"
        )
        balance.none_of((row.receipt for row in extra), "统计里多出的轮次")

    def _website(self, ledger: Ledger, balance: Balance) -> None:
        events = self.rows("select message_id, type, state, receipt from web_events")
        ids = {entry.id: entry for entry in ledger.of(WEB)}
        said = Counter(row.message_id for row in events if row.type == "message")
        balance.none_of((id for id, times in said.items() if times > 1), "网站：一条消息有几个事件")
        balance.none_of((id for id, e in ids.items() if e.accepted and not said[id]), "网站：收下的消息丢了")
        pending = [row.message_id for row in events if row.type == "message" and row.state == "pending"]
        balance.none_of(pending, "网站：还有没人管的消息")
        shown = Counter(row.receipt for row in events if row.type == "reply")
        balance.none_of((code for code, times in shown.items() if times > 1), "网站：一个回执出现几次")
        kept = {row.receipt: bool(row.useful) for row in self.rows("select receipt, useful from feedback")}
        balance.none_of(set(kept.items()) ^ set(ledger.feedback.items()), "评价与发送者所做的不同")
        codes = [row.code for row in self.rows("select code from callbacks")]
        told = [code for code in ledger.callbacks.values() if code is not None]
        balance.none_of(set(codes) ^ set(told), "回电请求与发送者所做的不同")
        balance.rows.append(("评价", str(len(ledger.feedback)), str(len(kept)), "", "", "", "", ""))
        balance.rows.append(("回电请求", str(len(ledger.callbacks)), str(len(codes)), "", "", "", "", ""))

    def _conversations(self, ledger: Ledger, balance: Balance) -> None:
        """Rasa heard each message once, however often it was sent."""
        heard: Counter[str] = Counter()
        for row in self.rows("select data from events where type_name = 'user'", self._rasa):
            heard[(json.loads(row.data).get("metadata") or {}).get("message_id")] += 1
        balance.none_of((id for id, times in heard.items() if id and times > 1), "Rasa 的对话里一条消息出现几次")
        entries = [*ledger.of(ASK), *ledger.of(WEB)]
        balance.none_of((e.id for e in entries if e.outcome == ANSWERED and not heard[e.id]), "答复过而 Rasa 没有记下")


def changed(whole: dict[str, Any], public: dict[str, Any]) -> bool:
    """Whether the replayed public view of a reply differs in a word."""
    return split(whole)[0] != public


def wechat_screens(books: Books, followers: Followers, ledger: Ledger) -> None:
    """Note in the ledger which answers followers have on their screens, by the parts that the desk keeps of each."""
    parts = defaultdict(list)
    states = {}
    rows = books.rows(
        "select m.key, m.state, p.text from wechat_messages m left join wechat_parts p on p.message_id = m.id "
        "where m.kind = 'turn' order by m.id, p.position"
    )
    for row in rows:
        states[row.key] = row.state
        parts[row.key].append(row.text)
    for entry in ledger.of(WECHAT):
        person = followers.of[entry.id]
        texts = [text for text in parts.get(entry.session, ()) if text]
        seen = [sum(shown.count(text) for shown in person.screen()) for text in texts]
        if not texts or not all(seen):
            entry.replies = []
            continue
        if states[entry.session] == "failed":
            entry.failures += 1
            continue
        entry.replies = texts
        entry.doubled = max(0, max(seen) - 1 - person.again)
