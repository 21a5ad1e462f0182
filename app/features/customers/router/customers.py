"""Routes of the master record."""

from uuid import UUID

from app.core.freshness import StepUp
from app.core.permissions import Permission
from app.core.problems import (
    CursorInvalid,
    FieldNotAvailable,
    FieldReadOnly,
    IfMatchMissing,
    Malformed,
    NotFound,
    OperatorNotAvailable,
    Stale,
)
from app.core.repository import Ids
from app.core.standards import StandardNotMet
from app.core.views import Listed, Shown
from app.features.customers.models import Customer
from app.features.customers.problems import (
    BatchRefused,
    CustomerArchived,
    DepartmentNotAvailable,
    ExternalIdTaken,
    NotArchived,
    OwnerNotAvailable,
    ParentNotAvailable,
    ProfileMismatch,
)
from app.features.customers.repository import CustomerRepository
from app.features.customers.schemas import (
    Batch,
    BatchAnswer,
    CustomerChange,
    CustomerSummaryView,
    CustomerView,
    HistoryEntry,
    NewCustomer,
    Reveal,
    SearchCustomers,
)
from app.features.customers.service import (
    BatchService,
    CustomerService,
    HistoryService,
    OpeningService,
    RevealService,
    SearchService,
)
from app.http.documents import ListOf, list_route, parameters
from app.http.routes import IfMatch, Query, Work, feature_router

router = feature_router("customers")
CHANGING = (NotFound, Stale, IfMatchMissing, FieldNotAvailable, FieldReadOnly, Malformed)


@router.get(
    permission=Permission.CUSTOMERS_READ,
    response_model=ListOf[CustomerSummaryView],
    problems=(FieldNotAvailable, OperatorNotAvailable, CursorInvalid, Malformed),
    extra=list_route(Customer, include=True),
)
async def list_customers(asked: Query, work: Work) -> Listed:
    """List customers within your reach, newest first.

    Filters and order may only name members that you see in clear; archived customers appear when
    `status` is filtered on. Address, postcode and remark are left out unless `fields` names them.
    """
    return await CustomerService(work).page(asked)


@router.post(
    permission=Permission.CUSTOMERS_WRITE,
    response_model=CustomerView,
    status=201,
    problems=(
        FieldNotAvailable,
        FieldReadOnly,
        Malformed,
        ExternalIdTaken,
        ProfileMismatch,
        DepartmentNotAvailable,
        OwnerNotAvailable,
        ParentNotAvailable,
        StandardNotMet,
    ),
)
async def create_customer(new: NewCustomer, work: Work) -> Shown:
    """Open a customer record with all that is known already.

    A phone, mail or document that another record carries makes a possible double, never a refusal;
    you are told of it when that record is within your reach.
    """
    return await OpeningService(work).create(new.values())


@router.post(
    "/search",
    cost=5,
    permission=Permission.CUSTOMERS_READ,
    response_model=ListOf[CustomerSummaryView],
    problems=(FieldNotAvailable, OperatorNotAvailable, CursorInvalid, Malformed),
    changes=False,
)
async def search_customers(asked: SearchCustomers, work: Work) -> Listed:
    """Search by part of a name, or by a tree of comparisons.

    `q` takes two Chinese characters, pinyin, initials or Latin letters, and answers in order of
    match. A masked phone may be looked up by its whole value, in any spelling.
    """
    return await SearchService(work).search(asked)


@router.post(
    "/batch",
    cost=50,
    permission=Permission.CUSTOMERS_WRITE,
    response_model=BatchAnswer,
    problems=(BatchRefused, Malformed),
    seconds=30.0,
)
async def batch_customers(batch: Batch, work: Work) -> Listed:
    """Open or change up to 1,000 customers; each item has its own answer, in order.

    With `atomic` a single refusal refuses all, and nothing is changed.
    """
    return await BatchService(work).run(batch)


@router.get(
    "/{customer_id}",
    permission=Permission.CUSTOMERS_READ,
    response_model=CustomerView,
    problems=(NotFound, FieldNotAvailable),
    extra=parameters("fields", "include", "if_none_match"),
)
async def get_customer(customer_id: UUID, asked: Query, work: Work) -> Shown:
    """Show a customer as far as your grades reach.

    Members that you do not see are null and named in `withheld`. `include` brings the parts along.
    """
    return await CustomerService(work).get(customer_id, asked)


@router.patch(
    "/{customer_id}",
    permission=Permission.CUSTOMERS_WRITE,
    response_model=CustomerView,
    problems=(
        *CHANGING,
        CustomerArchived,
        DepartmentNotAvailable,
        OwnerNotAvailable,
        StandardNotMet,
    ),
)
async def change_customer(
    customer_id: UUID, seen: IfMatch, change: CustomerChange, work: Work
) -> Shown:
    """Change a customer by a JSON merge patch (RFC 7396).

    Refused with 412 when the record, as you see it, has changed since you read it.
    """
    return await CustomerService(work).change(customer_id, seen, change.values())


@router.post(
    "/{customer_id}/archive",
    permission=Permission.CUSTOMERS_ARCHIVE,
    response_model=CustomerView,
    problems=(NotFound, Stale, IfMatchMissing, CustomerArchived),
)
async def archive_customer(customer_id: UUID, seen: IfMatch, work: Work) -> Shown:
    """Put a customer away: it stays readable, leaves the lists and takes no change."""
    return await CustomerService(work).archive(customer_id, seen)


@router.post(
    "/{customer_id}/restore",
    permission=Permission.CUSTOMERS_ARCHIVE,
    response_model=CustomerView,
    problems=(NotFound, Stale, IfMatchMissing, NotArchived, StandardNotMet),
)
async def restore_customer(customer_id: UUID, seen: IfMatch, work: Work) -> Shown:
    """Bring an archived customer back."""
    return await CustomerService(work).restore(customer_id, seen)


@router.post(
    "/{customer_id}/reveal",
    cost=10,
    permission=Permission.CUSTOMERS_REVEAL,
    step_up=StepUp.AT_TIMES,
    response_model=CustomerView,
    problems=(NotFound, FieldNotAvailable, Malformed),
    changes=False,
)
async def reveal_customer(customer_id: UUID, asked: Reveal, work: Work) -> Shown:
    """Show masked members in clear, for a stated purpose.

    Needs the reveal scope of each member's group; purpose and reason stay on the audit line.
    """
    ids = Ids(customer_id, customer_id)
    return await RevealService(work, CustomerRepository).reveal(ids, asked)


@router.get(
    "/{customer_id}/history",
    permission=Permission.CUSTOMERS_READ,
    response_model=ListOf[HistoryEntry],
    problems=(NotFound, FieldNotAvailable, CursorInvalid, Malformed),
    extra=parameters("resource", "at", "limit", "cursor"),
)
async def list_customer_history(customer_id: UUID, asked: Query, work: Work) -> Listed:
    """List what the record was, newest first, as far as your grades reach.

    Neighbouring states that look the same to you are one. `at` picks the one that held then.
    """
    return await HistoryService(work).spans(customer_id, asked)
