"""The repositories of imports."""

from app.features.imports.repository.changes import Change, ChangeRepository
from app.features.imports.repository.imports import ExpiredImports, ImportRepository
from app.features.imports.repository.mappings import MappingRepository
from app.features.imports.repository.pieces import PieceRepository

__all__ = [
    "Change",
    "ChangeRepository",
    "ExpiredImports",
    "ImportRepository",
    "MappingRepository",
    "PieceRepository",
]
