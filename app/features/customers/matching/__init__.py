"""Likeness: how two customers are held against each other, and keys that bring them together."""

from app.features.customers.matching.evidence import LEVELS, Level
from app.features.customers.matching.likeness import Likeness, likeness_of
from app.features.customers.matching.scoring import LIKELY, Verdict, compare

__all__ = ["LEVELS", "LIKELY", "Level", "Likeness", "Verdict", "compare", "likeness_of"]
