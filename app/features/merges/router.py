"""Routes of merging."""

from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import (
    CursorInvalid,
    FieldNotAvailable,
    IfMatchMissing,
    Malformed,
    NotFound,
    Stale,
)
from app.core.views import Listed, Shown
from app.features.customers.problems import CustomerArchived
from app.features.merges.problems import KindsDiffer, MergeUndone, SurvivorMerged
from app.features.merges.schemas import MergePreview, MergeView, NewMerge, PreviewView
from app.features.merges.service import MergeList, MergeService, PreviewService, UndoService
from app.http.documents import PARAMETERS, ListOf
from app.http.routes import Query, Work, feature_router

router = feature_router("merges")
REFUSING = (NotFound, KindsDiffer, CustomerArchived, Malformed)
OF_SURVIVOR = {
    "name": "customer_id",
    "in": "query",
    "description": "Whose survivor is this customer.",
    "schema": {"type": "string", "format": "uuid"},
}


@router.post(
    "/preview",
    cost=10,
    permission=Permission.CUSTOMERS_MERGE,
    response_model=PreviewView,
    problems=REFUSING,
    seconds=10.0,
    changes=False,
)
async def preview_merge(asked: MergePreview, work: Work) -> Shown:
    """Show field by field what a merge would keep, and which parts would move.

    It needs write on all fields of all customers named: so nothing hidden is moved or lost.
    """
    return await PreviewService(work).preview(asked)


@router.post(
    cost=20,
    permission=Permission.CUSTOMERS_MERGE,
    response_model=MergeView,
    status=201,
    problems=(*REFUSING, FieldNotAvailable, IfMatchMissing, Stale),
    seconds=10.0,
)
async def create_merge(new: NewMerge, work: Work) -> Shown:
    """Make customers part of another one: its fields by choice or rule, and all their parts.

    412 when one of them is not in the state named in `etags`, 428 without one. A merged id answers
    with the survivor (`merged_into`, `Location`); it is in no list and no search.
    """
    return await MergeService(work).merge(new)


@router.get(
    permission=Permission.CUSTOMERS_MERGE,
    response_model=ListOf[MergeView],
    problems=(FieldNotAvailable, CursorInvalid, Malformed),
    extra={"parameters": [PARAMETERS["limit"], PARAMETERS["cursor"], OF_SURVIVOR]},
)
async def list_merges(asked: Query, work: Work) -> Listed:
    """List merges whose survivor is within your reach, newest first, undone ones included."""
    return await MergeList(work).page(asked)


@router.get("/{merge_id}", permission=Permission.CUSTOMERS_MERGE, response_model=MergeView)
async def get_merge(merge_id: UUID, work: Work) -> Shown:
    """Show a merge: whose values were kept, which parts moved and which stayed behind."""
    return await MergeList(work).get(merge_id)


@router.post(
    "/{merge_id}/undo",
    cost=20,
    permission=Permission.CUSTOMERS_MERGE,
    response_model=MergeView,
    problems=(NotFound, MergeUndone, SurvivorMerged),
    seconds=10.0,
)
async def undo_merge(merge_id: UUID, work: Work) -> Shown:
    """Take a merge back, even days later; what was changed since stays, and is listed.

    The records are remembered as no doubles of each other and not proposed again.
    """
    return await UndoService(work).undo(merge_id)
