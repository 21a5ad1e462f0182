"""The outbox: messages on their way, and for a while what became of them."""

from enum import StrEnum
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.records import READ_WRITE, Placement, metadata, place


class MessageState(StrEnum):
    """Where a message stands; only one that is queued is on its way."""

    QUEUED = "queued"
    SENT = "sent"
    HELD = "held"
    FAILED = "failed"


# `sealed` holds address and words until the message is sent or given up, and nothing after that.
# The look-ups: what is due, what is too old, and the list narrowed by each of its filters.
MESSAGES: Final = place(
    Table(
        "messages",
        metadata,
        Column("message_id", Uuid, nullable=False),
        Column("template", Text, nullable=False),
        Column("languages", ARRAY(Text), nullable=False),
        Column("user_id", Uuid),
        Column("customer_id", Uuid),
        Column("state", Text, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("trouble", Text),
        Column("queued_at", DateTime(timezone=True), nullable=False),
        Column("not_before", DateTime(timezone=True), nullable=False),
        Column("not_after", DateTime(timezone=True), nullable=False),
        Column("claimed_until", DateTime(timezone=True)),
        Column("sent_at", DateTime(timezone=True)),
        Column("sealed", LargeBinary),
        PrimaryKeyConstraint("message_id"),
        ForeignKeyConstraint(["user_id"], ["users.user_id"]),
        CheckConstraint("state in ('queued', 'sent', 'held', 'failed')", name="ck_messages_state"),
        Index("ix_messages_not_before", "not_before", postgresql_where=text("state = 'queued'")),
        Index("ix_messages_not_after", "not_after", postgresql_where=text("sealed is not null")),
        Index("ix_messages_user_id_message_id", "user_id", "message_id"),
        Index("ix_messages_state_message_id", "state", "message_id"),
        Index("ix_messages_template_message_id", "template", "message_id"),
    ),
    Placement.LOCAL,
    app_may=READ_WRITE,
)
