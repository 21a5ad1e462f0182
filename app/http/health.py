"""Health and metrics: what a supervisor and an operator ask."""

from typing import Any

from prometheus_client import generate_latest
from pydantic import BaseModel, Field

from app.core.gauges import Gauges
from app.core.permissions import Permission
from app.core.problems import NotNow
from app.core.sealer import Sealer
from app.core.views import Plain, Shown
from app.http.limits import METRICS
from app.http.routes import FeatureRouter, Work

router = FeatureRouter("", "service")


class Health(BaseModel):
    """How the service is."""

    status: str = Field(examples=["live"])


@router.get("/health/live", permission=None, response_model=Health)
async def get_liveness(work: Work) -> Shown:  # noqa: ARG001 - asks nothing of the database
    """Say that the process answers."""
    return Shown({"status": "live"}, tagged=False)


@router.get("/health/ready", permission=None, response_model=Health, problems=(NotNow,))
async def get_readiness(work: Work) -> Shown:
    """Say whether requests can be answered: database and audit both able."""
    platform = work.platform
    await platform.database.fetch("select 1", [])
    if not await platform.ledger.probe():
        raise NotNow
    return Shown({"status": "ready"}, tagged=False)


@router.get("/metrics", permission=Permission.SYSTEM_READ, response_model=Any)
async def get_metrics(work: Work) -> Plain:
    """Give the metrics of this process in the Prometheus text format."""
    platform = work.platform
    METRICS.note_sealer(platform.tools[Sealer].state)
    for gauge in platform.tools[Gauges].all:
        METRICS.note_gauge(gauge, await gauge.read(platform.database))
    return Plain(generate_latest(METRICS.registry), "text/plain; version=0.0.4; charset=utf-8")
