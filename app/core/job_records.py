"""Job records: the table of what is to be done later, and in which state each piece is."""

from enum import StrEnum
from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)

from app.core.records import Placement, metadata, place


class JobState(StrEnum):
    """Where a job stands: `failed` was refused by a rule, `held` broke; both can be restarted."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    HELD = "held"

    @property
    def is_open(self) -> bool:
        """Whether a worker will still do something by itself."""
        return self in {JobState.QUEUED, JobState.RUNNING}


OPEN: Final = "state in ('queued', 'running')"

# `due_at` is when a worker may take the job: of a running one the end of its lease, so that what a
# dead worker held is found by the same question as what waits. Its clock is the database's: the
# workers' own may differ. `starts` counts every start, `attempts` those since the last progress.
# `narrowing` holds the scopes of a token that bore fewer than its user had.
JOBS: Final = place(
    Table(
        "jobs",
        metadata,
        Column("job_id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("submitter_id", Uuid, nullable=False),
        Column("purpose", Text),
        Column("request_id", Text, nullable=False),
        Column("once_key", Text),
        Column("parameters", LargeBinary, nullable=False),
        Column("narrowing", LargeBinary),
        Column("state", Text, nullable=False),
        Column("done", Integer, nullable=False, server_default="0"),
        Column("total", Integer),
        Column("step", Text),
        Column("step_zh", Text),
        Column("checkpoint", LargeBinary),
        Column("result", LargeBinary),
        Column("trouble", Text),
        Column("starts", Integer, nullable=False, server_default="0"),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("version", Integer, nullable=False, server_default="1"),
        Column("cancel_asked", Boolean, nullable=False, server_default=text("false")),
        Column("lease", Uuid),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("queued_at", DateTime(timezone=True), nullable=False),
        Column("started_at", DateTime(timezone=True)),
        Column("ended_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("job_id"),
        Index("ix_jobs_due_at", "due_at", "job_id", postgresql_where=text(OPEN)),
        Index("ix_jobs_submitter_id_job_id", "submitter_id", "job_id"),
        Index("ix_jobs_state_job_id", "state", "job_id"),
        Index("ix_jobs_ended_at", "ended_at", postgresql_where=text("ended_at is not null")),
        Index("uq_jobs_once_key", "once_key", unique=True, postgresql_where=text(OPEN)),
    ),
    Placement.LOCAL,
)
