"""Every route of the service: one line for each feature, and what all of them promise."""

from functools import cache
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.routing import Route

from app.features.access.router import router as access
from app.features.alerts.router import ROUTES as ALERTS
from app.features.campaigns.router import ROUTES as CAMPAIGNS
from app.features.campaigns.router.visits import visit_routes
from app.features.clients.router import router as clients
from app.features.customers.router import ROUTES as CUSTOMERS
from app.features.emergency.router import router as emergency
from app.features.exports.router import router as exports
from app.features.factors.router import router as factors
from app.features.handover.router import router as handover
from app.features.identity.router import router as identity
from app.features.imports.router import ROUTES as IMPORTS
from app.features.jobs.router import router as jobs
from app.features.mail.router import router as mail
from app.features.merges.router import router as merges
from app.features.pool.router import ROUTES as POOL
from app.features.purchases.router import ROUTES as PURCHASES
from app.features.quality.router import ROUTES as QUALITY
from app.features.quotas.router import router as quotas
from app.features.roles.router import ROUTES as ROLES
from app.features.sharing.router import router as sharing
from app.features.sso.router import router as sso
from app.features.staff.router import ROUTES as STAFF
from app.features.trail.router import router as trail
from app.http.health import router as health
from app.http.meta import router as meta
from app.http.openapi import describe
from app.http.routes import LeanRoute


def all_routes() -> list[LeanRoute]:
    """Return the routes, each with the promise it holds to."""
    return [
        *CUSTOMERS,
        *PURCHASES,
        *identity.routes,
        *sso.routes,
        *STAFF,
        *ROLES,
        *clients.routes,
        *handover.routes,
        *access.routes,
        *sharing.routes,
        *emergency.routes,
        *exports.routes,
        *IMPORTS,
        *merges.routes,
        *CAMPAIGNS,
        *POOL,
        *QUALITY,
        *factors.routes,
        *jobs.routes,
        *quotas.routes,
        *mail.routes,
        *trail.routes,
        *ALERTS,
        *meta.routes,
        *health.routes,
    ]


def all_pages() -> list[Route]:
    """Return the pages of features: no operations of the contract, audited all the same."""
    return visit_routes()


def document() -> dict[str, Any]:
    """Return the OpenAPI document of all routes."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.router.routes.extend(all_routes())
    return describe(app)


@cache
def the_document() -> dict[str, Any]:
    """Return the document to read only: making it takes most of a second, so it is made once."""
    return document()


def document_text() -> bytes:
    """Return the OpenAPI document as /openapi.json serves it."""
    return orjson.dumps(the_document())
