"""What a new ticket begins with: taken from the conversation, the call, or the request to be called back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import ConflictError, GoneError, NotAllowedError
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.console.permissions import roles_with
from koujing.store.call_records import CallRecords
from koujing.store.calls import Call, CallGoneError, Calls
from koujing.store.talk_lists import Item, Talk, Talks
from koujing.store.ticket_lists import TicketLists

__all__ = ["DAY_PARTS", "Draft", "Drafts"]

DAY_PARTS: Mapping[str, str] = {"morning": "上午", "afternoon": "下午", "any": "时间都可以"}
_LAST = 6
_TITLE, _QUESTION = 40, 1800
_CITIZEN = frozenset({"message", "heard"})
# Says of a wish for a person nothing of what it is about.
_WISHES = frozenset({"转人工", "人工", "找人工", "人工客服", "人工服务"})


@dataclass(frozen=True)
class Draft:
    """What is known already. `fields` go into the form; the rest says where the ticket comes from."""

    source: str
    fields: Mapping[str, str]
    session_id: str | None = None
    channel: str | None = None
    call_id: str | None = None
    callback: str | None = None
    aspect: str | None = None
    has_phone: bool = False

    @property
    def origin(self) -> str:
        """What the form says of where it comes from."""
        origins = {"talk": self.session_id, "call": self.call_id, "callback": self.callback}
        return origins.get(self.source) or ""


class Drafts:
    """Blocking."""

    def __init__(self, parts: ConsoleParts, lists: TicketLists) -> None:
        self._parts, self._lists = parts, lists
        self._talks = Talks(parts.engine, parts.clock)
        self._calls, self._records = Calls(parts.engine, parts.clock), CallRecords(parts.engine, parts.clock)

    def make(self, source: str, origin: str, staff: Staff) -> Draft:
        """The draft of a ticket from there.

        Raises:
            GoneError, ConflictError, NotAllowedError: there is none, or it is not for this person.
        """
        if source == "talk":
            return self._of_talk(self._talk(origin, staff))
        if source == "call":
            return self._of_call(self._call(origin, staff))
        if source == "callback":
            return self._of_wish(origin)
        return Draft("manual", {})

    def _talk(self, session_id: str, staff: Staff) -> Talk:
        if not staff.may("conversations"):
            raise NotAllowedError(roles_with("conversations"))
        talk = self._talks.get(session_id)
        if talk is None:
            raise GoneError("没有这个会话。", "可能市民已清除对话，或地址不完整。")
        return talk

    def _call(self, call_id: str, staff: Staff) -> Call:
        if not staff.may("assist"):
            raise NotAllowedError(roles_with("assist"))
        try:
            call = self._calls.find(call_id)
        except CallGoneError as error:
            raise GoneError("没有这通电话。") from error
        if call.staff_id != staff.id:
            raise ConflictError("这通电话不是您接听的。", "请从自己的来电里建工单。")
        return call

    def _of_talk(self, talk: Talk) -> Draft:
        items = self._talks.transcript(talk)
        said = [item.text for item in items if item.kind in _CITIZEN and item.text]
        last, asked = self._last_reply(items)
        fields = _of_words(said, talk.said, asked)
        return Draft(
            "talk",
            {**fields, **self._of_reply(last)},
            session_id=talk.session_id,
            channel=talk.channel,
            aspect=last["aspect"] if last else None,
        )

    def _of_call(self, call: Call) -> Draft:
        turns = self._calls.turns(call.id)
        replies = [(reply, turn.text) for turn in turns for reply in turn.replies if reply["matter"]]
        last, asked = replies[-1] if replies else (None, None)
        fields = _of_words([turn.text for turn in turns], None, asked)
        if call.note:
            fields["question"] = f"{fields.get('question', '')}\n记录：{call.note}".strip()[:_QUESTION]
        fields |= self._of_reply(last)
        if said := self._records.said(call.id):
            fields["receipt"] = said[-1].receipt
        if call.region:
            fields["region"] = call.region
        return Draft("call", fields, call_id=call.id, aspect=last["aspect"] if last else None)

    def _of_wish(self, code: str) -> Draft:
        wish = self._lists.wish(code)
        if wish is None:
            raise GoneError("没有这个回电请求。", "市民可能已撤回。")
        if wish.ticket_id is not None:
            raise ConflictError("这个回电请求已经建了工单。", "请从工单列表打开它。")
        talk = self._talks.get(wish.session_id) if wish.session_id else None
        base = self._of_talk(talk) if talk else Draft("callback", {})
        fields = {**base.fields, "kind": "callback"}
        words = [wish.note or "", f"方便接听：{DAY_PARTS.get(wish.day_part, wish.day_part)}"]
        asked = "\n".join(filter(None, [*words, fields.get("question", "")]))
        fields["question"] = asked[:_QUESTION]
        fields.setdefault("title", (wish.note or "请求回电")[:_TITLE])
        return Draft(
            "callback",
            fields,
            session_id=base.session_id,
            channel=base.channel,
            callback=code,
            aspect=base.aspect,
            has_phone=True,
        )

    @staticmethod
    def _last_reply(items: Sequence[Item]) -> tuple[dict[str, Any] | None, str | None]:
        """The last reply about a matter, and the words that it answered."""
        found: tuple[dict[str, Any] | None, str | None] = (None, None)
        said = None
        for item in items:
            if item.kind in _CITIZEN:
                said = item.text
            elif item.reply and item.reply["matter"]:
                found = item.reply, said
        return found

    @staticmethod
    def _of_reply(reply: dict[str, Any] | None) -> dict[str, str]:
        if reply is None:
            return {}
        clause = next((each["clause"] for each in reply["citations"] if each["clause"]), None)
        given = {"matter": reply["matter"], "region": reply["region"], "clause": clause, "receipt": reply["receipt"]}
        return {name: value for name, value in given.items() if value}


def _of_words(said: Sequence[str], else_: str | None, about: str | None) -> dict[str, str]:
    """The title, by the last question that was `about` a matter, and the last things that somebody said."""
    asked = [text for text in said if text.strip() not in _WISHES] or list(said) or list(filter(None, [else_]))
    if not asked:
        return {}
    return {
        "title": (about or asked[-1]).replace("\n", " ")[:_TITLE],
        "question": "\n".join(asked[-_LAST:])[:_QUESTION],
    }
