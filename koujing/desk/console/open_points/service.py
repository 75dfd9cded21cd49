"""All that is done with open points, whatever page it comes from. Blocking."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from koujing.desk.console.access import Staff
from koujing.desk.console.errors import ConflictError, GoneError, InputError
from koujing.desk.console.open_points.counting import PointKinds
from koujing.desk.console.parts import ConsoleParts
from koujing.desk.console.reading import text_field
from koujing.desk.console.reviews.proposing import author, seen
from koujing.desk.console.reviews.service import ReviewService
from koujing.desk.console.reviews.told import told
from koujing.desk.console.tickets.offices import Offices
from koujing.private.mask import mask
from koujing.store.open_points import ANSWERED, ASKED, DROPPED, NewPoint, OpenPoints, Point
from koujing.store.review_patches import CALIBER
from koujing.store.reviews import Turn
from koujing.store.talk_lists import Talks
from koujing.store.ticket_lists import TicketLists
from koujing.store.ticket_rows import Ticket, TicketGoneError

__all__ = ["LONGEST_FIELDS", "LinkFrom", "PointService"]

LONGEST_FIELDS: Mapping[str, int] = {
    "title": 80, "question": 400, "remark": 300, "answer": 600, "answer_source": 80, "answer_by": 40, "reason": 200
}  # fmt: skip


@dataclass(frozen=True)
class LinkFrom:
    """Where a question comes from that is put under a point: `source` and `id`; `question` is masked."""

    source: str
    id: str
    question: str
    at: dt.datetime
    region: str | None = None
    matter: str | None = None
    aspect: str | None = None
    receipt: str | None = None
    session_id: str | None = None
    ticket: str | None = None


class PointService:
    """Made once."""

    def __init__(
        self, parts: ConsoleParts, reviews: ReviewService, points: OpenPoints, kinds: PointKinds, offices: Offices
    ) -> None:
        self.reviews, self.points, self.kinds, self.offices = reviews, points, kinds, offices
        self._knowledge, self._clock = parts.knowledge, parts.clock
        self._tickets, self._talks = TicketLists(parts.engine), Talks(parts.engine, parts.clock)

    # --- what is open

    def waiting(self) -> list[tuple[NewPoint, str]]:
        """Aspects on which a notice is silent, and that have no number yet, with the matter's name."""
        known = self.points.keys()
        return [
            (new, self._knowledge.matters[new.matter].name) for new in self.kinds.all() if new.key not in known
        ]  # fmt: skip

    def open(self, staff: Staff, form: Mapping[str, str]) -> int:
        """Open a point by its key, or one that a person words; its id. One that is open already is that one.

        Raises:
            InputError: something needed is missing.
        """
        key = form.get("key", "")
        if key:
            new = next((each for each, _ in self.waiting() if each.key == key), None)
            if new is None:
                there = self.points.keys().get(key)
                if there is None:
                    raise InputError("key", "没有这一项。", "请从列表里选。")
                return there
        else:
            new = self._worded(form)
        return self.points.open(new, staff.id)[0]

    def _worded(self, form: Mapping[str, str]) -> NewPoint:
        region, _, matter = form.get("provision", "").partition(".")
        provision = self._knowledge.provisions.get((region, matter))
        if provision is None:
            raise InputError("provision", "还没有选是哪份规定。", "请选地区和事项。")
        aspect = form.get("aspect", "")
        if aspect not in self._knowledge.wordings["aspects"]:
            raise InputError("aspect", "还没有选方面。", "请从列表里选。")
        title = mask(text_field(form, "title", "标题", most=LONGEST_FIELDS["title"]))
        question = mask(text_field(form, "question", "要问清的问题", most=LONGEST_FIELDS["question"]))
        silence = provision.silent.get(aspect)
        clause = silence.clause if silence else provision.clauses[0]
        # A second question on the same aspect is a point of its own.
        own = f"{region}.{matter}.{aspect}.{uuid.uuid4().hex[:8]}"
        return replace(self.kinds.make(region, matter, aspect, clause, title, question), key=own)

    def worded_for(self, what: LinkFrom) -> dict[str, str]:
        """A first wording of a point for a question; empty where it is not known what it is about."""
        near = self.reviews.choices.provisions(what.matter, what.region)
        aspect = what.aspect or ""
        if what.matter not in self._knowledge.matters or not near or aspect not in self._knowledge.wordings["aspects"]:
            return {}
        provision = self._knowledge.provisions[near[0]]
        made = self.kinds.make(*near[0], aspect, provision.clauses[0])
        return {"title": made.title, "question": made.question}

    # --- one of them

    def get(self, id: int) -> Point:
        """A point.

        Raises:
            GoneError: there is none.
        """
        with told():
            return self.points.get(id)

    def tickets(self, id: int) -> list[Ticket]:
        """The tickets that wait for a point and are still there."""
        waiting = [hit.ticket for hit in self.points.hits(id, 500) if hit.ticket is not None]
        return [ticket for number in waiting if (ticket := self._ticket(number)) is not None]

    def change(self, id: int, staff: Staff, form: Mapping[str, str]) -> None:
        """Word a point, and give it an office.

        Raises:
            ApiError: something needed is missing, or somebody else changed it.
        """
        office = form.get("office", "")
        if self.offices.get(office) is None:
            raise InputError("office", "还没有选承办科室。", "请从列表里选。")
        values = {
            "title": mask(text_field(form, "title", "标题", most=LONGEST_FIELDS["title"])),
            "question": mask(text_field(form, "question", "要问清的问题", most=LONGEST_FIELDS["question"])),
            "remark": mask(text_field(form, "remark", "备注", most=LONGEST_FIELDS["remark"], needed=False)),
            "office": office,
        }  # fmt: skip
        with told():
            self.points.change(id, _revision(form), staff.id, values)

    def ask(self, id: int, staff: Staff, form: Mapping[str, str]) -> None:
        """The office was asked; a point that was answered or dropped is open again.

        Raises:
            ApiError: as `change`.
        """
        with told():
            self.points.change(id, _revision(form), staff.id, {}, ASKED)

    def drop(self, id: int, staff: Staff, form: Mapping[str, str]) -> None:
        """It is no open point, with the reason.

        Raises:
            ApiError: as `change`.
        """
        reason = mask(text_field(form, "reason", "撤销的原因", most=LONGEST_FIELDS["reason"]))
        with told():
            self.points.change(id, _revision(form), staff.id, {"remark": reason}, DROPPED)

    def answer(self, id: int, staff: Staff, form: Mapping[str, str]) -> None:
        """What the office answered, by whom, on which day and in which document.

        Raises:
            ApiError: as `change`.
        """
        given = {
            name: mask(text_field(form, name, label, most=LONGEST_FIELDS[name]))
            for name, label in (("answer", "答复"), ("answer_source", "文号或方式"), ("answer_by", "谁答复的"))
        }
        try:
            on = dt.date.fromisoformat(form.get("answer_on", ""))
        except ValueError as error:
            raise InputError("answer_on", "还没有填答复日期，或日期不对。", "应写成 2021-09-15 这样。") from error
        if on > self._clock.now().date():
            raise InputError("answer_on", "答复日期还没有到。", "请核对日期。")
        with told():
            self.points.change(id, _revision(form), staff.id, {**given, "answer_on": on}, ANSWERED)

    def draft(self, id: int, staff: Staff, form: Mapping[str, str]) -> int:
        """The answer as the draft of a caliber, which waits for a patch; its id.

        Raises:
            ApiError: the office has not answered, or something needed is missing.
        """
        point = self.get(id)
        if point.state != ANSWERED or point.answer is None or point.answer_on is None:
            raise ConflictError("科室还没有答复。", "先记录答复，再写口径草稿。")
        on = f"{point.answer_on.year}年{point.answer_on.month}月{point.answer_on.day}日"
        said = f"待明确事项{point.number}：{point.answer_by}{on}答复（{point.answer_source}）：{point.answer}"
        made = self.reviews.proposing.draft(form, " ".join(said.split()))
        seen(form)
        return self.reviews.patches.propose(CALIBER, made.data, made.reason, author(staff), point_id=id)

    # --- who asked

    def link(self, id: int, what: LinkFrom) -> bool:
        """Put a question or a ticket under a point; False where it is there.

        Raises:
            GoneError: there is no such point.
        """
        own = {"receipt": what.receipt, "session_id": what.session_id, "ticket": what.ticket}
        with told():
            return self.points.link(id, what.source, what.question, at=what.at, **own)

    def source(self, given: Mapping[str, str]) -> LinkFrom | None:
        """What `review`, `ticket` or `talk` of an address names; None where it names nothing.

        Raises:
            GoneError: it names what is not there.
        """
        if number := given.get("review"):
            with told():
                return _of_turn(self.reviews.reviews.get(_whole(number)))
        if number := given.get("ticket"):
            ticket = self._ticket(number)
            if ticket is None:
                raise GoneError("没有这个工单。")
            # It waits on, though the conversation that it came from may be cleared.
            return LinkFrom(
                "ticket", str(ticket.id), mask(ticket.question or ticket.title), ticket.made_at, ticket.region,
                ticket.matter, ticket.aspect, ticket=str(ticket.id),
            )  # fmt: skip
        if session := given.get("talk"):
            talk = self._talks.get(session)
            if talk is None:
                raise GoneError("没有这个会话。")
            return LinkFrom("talk", session, mask(talk.said or ""), talk.touched_at, session_id=session)
        return None

    def _ticket(self, number: str) -> Ticket | None:
        try:
            return self._tickets.get(_whole(number))
        except TicketGoneError:
            return None


def _of_turn(turn: Turn) -> LinkFrom:
    return LinkFrom(
        "review", str(turn.id), mask(turn.question), turn.at, turn.region, turn.right_matter or turn.matter,
        turn.right_aspect or turn.aspect, turn.receipt, turn.session_id,
    )  # fmt: skip


def _whole(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 12 else -1


def _revision(form: Mapping[str, str]) -> int:
    return _whole(form.get("revision", ""))
