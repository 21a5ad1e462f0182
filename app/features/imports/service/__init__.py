"""What may be done with imports."""

from app.features.imports.service.applying import apply
from app.features.imports.service.deciding import APPLY, DecidingService
from app.features.imports.service.errors import ErrorsFile
from app.features.imports.service.expiring import let_go
from app.features.imports.service.mapping import MappingService
from app.features.imports.service.reading import Reading
from app.features.imports.service.rows import RowList
from app.features.imports.service.showing import ImportList
from app.features.imports.service.trying import TRY, TryingService, try_out
from app.features.imports.service.undoing import UNDO, UndoService, undo
from app.features.imports.service.uploading import READ, UploadService

__all__ = [
    "APPLY",
    "READ",
    "TRY",
    "UNDO",
    "DecidingService",
    "ErrorsFile",
    "ImportList",
    "MappingService",
    "Reading",
    "RowList",
    "TryingService",
    "UndoService",
    "UploadService",
    "apply",
    "let_go",
    "try_out",
    "undo",
]
