"""What operators watch of alerts and of the scheduled verification."""

from collections.abc import Mapping
from typing import Final

from app.core.database import Database
from app.core.gauges import Gauge
from app.features.alerts.models import Severity

OPEN: Final = "select severity, count(*) from alerts where state = 'open' group by severity"
LAST: Final = (
    "select extract(epoch from checked_at)::float8, bad_kind is null "
    "from audit_checks order by checked_at desc limit 1"
)


async def _open(database: Database) -> Mapping[str, float]:
    counts = dict.fromkeys((one.value for one in Severity), 0.0)
    return counts | {row[0]: float(row[1]) for row in await database.fetch(OPEN, [])}


async def _verified(database: Database) -> Mapping[str, float]:
    rows = await database.fetch(LAST, [])
    if not rows:
        return {"checked_at_seconds": 0.0, "broken": 0.0}
    return {"checked_at_seconds": rows[0][0], "broken": float(not rows[0][1])}


OPEN_ALERTS: Final = Gauge("cims_alerts_open", "Alerts that nobody has taken", "severity", _open)
VERIFIED: Final = Gauge(
    "cims_audit_verification",
    "When the audit was last verified, and if it broke",
    "what",
    _verified,
)
