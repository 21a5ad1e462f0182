"""Deciding: an import is handed in, and somebody else approves it or sends it back."""

from typing import Any, Final
from uuid import UUID

from app.core.clock import now
from app.core.job_queue import enqueue
from app.core.problems import NotPermitted
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.imports.problems import ImportMoved, ImportNotYours
from app.features.imports.repository import ImportRepository
from app.features.imports.schemas import ImportApproval, Rejection
from app.features.imports.service.columns import may_judge
from app.features.imports.service.showing import ImportList, may_judge_of, require_state

APPLY: Final = "imports.applied"


class DecidingService:
    """Hands imports in and decides on those of others."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.list = ImportList(work)
        self.imports = ImportRepository(work)

    async def submit(self, import_id: UUID) -> Shown:
        """Hand in what was tried; raises NotFound, ImportNotReady."""
        async with self.work.pinned(), self.work.changing():
            row = await self.list.own(import_id, "validated")
            await self.imports.set(
                import_id, state="awaiting_approval", submitted_at=now(), decision=None
            )
            self.list.note(row, "submitted", plan_id=str(row["plan_id"]))
            found = await self.list.found(import_id)
        return self.list.shown(found)

    async def approve(self, import_id: UUID, asked: ImportApproval) -> Shown:
        """Have it applied, in the uploader's name and with their rights at that time.

        Raises NotFound, ImportNotReady, ImportNotYours, ImportMoved, NotPermitted for a reviewer
        from whom a field that it brings is hidden.
        """
        async with self.work.pinned(), self.work.changing():
            row = await self._waiting(import_id)
            if asked.plan_id != row["plan_id"]:
                raise ImportMoved
            job_id = await enqueue(
                self.work,
                APPLY,
                {"import_id": str(import_id)},
                in_name_of=row["submitter_id"],
            )
            outcomes = sorted({*asked.outcomes})
            await self._decide(row, "approved", state="running", job_id=job_id, approved=outcomes)
            self.list.note(row, "approved", plan_id=str(row["plan_id"]), outcomes=outcomes)
            found = await self.list.found(import_id)
        return self.list.shown(found, location=f"/v1/jobs/{job_id}")

    async def reject(self, import_id: UUID, asked: Rejection) -> Shown:
        """Send it back to whoever uploaded it; raises as `approve` does."""
        async with self.work.pinned(), self.work.changing():
            row = await self._waiting(import_id)
            await self._decide(row, "rejected", state="mapped")
            self.list.note(row, "rejected")
            self.work.line.reason = asked.reason
            found = await self.list.found(import_id)
        return self.list.shown(found)

    async def _waiting(self, import_id: UUID) -> dict[str, Any]:
        row = await self.list.found(import_id, is_held=True)
        actor = self.work.actor
        if actor.actor_id in {row["submitter_id"], *row["editors"]}:
            raise ImportNotYours
        if not may_judge_of(actor, row):
            raise NotPermitted
        require_state(row, "awaiting_approval")
        about = self.list.about(row)
        if about is None or not may_judge(about["mapping"], actor.policy):
            raise NotPermitted
        return row

    async def _decide(self, row: dict[str, Any], decision: str, **more: Any) -> None:
        told = {"decided_by": self.work.actor.actor_id, "decided_at": now()}
        await self.imports.set(row["import_id"], decision=decision, **told, **more)
