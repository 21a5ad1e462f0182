"""The tables of campaigns: what is asked, of whom, by which link, and what came back.

A link is known by the digest of its token alone. What a customer corrects is sealed with the
customer's own key, so that destroying that key reaches it.
"""

from typing import Final

from sqlalchemy import (
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
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.core.kinds import Choice
from app.core.records import APPEND, KEPT, Placement, metadata, place


class CampaignStatus(Choice):
    """Where a campaign stands."""

    DRAFT = "draft", "Draft", "草稿"
    SCHEDULED = "scheduled", "Scheduled", "已排期"
    RUNNING = "running", "Running", "进行中"
    CLOSED = "closed", "Closed", "已结束"


class CampaignChannel(Choice):
    """Who is asked, and how."""

    TASK = "task", "A task for the owner", "客户经理任务"
    MAIL = "mail", "Mail to the customer", "客户邮件"


class TaskStatus(Choice):
    """Where an update task stands."""

    OPEN = "open", "Open", "待核实"
    IN_REVIEW = "in_review", "Correction under review", "更正审核中"
    DONE = "done", "Done", "已完成"
    MISSED = "missed", "Not done in time", "逾期未完成"


class TaskOutcome(Choice):
    """What became of what was asked."""

    CONFIRMED = "confirmed", "Confirmed", "已确认"
    CORRECTED = "corrected", "Corrected", "已更正"


class CorrectionStatus(Choice):
    """Where a correction stands; a pending one is stale once its base has moved."""

    PENDING = "pending", "Pending", "待审核"
    STALE = "stale", "Changed meanwhile", "资料已变动"
    APPROVED = "approved", "Approved", "已通过"
    PARTLY_APPROVED = "partly_approved", "Partly approved", "部分通过"
    REJECTED = "rejected", "Rejected", "已拒绝"


UPDATE_CAMPAIGNS: Final = place(
    Table(
        "update_campaigns",
        metadata,
        Column("campaign_id", Uuid, nullable=False),
        Column("name", Text, nullable=False),
        Column("filter", JSONB, nullable=False),
        Column("department_ids", ARRAY(Uuid), nullable=False),
        # Of a recurring one: the window of its next round.
        Column("opens_at", DateTime(timezone=True)),
        Column("closes_at", DateTime(timezone=True)),
        Column("week", Integer),
        Column("channels", ARRAY(Text), nullable=False),
        Column("remind_after_days", Integer),
        Column("status", Text, nullable=False),
        Column("round", Integer, nullable=False),
        Column("round_opened_at", DateTime(timezone=True)),
        Column("round_closes_at", DateTime(timezone=True)),
        Column("job_id", Uuid),
        Column("reminded_at", DateTime(timezone=True)),
        Column("trouble", Text),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("made_by", Uuid),
        # In whose name the rounds are opened, with the rights of that moment.
        Column("run_by", Uuid),
        PrimaryKeyConstraint("campaign_id"),
        Index("ix_update_campaigns_status_campaign_id", "status", "campaign_id"),
    ),
    Placement.LOCAL,
    app_may=KEPT,
)

UPDATE_TASKS: Final = place(
    Table(
        "update_tasks",
        metadata,
        Column("customer_id", Uuid, nullable=False),
        Column("campaign_id", Uuid, nullable=False),
        Column("round", Integer, nullable=False),
        Column("task_id", Uuid, nullable=False),
        Column("department_id", Uuid, nullable=False),
        Column("assignee_id", Uuid),
        Column("status", Text, nullable=False),
        Column("outcome", Text),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("link_sent_at", DateTime(timezone=True)),
        Column("done_at", DateTime(timezone=True)),
        Column("done_by", Uuid),
        PrimaryKeyConstraint("customer_id", "campaign_id", "round"),
        ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], ondelete="CASCADE"),
        Index("ix_update_tasks_task_id", "task_id"),
        Index(
            "ix_update_tasks_campaign_id_round_customer_id", "campaign_id", "round", "customer_id"
        ),
        Index("ix_update_tasks_assignee_id_status_task_id", "assignee_id", "status", "task_id"),
    ),
    Placement.CUSTOMER,
    "customer_id",
    app_may=KEPT,
)

SELF_SERVICE_LINKS: Final = place(
    Table(
        "self_service_links",
        metadata,
        Column("digest", LargeBinary, nullable=False),
        Column("customer_id", Uuid, nullable=False),
        Column("campaign_id", Uuid, nullable=False),
        Column("round", Integer, nullable=False),
        Column("department_id", Uuid, nullable=False),
        Column("sent_at", DateTime(timezone=True), nullable=False),
        Column("expires_at", DateTime(timezone=True), nullable=False),
        Column("opened_at", DateTime(timezone=True)),
        Column("used_at", DateTime(timezone=True)),
        Column("outcome", Text),
        PrimaryKeyConstraint("digest"),
        Index("ix_self_service_links_campaign_id_round", "campaign_id", "round"),
    ),
    Placement.HASHED,
    "digest",
    app_may=KEPT,
)

CUSTOMER_CORRECTIONS: Final = place(
    Table(
        "customer_corrections",
        metadata,
        Column("customer_id", Uuid, nullable=False),
        Column("correction_id", Uuid, nullable=False),
        Column("campaign_id", Uuid, nullable=False),
        Column("round", Integer, nullable=False),
        Column("names", ARRAY(Text), nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        Column("status", Text, nullable=False),
        Column("applied", ARRAY(Text), nullable=False),
        Column("submitted_at", DateTime(timezone=True), nullable=False),
        Column("decided_at", DateTime(timezone=True)),
        Column("decided_by", Uuid),
        PrimaryKeyConstraint("customer_id", "correction_id"),
        ForeignKeyConstraint(["customer_id"], ["customers.customer_id"], ondelete="CASCADE"),
        Index("ix_customer_corrections_correction_id", "correction_id"),
        Index("ix_customer_corrections_status_correction_id", "status", "correction_id"),
    ),
    Placement.CUSTOMER,
    "customer_id",
    app_may=KEPT,
)

# One mail for each person, round and occasion.
CAMPAIGN_NOTICES: Final = place(
    Table(
        "campaign_notices",
        metadata,
        Column("campaign_id", Uuid, nullable=False),
        Column("round", Integer, nullable=False),
        Column("user_id", Uuid, nullable=False),
        Column("occasion", Text, nullable=False),
        PrimaryKeyConstraint("campaign_id", "round", "user_id", "occasion"),
    ),
    Placement.LOCAL,
    app_may=APPEND,
)
