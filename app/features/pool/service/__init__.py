"""What may be done with the pool: its rules, the acts on its customers, the automatic return."""

from app.features.pool.service.acts import PoolActService
from app.features.pool.service.pools import PoolService
from app.features.pool.service.returning import return_what_is_due

__all__ = ["PoolActService", "PoolService", "return_what_is_due"]
