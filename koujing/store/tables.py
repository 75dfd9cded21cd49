"""The tables. A change here needs a new migration beside the others in `migrations/versions`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from koujing.store.moment import Moment

__all__ = [
    "callbacks",
    "feedback",
    "messages",
    "metadata",
    "receipts",
    "sessions",
    "web_events",
    "wechat_followers",
    "wechat_messages",
    "wechat_parts",
    "wechat_queues",
    "wechat_quota",
]

metadata = MetaData()

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(32), primary_key=True, comment="Unguessable; Rasa knows the conversation by it."),
    Column("client", String(64), nullable=False, comment="Digest of the key that the session belongs to."),
    Column(
        "name", String(64), nullable=False, comment="Digest of what the client calls it: it may be a telephone number."
    ),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("client", "name", name="uq_sessions_client_name"),
)

messages = Table(
    "messages",
    metadata,
    Column("session_id", String(32), primary_key=True),
    Column("message_id", String(64), primary_key=True),
    Column("digest", String(64), nullable=False, comment="Of what was asked, to notice an id used twice."),
    Column("answered_at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_messages_session", ondelete="CASCADE"),
    Index("ix_messages_answered", "answered_at"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("session_id", String(32), nullable=False),
    Column("message_id", String(64), nullable=False),
    Column("position", Integer, nullable=False, comment="Of the reply among those to its message."),
    Column("reply", Text, nullable=False, comment="The public view, as JSON."),
    Column("private", Text, nullable=False, comment="What the public view leaves out, as JSON."),
    UniqueConstraint("session_id", "message_id", "position", name="uq_receipts_message"),
    ForeignKeyConstraint(
        ["session_id", "message_id"],
        ["messages.session_id", "messages.message_id"],
        name="fk_receipts_message",
        ondelete="CASCADE",
    ),
)

web_events = Table(
    "web_events",
    metadata,
    Column("id", Integer, primary_key=True, comment="The cursor: rises over all sessions and is never used again."),
    Column("session_id", String(32), nullable=False),
    Column("type", String(16), nullable=False, comment="message, reply, failed, held, operator or notice."),
    Column("at", Moment, nullable=False),
    Column("message_id", String(64), nullable=True, comment="Null for a notice."),
    Column("position", Integer, nullable=True, comment="Of a reply among those to its message; 0 for a message."),
    Column("receipt", String(32), nullable=True, comment="Of a reply; what is shown is made of it when it is read."),
    Column("state", String(16), nullable=True, comment="Of a message: pending, answered or failed."),
    Column("digest", String(64), nullable=True, comment="Of a message, to notice an id used twice."),
    Column("data", Text, nullable=False, comment="The rest, by type, as JSON. A message's text is masked."),
    UniqueConstraint("session_id", "type", "message_id", "position", name="uq_web_events_once"),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_web_events_session", ondelete="CASCADE"),
    ForeignKeyConstraint(["receipt"], ["receipts.code"], name="fk_web_events_receipt", ondelete="CASCADE"),
    Index("ix_web_events_session", "session_id", "id"),
    Index("ix_web_events_receipt", "receipt"),
    Index("ix_web_events_state", "state"),
    sqlite_autoincrement=True,
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session_id", String(32), nullable=True, comment="Null once the conversation was cleared."),
    Column("receipt", String(32), nullable=True, comment="Null once the conversation was cleared."),
    Column("useful", Boolean, nullable=False),
    Column("reason", String(32), nullable=True),
    Column("note", Text, nullable=True, comment="Masked; removed with the conversation."),
    Column("calibers", Text, nullable=False, comment="Ids and versions of what was said, as JSON."),
    Column("at", Moment, nullable=False),
    UniqueConstraint("receipt", name="uq_feedback_receipt"),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_feedback_session", ondelete="SET NULL"),
    ForeignKeyConstraint(["receipt"], ["receipts.code"], name="fk_feedback_receipt", ondelete="SET NULL"),
    Index("ix_feedback_session", "session_id"),
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("session_id", String(32), nullable=True, comment="Null once the conversation was cleared."),
    Column("site", String(64), nullable=False),
    Column("phone", LargeBinary, nullable=False, comment="Encrypted."),
    Column("note", Text, nullable=True, comment="Masked."),
    Column("day_part", String(16), nullable=False, comment="morning, afternoon or any."),
    Column("at", Moment, nullable=False),
    ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_callbacks_session", ondelete="SET NULL"),
    Index("ix_callbacks_session", "session_id"),
)

wechat_followers = Table(
    "wechat_followers",
    metadata,
    Column("appid", String(64), primary_key=True),
    Column("openid", String(64), primary_key=True, comment="Names a person within one AppID only."),
    Column("region", String(64), nullable=True, comment="Of the place sent or the code scanned."),
    Column("human_until", Moment, nullable=True, comment="Until then a person serves, unless the session ends before."),
    Column("followed_at", Moment, nullable=False),
)

wechat_queues = Table(
    "wechat_queues",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("appid", String(64), nullable=False),
    Column("name", String(64), nullable=False, comment="Digest of AppID and openid: stays when the follower goes."),
    Column("openid", String(64), nullable=True, comment="Null once the follower is gone."),
    Column("forgotten", BigInteger, nullable=True, comment="Messages up to this CreateTime are of one who is gone."),
    Column("touched_at", Moment, nullable=False, comment="Written first in every transaction on a follower: the lock."),
    UniqueConstraint("appid", "name", name="uq_wechat_queues_name"),
    Index("ix_wechat_queues_touched", "touched_at"),
)

wechat_messages = Table(
    "wechat_messages",
    metadata,
    Column("id", Integer, primary_key=True, comment="In the order in which they came; never used again."),
    Column("queue_id", Integer, nullable=False),
    Column("key", String(128), nullable=False, comment="The platform's name of the message."),
    Column("kind", String(8), nullable=False, comment="turn, fixed, fetch or again."),
    Column("session_id", String(32), nullable=False),
    Column("says", Text, nullable=False, comment="Masked."),
    Column("length", Integer, nullable=False),
    Column("region", String(64), nullable=True),
    Column("at", Moment, nullable=False),
    Column("delivered_at", Moment, nullable=False, comment="When the platform last delivered it."),
    Column("deliveries", Integer, nullable=False),
    Column("state", String(8), nullable=False, comment="pending, answered or failed."),
    Column("released", Boolean, nullable=False, comment="Its passive reply is decided; the rest takes other ways."),
    Column("body", LargeBinary, nullable=True, comment="The passive reply, byte for byte; null for none."),
    Column("handed", String(8), nullable=True, comment="Of the body: fixed, sent or lost (nobody knows)."),
    Column("handed_at", Moment, nullable=True),
    Column("push_after", Moment, nullable=True, comment="The customer API refused; not before then again."),
    Column("offers", Text, nullable=True, comment="What the answer offers to tap, as JSON."),
    UniqueConstraint("queue_id", "key", name="uq_wechat_messages_key"),
    ForeignKeyConstraint(["queue_id"], ["wechat_queues.id"], name="fk_wechat_messages_queue", ondelete="CASCADE"),
    Index("ix_wechat_messages_state", "state"),
    Index("ix_wechat_messages_released", "released"),
    Index("ix_wechat_messages_handed", "handed"),
    Index("ix_wechat_messages_at", "at"),
    sqlite_autoincrement=True,
)

wechat_parts = Table(
    "wechat_parts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(8), nullable=False, comment="As told in koujing.store.wechat."),
    Column("at", Moment, nullable=False, comment="When it came into this state."),
    Column("until", Moment, nullable=False, comment="How long it waits."),
    Column("carrier", Integer, nullable=True, comment="The message whose passive reply carries it."),
    Column("owner", String(32), nullable=True, comment="The process that pushes it."),
    Column("told", Boolean, nullable=False, comment="The person was told that it may be lost."),
    UniqueConstraint("message_id", "position", name="uq_wechat_parts_position"),
    ForeignKeyConstraint(["message_id"], ["wechat_messages.id"], name="fk_wechat_parts_message", ondelete="CASCADE"),
    Index("ix_wechat_parts_state", "state"),
    Index("ix_wechat_parts_carrier", "carrier"),
)

wechat_quota = Table(
    "wechat_quota",
    metadata,
    Column("follower", String(64), primary_key=True, comment="Digest of AppID and openid."),
    Column("message_made", Moment, nullable=True, comment="When the platform says that the last message was made."),
    Column("message_open", Moment, nullable=True, comment="Its window begins."),
    Column("message_used", Integer, nullable=False, comment="Pushed since."),
    Column("event_made", Moment, nullable=True, comment="The same for the last click, scan or follow."),
    Column("event_open", Moment, nullable=True),
    Column("event_used", Integer, nullable=False),
    Column("flying", Integer, nullable=False, comment="Pushed, and no answer yet; counts in a window that opens now."),
    Column("reserved_at", Moment, nullable=True, comment="The last push."),
)
