"""Routes of imports."""

from typing import Any
from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import (
    CursorInvalid,
    FieldNotAvailable,
    FieldReadOnly,
    Malformed,
    NotAFile,
    NotFound,
)
from app.core.views import Listed, Nothing, Sent, Shown
from app.features.exchange.problems import FileTooLarge, NotATable
from app.features.imports.models import RowOutcome, UndoOutcome
from app.features.imports.problems import (
    ImportMoved,
    ImportNotReady,
    ImportNotYours,
    ImportsTooMany,
    UndoTooLate,
)
from app.features.imports.schemas import (
    ChangeView,
    ImportApproval,
    ImportMappingView,
    ImportView,
    Mapping,
    Rejection,
    RowView,
)
from app.features.imports.service import (
    DecidingService,
    ErrorsFile,
    ImportList,
    MappingService,
    RowList,
    TryingService,
    UndoService,
    UploadService,
)
from app.http.documents import PARAMETERS, ListOf
from app.http.files import SECONDS
from app.http.routes import FileBody, Query, Work, feature_router

router = feature_router("imports")
mappings = feature_router("import-mappings", "imports")
PAGING = [PARAMETERS["limit"], PARAMETERS["cursor"]]
WRITE = Permission.IMPORTS_WRITE
DECIDING = (NotFound, ImportNotReady, ImportNotYours, Malformed)


def _outcomes(kind: Any) -> dict[str, Any]:
    schema = {"type": "string", "enum": [one.value for one in kind]}
    return {"name": "outcome", "in": "query", "description": "Only these.", "schema": schema}


@router.get(
    permission=WRITE,
    response_model=ListOf[ImportView],
    problems=(FieldNotAvailable, CursorInvalid, Malformed),
    extra={"parameters": PAGING},
)
async def list_imports(asked: Query, work: Work) -> Listed:
    """List your imports and those that you may decide on, newest first, without their tables."""
    return await ImportList(work).page(asked)


@router.post(
    cost=50,
    permission=WRITE,
    response_model=ImportView,
    status=201,
    problems=(NotAFile, NotATable, FileTooLarge, ImportsTooMany),
    seconds=SECONDS,
    changes=False,  # a body that is not kept can not be told from another
)
async def create_import(pieces: FileBody, work: Work) -> Shown:
    """Upload a spreadsheet: CSV in UTF-8, UTF-16 or GB18030, or XLSX, as it is.

    What it is, its content tells. A job reads it; then the import shows how it is written and
    what its columns seem to be.
    """
    return await UploadService(work).upload(pieces)


@router.get("/{import_id}", permission=WRITE, response_model=ImportView, problems=(NotFound,))
async def get_import(import_id: UUID, work: Work) -> Shown:
    """Show an import: where it stands, its columns with fill rates, and what they are taken for.

    Samples are for the uploader, of columns whose fields they may write.
    """
    return await ImportList(work).get(import_id)


@router.route(
    "PUT",
    "/{import_id}/mapping",
    permission=WRITE,
    response_model=ImportView,
    problems=(NotFound, ImportNotReady, FieldNotAvailable, FieldReadOnly, Malformed),
)
async def map_import(import_id: UUID, asked: Mapping, work: Work) -> Shown:
    """Say what the columns bring, what rows may do, and by what a customer is told.

    Fields hidden from you are refused like unknown ones. A dry run before counts no more.
    """
    return await MappingService(work).map(import_id, asked)


@router.post(
    "/{import_id}/dry-run",
    cost=20,
    permission=WRITE,
    response_model=ImportView,
    status=202,
    problems=(NotFound, ImportNotReady),
)
async def try_import(import_id: UUID, work: Work) -> Shown:
    """Have every row sorted by a job: create, update, unchanged, possible double, refused."""
    return await TryingService(work).start(import_id)


@router.get(
    "/{import_id}/rows",
    cost=10,
    permission=WRITE,
    response_model=ListOf[RowView],
    problems=(NotFound, ImportNotReady, FieldNotAvailable, CursorInvalid, Malformed),
    seconds=20.0,
    extra={"parameters": [*PAGING, _outcomes(RowOutcome)]},
)
async def list_import_rows(import_id: UUID, asked: Query, work: Work) -> Listed:
    """List rows with what would change, field by field, as far as you see the fields yourself."""
    return await RowList(work).page(import_id, asked)


@router.get(
    "/{import_id}/errors",
    cost=20,
    permission=WRITE,
    response_model=None,
    problems=(NotFound, ImportNotReady),
    seconds=SECONDS,
)
async def download_import_errors(import_id: UUID, work: Work) -> Sent:
    """Download the refused rows as CSV, the reasons beside the columns as they came.

    Of columns that bring what you do not see in clear, the cells are empty.
    """
    return await ErrorsFile(work).download(import_id)


@router.post(
    "/{import_id}/submit",
    permission=WRITE,
    response_model=ImportView,
    problems=(NotFound, ImportNotReady),
)
async def submit_import(import_id: UUID, work: Work) -> Shown:
    """Hand in what was tried, for somebody else to decide on."""
    return await DecidingService(work).submit(import_id)


@router.post(
    "/{import_id}/approve",
    cost=20,
    permission=Permission.IMPORTS_APPROVE,
    response_model=ImportView,
    status=202,
    problems=(*DECIDING, ImportMoved),
)
async def approve_import(import_id: UUID, asked: ImportApproval, work: Work) -> Shown:
    """Have it applied, all of it or some outcomes, with the uploader's rights as they are then.

    Never by whoever uploaded or mapped it, nor by whom a field that it brings is hidden from.
    A row that is not any more what the dry run saw is skipped.
    """
    return await DecidingService(work).approve(import_id, asked)


@router.post(
    "/{import_id}/reject",
    permission=Permission.IMPORTS_APPROVE,
    response_model=ImportView,
    problems=DECIDING,
)
async def reject_import(import_id: UUID, asked: Rejection, work: Work) -> Shown:
    """Send it back, to be mapped and tried anew; the audit keeps the reason."""
    return await DecidingService(work).reject(import_id, asked)


@router.post(
    "/{import_id}/undo",
    cost=20,
    permission=WRITE,
    response_model=ImportView,
    status=202,
    problems=(NotFound, ImportNotReady, UndoTooLate),
)
async def undo_import(import_id: UUID, work: Work) -> Shown:
    """Take it back by a job: new customers are archived, changed ones get their old values.

    What was edited since stays. For the uploader and for those who may decide on it.
    """
    return await UndoService(work).start(import_id)


@router.get(
    "/{import_id}/changes",
    cost=10,
    permission=WRITE,
    response_model=ListOf[ChangeView],
    problems=(NotFound, FieldNotAvailable, CursorInvalid, Malformed),
    extra={"parameters": [*PAGING, _outcomes(UndoOutcome)]},
)
async def list_import_changes(import_id: UUID, asked: Query, work: Work) -> Listed:
    """List what it has changed, and after an undo what was `undone`, `kept` or in `conflict`."""
    return await RowList(work).changes(import_id, asked)


@mappings.get(permission=WRITE, response_model=ListOf[ImportMappingView])
async def list_import_mappings(asked: Query, work: Work) -> Listed:
    """List the mappings that you have saved."""
    return await MappingService(work).page(asked)


@mappings.delete("/{import_mapping_id}", permission=WRITE, problems=(NotFound,))
async def remove_import_mapping(import_mapping_id: UUID, work: Work) -> Nothing:
    """Let go of a saved mapping."""
    return await MappingService(work).remove(import_mapping_id)


ROUTES = [*router.routes, *mappings.routes]
