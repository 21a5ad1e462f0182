"""Rows of quality: rules, issues, scores, figures."""

from app.features.quality.repository.customers import MeasuredRepository
from app.features.quality.repository.figures import FigureRepository
from app.features.quality.repository.issues import IssueRepository
from app.features.quality.repository.progress import ProgressRepository
from app.features.quality.repository.rules import RuleRepository
from app.features.quality.repository.scores import ScoreRepository

__all__ = [
    "FigureRepository",
    "IssueRepository",
    "MeasuredRepository",
    "ProgressRepository",
    "RuleRepository",
    "ScoreRepository",
]
