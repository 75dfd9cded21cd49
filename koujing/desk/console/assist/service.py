"""All that an operator does in a call, whatever page or system it comes from."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.concurrency import run_in_threadpool

from koujing.answering.reply import Reply
from koujing.desk.console.assist.cards import Card
from koujing.desk.console.assist.screening import aspect_reply
from koujing.desk.console.assist.sheet import Sheet
from koujing.desk.console.assist.state import Shown, Shows
from koujing.desk.console.assist.streams import Streams
from koujing.desk.console.assist.suggest import Suggester, Suggestion
from koujing.desk.console.assist.switched import Switched
from koujing.desk.console.assist.telling import told
from koujing.desk.console.assist.typed import typed_value
from koujing.desk.console.errors import ConflictError, InputError
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.errors import UnavailableError
from koujing.desk.request import Ask
from koujing.knowledge.facts import FactValueError
from koujing.private.mask import mask
from koujing.store.call_records import CallRecords, Note, Said, Sentence
from koujing.store.calls import Call, Calls
from koujing.text.facts import FactReader

__all__ = ["Assist", "Question", "Telling"]

log = logging.getLogger(__name__)

_CLIENT = "console"
_HEARD_LAST = 3
_MOST_HEARD, _MOST_HINTS = 60, 4


@dataclass(frozen=True)
class Question:
    """What an operator asks; `pick` is the suggestion it came from. A `message_id` is asked once."""

    text: str
    message_id: str
    pick: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Telling:
    """That a card was read out, in its plain variant or not, or otherwise (`worded`) with the reason."""

    key: str
    plain: bool = False
    worded: str | None = None
    reason: str | None = None
    remark: str | None = None


class Assist:
    """Made once; what blocks runs in worker threads."""

    def __init__(self, parts: ConsoleParts, reader: FactReader, suggester: Suggester) -> None:
        self._parts, self._reader, self.suggester = parts, reader, suggester
        self.calls, self.records = Calls(parts.engine, parts.clock), CallRecords(parts.engine, parts.clock)
        self._switched = Switched(parts.switches.now, parts.conversations.refuse)
        self.shows = Shows(parts.knowledge, parts.clock, parts.view, self._switched)
        self.streams = Streams(self.calls.revision)

    # --- what is asked

    async def ask(self, call_id: str, question: Question) -> None:
        """Ask, by the conversation of this call; of what was picked the core answers, where Rasa takes it otherwise.

        Raises:
            ApiError: it cannot be asked, or Rasa is down and nothing was picked.
        """
        with told():
            if await run_in_threadpool(self.calls.turn, call_id, question.message_id) is not None:
                return
            call = await run_in_threadpool(self.calls.going, call_id)
            news, sent = Sheet.load(call.sheet).untold()
            replies = await self._replies(call, sent, news, question)
            await run_in_threadpool(self._keep, call_id, question, replies, sent)
        self.streams.wake(call_id)

    async def _replies(self, call: Call, sent: Sheet, news: Mapping[str, Any], question: Question) -> list[Reply]:
        ask = Ask(
            text=mask(question.text), length=len(question.text), session=self._session(call, sent), region=call.region,
            as_of=call.as_of, facts=news or None, message_id=question.message_id,
        )  # fmt: skip
        pick = question.pick
        try:
            _, replies = await self._parts.conversations.answer(_CLIENT, ask)
        except UnavailableError:
            if pick is None:
                raise
            log.warning("Rasa is down: a suggestion that was picked is answered by the core alone")
            replies = []
        if pick is None or any(_fits(reply, pick) for reply in replies):
            return replies
        return [await run_in_threadpool(self._by_core, call, sent, question)]

    def _by_core(self, call: Call, sent: Sheet, question: Question) -> Reply:
        pick = question.pick or {}
        situation = replace(self.shows.situated(call).situation, facts=sent.facts(self._parts.knowledge.facts))
        matter, aspect = str(pick["matter"]), str(pick["aspect"])
        reply = aspect_reply(self._parts.knowledge, situation, matter, aspect, mask(question.text), pick.get("topic"))
        return self._issue(call, sent, self._switched.reply(reply))

    def _issue(self, call: Call, sheet: Sheet, reply: Reply) -> Reply:
        """A reply of the core with a receipt; the same words get the same one."""
        digest = hashlib.sha256(f"{reply['text']}\0{reply['on']}\0{reply['question']}".encode()).hexdigest()
        store = self._parts.conversations.store
        session = store.session(_CLIENT, self._session(call, sheet))
        return store.record(session, f"core.{digest[:32]}", digest, [reply])[0]

    @staticmethod
    def _session(call: Call, sheet: Sheet) -> str:
        return f"{call.id}.{sheet.round}" if sheet.round else call.id

    def _keep(self, call_id: str, question: Question, replies: list[Reply], sent: Sheet) -> None:
        pick = dict(question.pick) if question.pick else None
        regions = {reply["region"] for reply in replies if reply["region"]}

        def learn(call: Call) -> Mapping[str, Any]:
            changed: dict[str, Any] = {"sheet": Sheet.load(call.sheet).answered(sent, replies).dump()}
            # A place that the question names is the call's from here on; the page shows it.
            return {**changed, "region": regions.pop()} if len(regions) == 1 else changed

        self.calls.add_turn(call_id, question.message_id, mask(question.text), pick, replies, learn)

    # --- what is known

    async def set_fact(self, call_id: str, fact: str, typed: str) -> None:
        """Set a fact as an operator typed it; an empty value clears it.

        Raises:
            ApiError: it is no fact, or cannot have this value.
        """
        kind = self._parts.knowledge.facts.get(fact)
        if kind is None:
            raise InputError("fact", "没有这个事实。", "请刷新页面。")

        def change(call: Call) -> Mapping[str, Any]:
            sheet = Sheet.load(call.sheet)
            if not typed.strip():
                return {"sheet": sheet.clear(fact).dump()}
            value = typed_value(kind, typed, self.shows.day(call))
            return {"sheet": sheet.set(kind, value, self._parts.knowledge.facts).dump()}

        try:
            await self._change(call_id, change)
        except FactValueError as error:
            raise InputError(fact, f"“{typed[:20]}”不能作为{kind.label}。", _example(kind.type)) from error

    async def place(self, call_id: str, region: str | None, as_of: dt.date | None) -> None:
        """Fix the region and the day of the call."""

        def change(call: Call) -> Mapping[str, Any]:
            moved = call.region != region
            sheet = Sheet.load(call.sheet)
            return {"region": region, "as_of": as_of, "sheet": (sheet.anew() if moved else sheet).dump()}

        await self._change(call_id, change)

    def suggest(self, typed: str, region: str | None) -> list[Suggestion]:
        """What can be asked, by what was typed."""
        return self._switched.suggestions(self.suggester.find(typed, region))

    # --- what is heard

    def hear(self, call_id: str, sentences: Sequence[Sentence]) -> int:
        """Keep sentences of the line and learn from those of the caller; how many were new. Blocking.

        Raises:
            StoreError: there is no such call, or a number was used twice.
        """
        fresh = self.records.hear(call_id, sentences)
        told_by_caller = [sentence for sentence in fresh if sentence.speaker == "caller"]
        if told_by_caller:

            def learn(call: Call) -> Mapping[str, Any]:
                sheet = Sheet.load(call.sheet)
                for sentence in told_by_caller:
                    read = [each for each in self._reader.read(sentence.text, self.shows.day(call)) if not each.whose]
                    sheet = sheet.hear(read, self._parts.knowledge.facts)
                return {"sheet": sheet.dump()}

            self.calls.change(call_id, learn)
        return len(fresh)

    def heard(self, call: Call) -> tuple[list[Sentence], list[Suggestion]]:
        """The sentences of a call, and what could be asked by the caller's last ones."""
        sentences = self.records.heard(call.id, _MOST_HEARD)
        said = [sentence.text for sentence in sentences if sentence.speaker == "caller"][-_HEARD_LAST:]
        return sentences, self.suggest("".join(said), call.region)[:_MOST_HINTS] if said else []

    # --- what is recorded

    async def note(self, call_id: str, base: int, text: str) -> Note:
        """Keep the note, merged with what another page wrote."""
        with told():
            note = await run_in_threadpool(self.records.save_note, call_id, base, mask(text))
        self.streams.wake(call_id)
        return note

    async def said(self, call_id: str, telling: Telling) -> None:
        """Keep that a card was read out.

        Raises:
            ConflictError: it is no longer what the page shows.
        """
        with told():
            await run_in_threadpool(self._keep_said, call_id, telling)
        self.streams.wake(call_id)

    def _keep_said(self, call_id: str, telling: Telling) -> None:
        call = self.calls.going(call_id)
        found = next((each for each in self.all_cards(call) if each.key == telling.key), None)
        if found is None or not found.copied:
            raise ConflictError("答复已经变了，没有记录。", "请看一眼现在的答复，再按一次。")
        reply = found.reply
        if reply["receipt"] is None:
            reply = self._issue(call, Sheet.load(call.sheet), reply)
        worded = mask(telling.worded) if telling.worded else None
        self.records.add_said(
            call_id,
            Said(
                receipt=reply["receipt"], text=(reply["plain"] if telling.plain else None) or reply["text"],
                matter=reply["matter"], aspect=reply["aspect"], calibers=tuple(reply["calibers"]),
                deviates=worded is not None, worded=worded, reason=telling.reason,
                remark=mask(telling.remark) if telling.remark else None,
            ),
        )  # fmt: skip

    def all_cards(self, call: Call) -> list[Card]:
        """Every card of a call that may be read out."""
        turn, _ = self.calls.last_turn(call.id)
        shown: Shown = self.shows.shown(call, turn)
        return [*shown.cards, *([shown.verdict] if shown.verdict else [])]

    async def wrap_up(self, call_id: str, code: str) -> None:
        """End the call."""
        with told():
            await run_in_threadpool(self.calls.wrap_up, call_id, code)
        self.streams.wake(call_id)

    async def _change(self, call_id: str, change: Callable[[Call], Mapping[str, Any] | None]) -> None:
        with told():
            await run_in_threadpool(self.calls.change, call_id, change)
        self.streams.wake(call_id)


def _fits(reply: Reply, pick: Mapping[str, Any]) -> bool:
    """Whether a reply answers what was picked."""
    if reply["matter"] != pick["matter"] or reply["aspect"] != pick["aspect"]:
        return False
    wanted = pick.get("caliber")
    if wanted is None or not pick.get("topic"):
        return True
    return any(each["id"] == wanted for each in reply["calibers"])


def _example(type: str) -> str:  # noqa: A002
    return {
        "date": "写成 2021-03-01、20210301 或 3月1日。",
        "month": "写成 1966-10 或 196610。",
        "money": "写数字，如 3200 或 3万2。",
        "percent": "写数字，如 6 或 5.5。",
        "duration": "写几个月，如 15，或 1年3个月。",
        "number": "写数字。",
    }.get(type, "请从列出的里面选。")
