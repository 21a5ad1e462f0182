"""Routes of the stewards: the queue of possible doubles."""

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed
from app.core.views import Listed
from app.features.customers.schemas import DuplicateView
from app.features.customers.service import DuplicateService
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
