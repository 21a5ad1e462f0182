"""Quality: rules, issues, scores, figures, and how far the measuring has come."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: Final = "10fe7f7e047c"
down_revision: Final[str | None] = "cd70a2f25873"
branch_labels: Final[Sequence[str] | None] = None
depends_on: Final[Sequence[str] | None] = None


def upgrade() -> None:
    op.create_table(
        "quality_figures",
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("completeness", sa.SmallInteger(), nullable=False),
        sa.Column("validity", sa.SmallInteger(), nullable=False),
        sa.Column("freshness", sa.SmallInteger(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("doubles", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("department_id", "day", name=op.f("pk_quality_figures")),
    )
    op.create_index("ix_quality_figures_day", "quality_figures", ["day"], unique=False)
    op.create_table(
        "quality_progress",
        sa.Column("is_only", sa.Boolean(), nullable=False),
        sa.Column("to_xid", sa.BigInteger(), nullable=False),
        sa.Column("walked_to", sa.Uuid(), nullable=True),
        sa.Column("walk_began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rules", sa.Text(), nullable=True),
        sa.CheckConstraint("is_only", name="ck_quality_progress_is_only"),
        sa.PrimaryKeyConstraint("is_only", name=op.f("pk_quality_progress")),
    )
    op.create_table(
        "quality_rules",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("tiers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("severity in ('error', 'warning')", name="ck_quality_rules_severity"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_quality_rules")),
    )
    op.create_table(
        "customer_quality",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("completeness", sa.SmallInteger(), nullable=False),
        sa.Column("validity", sa.SmallInteger(), nullable=False),
        sa.Column("freshness", sa.SmallInteger(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("touched", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.customer_id"],
            name=op.f("fk_customer_quality_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer_quality")),
    )
    op.create_table(
        "quality_issues",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("rule_code", sa.Text(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state in ('open', 'ignored', 'fixed')", name="ck_quality_issues_state"),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.customer_id"],
            name=op.f("fk_quality_issues_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("customer_id", "rule_code", name=op.f("pk_quality_issues")),
    )
    op.create_index("ix_quality_issues_issue_id", "quality_issues", ["issue_id"], unique=False)
    op.create_index(
        "ix_quality_issues_state_issue_id", "quality_issues", ["state", "issue_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_quality_issues_state_issue_id", table_name="quality_issues")
    op.drop_index("ix_quality_issues_issue_id", table_name="quality_issues")
    op.drop_table("quality_issues")
    op.drop_table("customer_quality")
    op.drop_table("quality_rules")
    op.drop_table("quality_progress")
    op.drop_index("ix_quality_figures_day", table_name="quality_figures")
    op.drop_table("quality_figures")
