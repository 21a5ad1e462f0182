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
from app.features.customers.models.choices import DuplicateStatus
from app.features.customers.schemas.duplicates import (
    DuplicateCheck,
    DuplicateView,
    NotDuplicates,
    PossibleDouble,
    ScanView,
)
from app.features.customers.service import DuplicateService, ProbeService, ScanService
from app.http.documents import ListOf, parameters
from app.http.routes import Query, Work, feature_router

router = feature_router("duplicates")
LISTING = parameters("limit", "cursor", "sort")
LISTING["parameters"] += [
    {
        "name": "status",
        "in": "query",
        "description": "Of these only; without it those that are open.",
        "schema": {"type": "string", "enum": [one.value for one in DuplicateStatus]},
    },
    {
        "name": "score.gte",
        "in": "query",
        "description": "Those only that score as much.",
        "schema": {"type": "number", "minimum": 0, "maximum": 1},
    },
]


@router.get(
    permission=Permission.DUPLICATES_READ,
    response_model=ListOf[DuplicateView],
    problems=(CursorInvalid, FieldNotAvailable, Malformed),
    extra=LISTING,
)
async def list_duplicates(asked: Query, work: Work) -> Listed:
    """List pairs of records that may be of one customer, newest first or by `sort=-score`.

    Both must be within your reach. Pairs that share no whole value but look alike, and scores by
    all that is weighed, are for those who see every member that counts.
    """
    return await DuplicateService(work).page(asked)


@router.post(
    "/scans",
    cost=50,
    permission=Permission.DUPLICATES_SCAN,
    response_model=ScanView,
    status=202,
)
async def create_duplicate_scan(work: Work) -> Shown:
    """Compare all customers within your reach with each other, by a job that `Location` names.

    While yours is under way, that one is told. Refused to those who do not see every member that
    counts. Pairs that were kept apart do not come back.
    """
    return await ScanService(work).create()


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

    By phone, mail, account and document in any spelling, by name, and by what is like these but
    for a slip, a sound or an order, as far as you see it of both. The answer is the same
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
    service = DuplicateService(work)
    return await service.say(pair.customer_id, pair.other_id, DuplicateStatus.NOT_DUPLICATE)


@router.post(
    "/deferrals",
    permission=Permission.CUSTOMERS_MERGE,
    response_model=DuplicateView,
    problems=(NotFound, Malformed),
)
async def create_duplicate_deferral(pair: NotDuplicates, work: Work) -> Shown:
    """Put a pair off: it leaves the open ones, until it is merged or kept apart.

    Needs what merging the two would need.
    """
    service = DuplicateService(work)
    return await service.say(pair.customer_id, pair.other_id, DuplicateStatus.DEFERRED)
