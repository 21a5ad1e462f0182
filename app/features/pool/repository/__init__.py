"""Rows of the pool: its rules, what is used up, and what goes back."""

from app.features.pool.repository.pools import PoolRepository
from app.features.pool.repository.returning import ReturnRepository
from app.features.pool.repository.uses import Standing, UseRepository

__all__ = ["PoolRepository", "ReturnRepository", "Standing", "UseRepository"]
