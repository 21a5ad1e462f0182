"""The routes of the archive."""

from app.features.customers.router import customers, parts, stewards
from app.http.routes import LeanRoute

ROUTES: list[LeanRoute] = [*customers.router.routes, *parts.routes, *stewards.router.routes]
