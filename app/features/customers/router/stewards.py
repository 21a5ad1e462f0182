"""Routes of possible doubles: the stewards' queue, their verdict, and a check while typing."""

from app.core.permissions import Permission
from app.core.problems import (
    CursorInvalid,
    FieldNotAvailable,
    FieldReadOnly,
    Malformed,
    NotFound,
)
from app.core.views import Listed, Shown
from app.features.customers.schemas import (
    DuplicateCheck,
    DuplicateView,
    NotDuplicates,
    PossibleDouble,
)
from app.features.customers.service import DuplicateService, ProbeService
from app.http.documents import ListOf, parameters
from app.http.routes import Query, Work, feature_router

router = feature_router("duplicates")


@router.get(
    permission=Permission.DUPLICATES_READ,
    response_model=ListOf[DuplicateView],
    problems=(CursorInvalid, FieldNotAvailable, Malformed),
    extra=parameters("limit", "cursor"),
)
async def list_duplicates(asked: Query, work: Work) -> Listed:
    """List pairs of records that share a phone, mail or document, newest first."""
    return await DuplicateService(work).page(asked)


@router.post(
    "/check",
    cost=5,
    permission=Permission.CUSTOMERS_WRITE,
    response_model=ListOf[PossibleDouble],
    problems=(FieldNotAvailable, FieldReadOnly, Malformed),
    changes=False,
)
async def check_duplicates(typed: DuplicateCheck, work: Work) -> Listed:
    """Say whether customers within your reach look like one that is being typed.

    By phone, mail, account and document in any spelling, and by name. The answer is the same
    whatever is beyond your reach. It counts against the quota of look-ups.
    """
    return await ProbeService(work).check(typed)


@router.post(
    "/not-duplicates",
    permission=Permission.CUSTOMERS_MERGE,
    response_model=DuplicateView,
    problems=(NotFound, Malformed),
)
async def create_not_duplicate(pair: NotDuplicates, work: Work) -> Shown:
    """Say that two records are two customers: the pair is not proposed again.

    Needs what merging the two would need.
    """
    return await DuplicateService(work).keep_apart(pair.customer_id, pair.other_id)
