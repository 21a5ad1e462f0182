"""What may be done about quality."""

from app.features.quality.service.figures import FigureService, keep_figures
from app.features.quality.service.importing import RuleImportService
from app.features.quality.service.issues import IssueService
from app.features.quality.service.measuring import measure_what_is_due
from app.features.quality.service.rules import Family, QualityRuleService
from app.features.quality.service.scoring import ScoreService

__all__ = [
    "Family",
    "FigureService",
    "IssueService",
    "QualityRuleService",
    "RuleImportService",
    "ScoreService",
    "keep_figures",
    "measure_what_is_due",
]
