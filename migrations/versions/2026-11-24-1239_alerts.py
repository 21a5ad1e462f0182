"""Alerts: rules, alerts, running tallies, how far was watched, and verifications."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "650d9aac7613"
down_revision: Final[str | None] = "ae0d0bcba56f"
branch_labels: Final[Sequence[str] | None] = None
depends_on: Final[Sequence[str] | None] = None


def upgrade() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_shipped", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("severity in ('info', 'warning', 'critical')", name="ck_alert_severity"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_alert_rules")),
    )
    op.create_table(
        "alert_tallies",
        sa.Column("rule_code", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=True),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("rule_code", "who", "slot", name=op.f("pk_alert_tallies")),
    )
    op.create_index("ix_alert_tallies_slot", "alert_tallies", ["slot"], unique=False)
    op.create_table(
        "alert_watch",
        sa.Column("is_only", sa.Boolean(), nullable=False),
        sa.Column("to_xid", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("is_only", name="ck_alert_watch_is_only"),
        sa.PrimaryKeyConstraint("is_only", name=op.f("pk_alert_watch")),
    )
    op.create_table(
        "alerts",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("rule_code", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Integer(), nullable=True),
        sa.Column("customers", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        sa.Column("handled_count", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state in ('open', 'acknowledged', 'closed')", name="ck_alerts_state"),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alerts")),
        sa.UniqueConstraint(
            "rule_code", "who", "window_start", name=op.f("uq_alerts_rule_code_who_window_start")
        ),
    )
    op.create_index("ix_alerts_state_alert_id", "alerts", ["state", "alert_id"], unique=False)
    op.create_index("ix_alerts_who_alert_id", "alerts", ["who", "alert_id"], unique=False)
    op.create_table(
        "audit_checks",
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_segment", sa.BigInteger(), nullable=False),
        sa.Column("last_segment", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("bad_kind", sa.Text(), nullable=True),
        sa.Column("bad_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("checked_at", name=op.f("pk_audit_checks")),
    )


def downgrade() -> None:
    op.drop_table("audit_checks")
    op.drop_index("ix_alerts_who_alert_id", table_name="alerts")
    op.drop_index("ix_alerts_state_alert_id", table_name="alerts")
    op.drop_table("alerts")
    op.drop_table("alert_watch")
    op.drop_index("ix_alert_tallies_slot", table_name="alert_tallies")
    op.drop_table("alert_tallies")
    op.drop_table("alert_rules")
