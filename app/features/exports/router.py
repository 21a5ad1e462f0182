"""Routes of exports."""

from uuid import UUID

from app.core.freshness import StepUp
from app.core.permissions import Permission
from app.core.problems import (
    CursorInvalid,
    FieldNotAvailable,
    Malformed,
    NotFound,
    OperatorNotAvailable,
    ReadQuotaSpent,
)
from app.core.views import Listed, Sent, Shown
from app.features.exports.problems import (
    ExportGone,
    ExportLinkRefused,
    ExportNotReady,
    ExportOutdated,
    ExportsTooMany,
)
from app.features.exports.schemas import Download, ExportLinkView, ExportView, NewExport
from app.features.exports.service import ExportService, TakingService
from app.http.documents import PARAMETERS, ListOf
from app.http.files import SECONDS
from app.http.routes import Query, Work, feature_router

router = feature_router("exports")
TAKING = (NotFound, ExportNotReady, ExportGone, ExportOutdated)


@router.get(
    permission=Permission.CUSTOMERS_EXPORT,
    response_model=ListOf[ExportView],
    problems=(FieldNotAvailable, CursorInvalid, Malformed),
    extra={"parameters": [PARAMETERS["limit"], PARAMETERS["cursor"]]},
)
async def list_exports(asked: Query, work: Work) -> Listed:
    """List your exports, newest first; what became of them is told for 90 days."""
    return await ExportService(work).page(asked)


@router.post(
    cost=50,
    permission=Permission.CUSTOMERS_EXPORT,
    step_up=StepUp.ALWAYS,
    response_model=ExportView,
    status=202,
    problems=(FieldNotAvailable, OperatorNotAvailable, Malformed, ExportsTooMany),
)
async def create_export(new: NewExport, work: Work) -> Shown:
    """Have customers written into a file, by a job that `Location` names.

    Those leave that you may export, with the members that you see, as you see them: masked ones
    stay masked. Names that are hidden from you are refused like unknown ones. The job goes by your
    rights as they are while it runs. What is lent to you, or opened in an emergency, stays here.
    """
    return await ExportService(work).create(new)


@router.get(
    "/{export_id}",
    permission=Permission.CUSTOMERS_EXPORT,
    response_model=ExportView,
    problems=(NotFound,),
)
async def get_export(export_id: UUID, work: Work) -> Shown:
    """Show an export of yours: whether its file is ready, and until when it is kept."""
    return await ExportService(work).get(export_id)


@router.post(
    "/{export_id}/link",
    permission=Permission.CUSTOMERS_EXPORT,
    step_up=StepUp.ALWAYS,
    response_model=ExportLinkView,
    problems=TAKING,
    changes=False,  # an answer with a secret is not kept
)
async def link_export(export_id: UUID, work: Work) -> Shown:
    """Draw a token that takes the file, once, within minutes; an earlier one is void.

    Refused when your rights are others than those that the file was written by.
    """
    return await TakingService(work).link(export_id)


@router.post(
    "/{export_id}/download",
    cost=10,
    permission=Permission.CUSTOMERS_EXPORT,
    response_model=None,
    problems=(*TAKING, ExportLinkRefused, ReadQuotaSpent, Malformed),
    seconds=SECONDS,
    changes=False,  # what is taken is not kept
)
async def download_export(export_id: UUID, asked: Download, work: Work) -> Sent:
    """Take the file, once: then it is gone, also when the answer breaks off on its way.

    Its customers count against your quota of records; when that is spent, file and token remain.
    """
    return await TakingService(work).take(export_id, asked.token)
