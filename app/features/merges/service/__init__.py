"""What may be done to merge."""

from app.features.merges.service.merging import MergeService
from app.features.merges.service.previewing import PreviewService
from app.features.merges.service.showing import MergeList
from app.features.merges.service.undoing import UndoService

__all__ = ["MergeList", "MergeService", "PreviewService", "UndoService"]
