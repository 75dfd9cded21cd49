"""The tables of review (复核) and of open points (待明确事项). A change here needs a new migration beside the others."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from koujing.store.moment import Moment
from koujing.store.tables import metadata

__all__ = [
    "open_point_hits",
    "open_points",
    "readings",
    "review_changes",
    "review_marks",
    "review_patches",
    "review_reasons",
    "review_turns",
]

readings = Table(
    "readings",
    metadata,
    Column("session_id", String(32), primary_key=True),
    Column("message_id", String(64), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("share", Integer, nullable=False, comment="How likely the best matter was, in percent; only doubtful ones."),
    Column("topics", Text, nullable=False, comment="The likeliest matters with their shares, as JSON."),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_readings_session", ondelete="CASCADE"),
)

review_turns = Table(
    "review_turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("receipt", String(32), nullable=False, comment="Of the reply that is looked at."),
    Column("session_id", String(32), nullable=False),
    Column("message_id", String(64), nullable=False),
    Column("call_id", String(32), nullable=True, comment="Of a turn of a call."),
    Column("at", Moment, nullable=False, comment="When it was answered."),
    Column("channel", String(80), nullable=False, comment="web:<site>, wechat:<appid>, api or call."),
    Column("region", String(64), nullable=True),
    Column("matter", String(64), nullable=True),
    Column("aspect", String(32), nullable=True),
    Column("status", String(32), nullable=False, comment="Of the reply."),
    Column("question", Text, nullable=False, comment="Masked; goes with the conversation."),
    Column("share", Integer, nullable=True, comment="Of a doubtful reading, in percent."),
    Column("state", String(12), nullable=False, comment="open, labelled, patched, done or dismissed."),
    Column("label", String(32), nullable=True, comment="What a person found, by its code."),
    Column("right_matter", String(64), nullable=True),
    Column("right_aspect", String(32), nullable=True),
    Column("right_caliber", String(160), nullable=True),
    Column("note", Text, nullable=False, comment="Masked."),
    Column("staff_id", Integer, nullable=True, comment="Who changed it last."),
    Column("changed_at", Moment, nullable=True),
    Column(
        "revision", Integer, nullable=False, comment="Rises with every change; two people never overwrite each other."
    ),
    UniqueConstraint("receipt", name="uq_review_turns_receipt"),
    ForeignKeyConstraint(["receipt"], ["receipts.code"], name="fk_review_turns_receipt", ondelete="CASCADE"),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_review_turns_session", ondelete="CASCADE"),
    ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_review_turns_call", ondelete="CASCADE"),
    Index("ix_review_turns_state", "state", "at"),
    Index("ix_review_turns_at", "at"),
    Index("ix_review_turns_session", "session_id"),
    Index("ix_review_turns_call", "call_id"),
)

review_reasons = Table(
    "review_reasons",
    metadata,
    Column("turn_id", Integer, primary_key=True),
    Column("kind", String(16), primary_key=True, comment="unanswered, doubtful, useless, deviating or corrected."),
    ForeignKeyConstraint(["turn_id"], ["review_turns.id"], name="fk_review_reasons_turn", ondelete="CASCADE"),
    Index("ix_review_reasons_kind", "kind", "turn_id"),
)

review_marks = Table(
    "review_marks",
    metadata,
    Column("name", String(16), primary_key=True, comment="What was looked through."),
    Column("at", Moment, nullable=False, comment="Up to when."),
)

review_patches = Table(
    "review_patches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("role", String(64), nullable=False, comment="The author's role, as it stands in the patch."),
    Column("staff_id", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False, comment="What `git apply` takes."),
    Column(
        "fits", Integer, nullable=False, comment="1: applied and accepted by `koujing check` when last tried, else 0."
    ),
    Column("told", Text, nullable=False, comment="What the trial said."),
    Column("tried_at", Moment, nullable=False),
    Column("state", String(12), nullable=False, comment="made, merged or dropped."),
    Column("closed_at", Moment, nullable=True),
    Column("closed_by", Integer, nullable=True),
    Column("closed_for", Text, nullable=True, comment="Why it was dropped, or the commit that took it."),
    sqlite_autoincrement=True,
)

open_points = Table(
    "open_points",
    metadata,
    Column("id", Integer, primary_key=True, comment="Its number: DM-001."),
    Column("key", String(160), nullable=False, comment="<region>.<matter>.<aspect>, or its own where made by hand."),
    Column("region", String(64), nullable=False),
    Column("matter", String(64), nullable=False),
    Column("aspect", String(32), nullable=False),
    Column("clause", String(80), nullable=False, comment="The clause that leaves it open."),
    Column("title", String(120), nullable=False),
    Column("question", Text, nullable=False, comment="What the office is asked."),
    Column("office", String(64), nullable=True, comment="Who owns it, by id."),
    Column("state", String(12), nullable=False, comment="open, asked, answered, patched, published or dropped."),
    Column("asked_at", Moment, nullable=True),
    Column("answer", Text, nullable=True),
    Column("answer_source", String(120), nullable=True, comment="文号, or how it was told."),
    Column("answer_on", Date, nullable=True),
    Column("answer_by", String(64), nullable=True, comment="The office or post that answered."),
    Column("remark", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("staff_id", Integer, nullable=True, comment="Who changed it last; null where it was made by a question."),
    Column("changed_at", Moment, nullable=False),
    Column("revision", Integer, nullable=False),
    UniqueConstraint("key", name="uq_open_points_key"),
    Index("ix_open_points_state", "state"),
    sqlite_autoincrement=True,
)

open_point_hits = Table(
    "open_point_hits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("point_id", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", String(12), nullable=False, comment="auto, review, talk, ticket or hand."),
    Column("question", Text, nullable=False, comment="Masked; goes with the conversation."),
    Column("receipt", String(32), nullable=True),
    Column("session_id", String(32), nullable=True),
    Column("ticket", String(32), nullable=True, comment="The number of a ticket that waits for it."),
    UniqueConstraint("point_id", "receipt", name="uq_open_point_hits_receipt"),
    UniqueConstraint("point_id", "ticket", name="uq_open_point_hits_ticket"),
    ForeignKeyConstraint(["point_id"], ["open_points.id"], name="fk_open_point_hits_point", ondelete="CASCADE"),
    ForeignKeyConstraint(["receipt"], ["receipts.code"], name="fk_open_point_hits_receipt", ondelete="CASCADE"),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_open_point_hits_session", ondelete="CASCADE"),
    Index("ix_open_point_hits_point", "point_id", "at"),
    Index("ix_open_point_hits_receipt", "receipt"),
    Index("ix_open_point_hits_session", "session_id"),
)

review_changes = Table(
    "review_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(12), nullable=False, comment="example or caliber."),
    Column("data", Text, nullable=False, comment="What is changed, as JSON; masked and looked over by a person."),
    Column("reason", Text, nullable=False),
    Column("role", String(64), nullable=False),
    Column("staff_id", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", String(12), nullable=False, comment="ready, patched, merged or withdrawn."),
    Column("turn_id", Integer, nullable=True, comment="Null once the conversation was cleared."),
    Column("point_id", Integer, nullable=True),
    Column("patch_id", Integer, nullable=True),
    ForeignKeyConstraint(["turn_id"], ["review_turns.id"], name="fk_review_changes_turn", ondelete="SET NULL"),
    ForeignKeyConstraint(["point_id"], ["open_points.id"], name="fk_review_changes_point", ondelete="SET NULL"),
    ForeignKeyConstraint(["patch_id"], ["review_patches.id"], name="fk_review_changes_patch", ondelete="SET NULL"),
    Index("ix_review_changes_state", "state"),
    Index("ix_review_changes_turn", "turn_id"),
    Index("ix_review_changes_point", "point_id"),
    Index("ix_review_changes_patch", "patch_id"),
    sqlite_autoincrement=True,
)
