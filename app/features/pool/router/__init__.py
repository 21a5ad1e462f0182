"""Routes of the pool: its rules, and the acts on its customers."""

from app.features.pool.router.acts import router as acts
from app.features.pool.router.pools import router as pools

ROUTES = [*pools.routes, *acts.routes]
