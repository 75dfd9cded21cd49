"""The tables of the console's people and order: accounts, who is signed in, the audit, switches and announcements."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Integer, String, Table, Text, UniqueConstraint

from koujing.store.moment import Moment
from koujing.store.tables import metadata

__all__ = ["announcements", "audit", "staff", "staff_sessions", "switch_changes"]

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True, comment="Never used again: the audit names people by it."),
    Column("name", String(32), nullable=False, comment="To sign in with."),
    Column("display", String(40), nullable=False, comment="As colleagues see it."),
    Column("roles", String(120), nullable=False, comment="Separated by commas."),
    Column("office", String(40), nullable=True),
    Column("password", String(200), nullable=False, comment="Its hash, with the parameters."),
    Column("must_change", Boolean, nullable=False, comment="Someone else chose the password."),
    Column("demo", Boolean, nullable=False, comment="The account of the demonstration, on loopback only."),
    Column("created_at", Moment, nullable=False),
    Column("signed_in_at", Moment, nullable=True, comment="Last."),
    Column("disabled_at", Moment, nullable=True),
    UniqueConstraint("name", name="uq_staff_name"),
    sqlite_autoincrement=True,
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("digest", String(64), primary_key=True, comment="Of the id in the cookie, which is not kept."),
    Column("staff_id", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("address", String(64), nullable=False),
    ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_sessions_staff", ondelete="CASCADE"),
    Index("ix_staff_sessions_staff", "staff_id"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("staff_id", Integer, nullable=True, comment="Null for the command line and for nobody known. No foreign key: it outlives accounts."),
    Column("action", String(48), nullable=False),
    Column("object", String(120), nullable=False, comment="What was seen or changed, by id."),
    Column("detail", Text, nullable=False, comment="JSON; no words of citizens."),
    Column("address", String(64), nullable=False),
    Index("ix_audit_staff", "staff_id", "id"),
    Index("ix_audit_action", "action", "id"),
    Index("ix_audit_object", "object", "id"),
    sqlite_autoincrement=True,
)  # fmt: skip

switch_changes = Table(
    "switch_changes",
    metadata,
    Column("id", Integer, primary_key=True, comment="The last one of a kind and key holds."),
    Column("kind", String(16), nullable=False, comment="channel, matter or caliber."),
    Column("key", String(120), nullable=False),
    Column("off", Boolean, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("staff_id", Integer, nullable=True),
    Column("at", Moment, nullable=False),
    Column("until", Moment, nullable=True, comment="On again by itself from then on."),
    Index("ix_switch_changes_key", "kind", "key", "id"),
    sqlite_autoincrement=True,
)

announcements = Table(
    "announcements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", String(200), nullable=False),
    Column("starts", Moment, nullable=False),
    Column("ends", Moment, nullable=False),
    Column("staff_id", Integer, nullable=True),
    Column("at", Moment, nullable=False),
    Column("withdrawn_at", Moment, nullable=True),
    Column("withdrawn_by", Integer, nullable=True),
    sqlite_autoincrement=True,
)
