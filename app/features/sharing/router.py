"""Routes of lending."""

from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, NotFound
from app.core.views import Listed, Shown
from app.features.customers.problems import DepartmentNotAvailable
from app.features.sharing.problems import LentToItself, NotTheManager, SharingEnded
from app.features.sharing.schemas import NewSharingGrant, SharingGrantView
from app.features.sharing.service import SharingService
from app.http.documents import PARAMETERS, ListOf
from app.http.routes import Query, Work, feature_router

router = feature_router("sharing-grants", "access")


def _narrowing(name: str, description: str) -> dict[str, object]:
    schema = {"type": "string", "format": "uuid"}
    return {"name": name, "in": "query", "description": description, "schema": schema}


@router.get(
    permission=Permission.CUSTOMERS_SHARE,
    response_model=ListOf[SharingGrantView],
    problems=(FieldNotAvailable, CursorInvalid, Malformed),
    extra={
        "parameters": [
            PARAMETERS["limit"],
            PARAMETERS["cursor"],
            _narrowing("customer_id", "Of this customer."),
            _narrowing("department_id", "To this department."),
        ]
    },
)
async def list_sharing_grants(asked: Query, work: Work) -> Listed:
    """List what is lent of customers within your reach, newest first, ended ones included."""
    return await SharingService(work).page(asked)


@router.post(
    permission=Permission.CUSTOMERS_SHARE,
    response_model=SharingGrantView,
    status=201,
    problems=(
        NotFound,
        NotTheManager,
        DepartmentNotAvailable,
        LentToItself,
        FieldNotAvailable,
        Malformed,
    ),
)
async def create_sharing_grant(new: NewSharingGrant, work: Work) -> Shown:
    """Lend a customer to another department: some field groups, for reading, until a date.

    Only groups that you read in clear, and never more than the borrowers' roles show them anyway.
    For managers of the customer's department or of one above, and for data officers.
    """
    return await SharingService(work).lend(new)


@router.post(
    "/{sharing_grant_id}/end",
    permission=Permission.CUSTOMERS_SHARE,
    response_model=SharingGrantView,
    problems=(NotFound, NotTheManager, SharingEnded),
)
async def end_sharing_grant(sharing_grant_id: UUID, work: Work) -> Shown:
    """Take a customer back; within a second nobody of the other department sees it any more."""
    return await SharingService(work).end(sharing_grant_id)
