"""What may be done with exports."""

from app.features.exports.service.asking import KIND, ExportService
from app.features.exports.service.expiring import let_go
from app.features.exports.service.taking import TakingService
from app.features.exports.service.writing import Progress, WritingService

__all__ = ["KIND", "ExportService", "Progress", "TakingService", "WritingService", "let_go"]
