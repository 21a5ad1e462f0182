"""Tests of jobs: what runs at the terminal acts as somebody, on a line as any."""

from app.core.access import REACH_ALL, ActorKind
from app.core.jobs import job_work
from app.core.permissions import Permission
from app.core.work import Platform
from tests.core.trail import MAC_KEY


async def test_a_job_has_a_principal_and_a_line(platform: Platform) -> None:
    """The operator, with the scopes that the job needs and no others."""
    work = job_work(platform, "verify_audit", REACH_ALL)

    await work.settle()

    assert (work.actor.kind, work.actor.username) == (ActorKind.JOB, "operator")
    assert work.actor.may(Permission.SIGNED_IN)
    assert not work.actor.may(Permission.CUSTOMERS_READ)
    assert work.actor.policy.reaches_all
    row = dict(zip(("at", "line_id"), work.line.row(MAC_KEY), strict=False))
    kept = await platform.database.fetch(
        "select operation, actor_kind, status from audit_lines where line_id = $1", [row["line_id"]]
    )
    assert [tuple(one) for one in kept] == [("verify_audit", "job", 200)]
