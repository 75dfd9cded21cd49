"""The tables of practice (练习). A change here needs a new migration beside the others.

A citizen's question is not kept here: it is read from its receipt, and is gone when the conversation is cleared.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Integer, String, Table, Text

from koujing.store.moment import Moment
from koujing.store.tables import metadata

__all__ = ["practice_questions", "practice_rounds"]

practice_rounds = Table(
    "practice_rounds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", Integer, nullable=False),
    Column("region", String(64), nullable=True, comment="Chosen; null for all. So is the matter."),
    Column("matter", String(64), nullable=True),
    Column("at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=True),
    Index("ix_practice_rounds_staff", "staff_id", "id"),
    sqlite_autoincrement=True,
)

practice_questions = Table(
    "practice_questions",
    metadata,
    Column("round_id", Integer, primary_key=True),
    Column("position", Integer, primary_key=True, comment="From 1."),
    Column("receipt", String(32), nullable=True, comment="Of the past question; null for a sample."),
    Column("text", Text, nullable=False, comment="The sample question of the same matter and aspect."),
    Column("region", String(64), nullable=False),
    Column("matter", String(64), nullable=False),
    Column("aspect", String(32), nullable=False),
    Column("options", Text, nullable=False, comment="Calibers with their wordings, as JSON; the last says that nothing is said."),
    Column("answer", Integer, nullable=False, comment="Which of them is right, from 0."),
    Column("proof", Text, nullable=False, comment="Text and citations of the right one, as JSON."),
    Column("chosen", Integer, nullable=True),
    Column("correct", Boolean, nullable=True),
    Column("at", Moment, nullable=True, comment="When it was answered."),
    ForeignKeyConstraint(["round_id"], ["practice_rounds.id"], name="fk_practice_questions_round", ondelete="CASCADE"),
)  # fmt: skip
