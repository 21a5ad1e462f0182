"""The tables of the watcher: rules, alerts, running tallies, and how far it has looked."""

from enum import StrEnum
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.core.records import APPEND, KEPT, READ_WRITE, Placement, metadata, place


class Severity(StrEnum):
    """How soon somebody should look."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class AlertState(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class Verdict(StrEnum):
    """What an alert turned out to be."""

    JUSTIFIED = "justified"
    MISUSE = "misuse"
    MISTAKEN = "mistaken"


ALERT_RULES: Final = place(
    Table(
        "alert_rules",
        metadata,
        Column("code", Text, nullable=False),
        Column("en", Text, nullable=False),
        Column("zh", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("parameters", JSONB, nullable=False),
        Column("severity", Text, nullable=False),
        Column("enabled", Boolean, nullable=False),
        Column("version", Integer, nullable=False),
        Column("is_shipped", Boolean, nullable=False),
        Column("changed_at", DateTime(timezone=True), nullable=False),
        Column("changed_by", Uuid),  # nobody: a release
        PrimaryKeyConstraint("code"),
        CheckConstraint("severity in ('info', 'warning', 'critical')", name="ck_alert_severity"),
    ),
    Placement.REFERENCE,
    app_may=READ_WRITE,
)

# One for each rule, actor (or source, where nobody was signed in) and window; it grows.
ALERTS: Final = place(
    Table(
        "alerts",
        metadata,
        Column("alert_id", Uuid, nullable=False),
        Column("rule_code", Text, nullable=False),
        Column("rule_version", Integer, nullable=False),
        Column("kind", Text, nullable=False),
        Column("severity", Text, nullable=False),
        Column("who", Text, nullable=False),
        Column("actor_id", Uuid),
        Column("source", Text),
        Column("window_start", DateTime(timezone=True), nullable=False),
        Column("raised_at", DateTime(timezone=True), nullable=False),
        Column("last_at", DateTime(timezone=True), nullable=False),
        Column("count", Integer, nullable=False),
        Column("threshold", Integer, nullable=False),
        Column("usual", Integer),
        Column("customers", ARRAY(Uuid), nullable=False),
        Column("evidence", JSONB, nullable=False),
        Column("state", Text, nullable=False),
        Column("handled_at", DateTime(timezone=True)),
        Column("handled_by", Uuid),
        Column("handled_count", Integer),
        Column("verdict", Text),
        Column("note", LargeBinary),  # sealed: notes.py
        PrimaryKeyConstraint("alert_id"),
        UniqueConstraint("rule_code", "who", "window_start"),
        Index("ix_alerts_state_alert_id", "state", "alert_id"),
        Index("ix_alerts_who_alert_id", "who", "alert_id"),
        CheckConstraint("state in ('open', 'acknowledged', 'closed')", name="ck_alerts_state"),
    ),
    Placement.REFERENCE,
    app_may=KEPT,
)

# What was counted of somebody in a slot of time; the watcher alone writes here.
ALERT_TALLIES: Final = place(
    Table(
        "alert_tallies",
        metadata,
        Column("rule_code", Text, nullable=False),
        Column("who", Text, nullable=False),
        Column("slot", DateTime(timezone=True), nullable=False),
        Column("count", Integer, nullable=False),
        Column("sketch", LargeBinary),
        Column("state", JSONB),
        PrimaryKeyConstraint("rule_code", "who", "slot"),
        Index("ix_alert_tallies_slot", "slot"),
    ),
    Placement.REFERENCE,
    app_may=READ_WRITE,
)

# Up to which transaction the audit was watched; its row is the lock of whoever watches.
ALERT_WATCH: Final = place(
    Table(
        "alert_watch",
        metadata,
        Column("is_only", Boolean, nullable=False),
        Column("to_xid", BigInteger, nullable=False),
        PrimaryKeyConstraint("is_only"),
        CheckConstraint("is_only", name="ck_alert_watch_is_only"),
    ),
    Placement.LOCAL,
    app_may=KEPT,
)

# What the scheduled verifications of the audit found.
AUDIT_CHECKS: Final = place(
    Table(
        "audit_checks",
        metadata,
        Column("checked_at", DateTime(timezone=True), nullable=False),
        Column("first_segment", BigInteger, nullable=False),
        Column("last_segment", BigInteger, nullable=False),
        Column("lines", BigInteger, nullable=False),
        Column("bad_kind", Text),
        Column("bad_seq", BigInteger),
        PrimaryKeyConstraint("checked_at"),
    ),
    Placement.REFERENCE,
    app_may=APPEND,
)
