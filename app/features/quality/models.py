"""The tables of quality: scores, issues, figures, and how far the measuring has come."""

from enum import StrEnum
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.core.records import KEPT, READ_WRITE, Placement, metadata, place


class IssueKind(StrEnum):
    """What is wrong: a rule is broken, or data has not been looked at for long."""

    INVALID = "invalid"
    STALE = "stale"


class IssueState(StrEnum):
    """Where an issue stands."""

    OPEN = "open"
    IGNORED = "ignored"
    FIXED = "fixed"


def _of_customer() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], ondelete="CASCADE")


# One for each live customer; `touched` says by field group when it was changed last, as is known.
CUSTOMER_QUALITY: Final = place(
    Table(
        "customer_quality",
        metadata,
        Column("customer_id", Uuid, nullable=False),
        Column("completeness", SmallInteger, nullable=False),
        Column("validity", SmallInteger, nullable=False),
        Column("freshness", SmallInteger, nullable=False),
        Column("score", SmallInteger, nullable=False),
        Column("touched", JSONB, nullable=False),
        Column("measured_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("customer_id"),
        _of_customer(),
    ),
    Placement.CUSTOMER,
    "customer_id",
    app_may=READ_WRITE,
)

# One for each customer and rule, however often it is broken: it does not grow with time.
QUALITY_ISSUES: Final = place(
    Table(
        "quality_issues",
        metadata,
        Column("customer_id", Uuid, nullable=False),
        Column("rule_code", Text, nullable=False),
        Column("issue_id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("opened_at", DateTime(timezone=True), nullable=False),
        Column("settled_at", DateTime(timezone=True)),
        Column("settled_by", Uuid),
        PrimaryKeyConstraint("customer_id", "rule_code"),
        _of_customer(),
        Index("ix_quality_issues_state_issue_id", "state", "issue_id"),
        Index("ix_quality_issues_issue_id", "issue_id"),
        CheckConstraint("state in ('open', 'ignored', 'fixed')", name="ck_quality_issues_state"),
    ),
    Placement.CUSTOMER,
    "customer_id",
    app_may=KEPT,
)

# One for each department and day.
QUALITY_FIGURES: Final = place(
    Table(
        "quality_figures",
        metadata,
        Column("department_id", Uuid, nullable=False),
        Column("day", Date, nullable=False),
        Column("customers", Integer, nullable=False),
        Column("completeness", SmallInteger, nullable=False),
        Column("validity", SmallInteger, nullable=False),
        Column("freshness", SmallInteger, nullable=False),
        Column("score", SmallInteger, nullable=False),
        Column("doubles", Integer, nullable=False),
        Column("made_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("department_id", "day"),
        Index("ix_quality_figures_day", "day"),
    ),
    Placement.REFERENCE,
    app_may=KEPT,
)

# Up to which transaction changes were looked at, and how far the walk through all customers is;
# its row is the lock of whoever measures.
QUALITY_PROGRESS: Final = place(
    Table(
        "quality_progress",
        metadata,
        Column("is_only", Boolean, nullable=False),
        Column("to_xid", BigInteger, nullable=False),
        Column("walked_to", Uuid),
        Column("walk_began_at", DateTime(timezone=True)),
        Column("rules", Text),
        PrimaryKeyConstraint("is_only"),
        CheckConstraint("is_only", name="ck_quality_progress_is_only"),
    ),
    Placement.LOCAL,
    app_may=KEPT,
)
