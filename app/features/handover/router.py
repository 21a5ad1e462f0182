"""Routes of leaving: the act, and its proof."""

from uuid import UUID

from app.core.permissions import Permission
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.handover.schemas import Departure, DepartureView, ProofView
from app.features.handover.service import HandoverService
from app.features.staff.directory import StaffDirectory
from app.features.staff.problems import (
    ColleagueNotAvailable,
    LastAdministrator,
    OtherSystem,
    OwnAccount,
)
from app.http.routes import FeatureRouter, Work

router = FeatureRouter("/v1/users", "staff")


def _service(work: UnitOfWork) -> HandoverService:
    directory: StaffDirectory = work.platform.tools[StaffDirectory]
    return HandoverService(work, directory)


@router.post(
    "/{user_id}/depart",
    cost=50,
    permission=Permission.STAFF_WRITE,
    response_model=DepartureView,
    problems=(OwnAccount, OtherSystem, LastAdministrator, ColleagueNotAvailable),
    seconds=30.0,
    changes=False,  # the account must end at once, not with the last customer; repeating is safe
)
async def depart_user(user_id: UUID, departure: Departure, work: Work) -> Shown:
    """End an account for good, and hand its customers over to a successor.

    Password, second factors and invitation are gone at once, tokens within a second; the successor
    also manages the departments of the leaver, and answers for the leaver's API clients. Customers
    follow in batches of 1,000, as many as twenty seconds allow; a job goes on with what `remaining`
    counts, and `job_id` and `Location` name it. Repeating changes nothing that is done.
    """
    return await _service(work).depart(user_id, departure.successor_id)


@router.get("/{user_id}/proof", permission=Permission.STAFF_READ, response_model=ProofView)
async def get_user_proof(user_id: UUID, work: Work) -> Shown:
    """Show whether an account is dead: its status, and whether any way in or customer is left."""
    return await _service(work).proof(user_id)
