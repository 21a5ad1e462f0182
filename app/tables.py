"""All tables: importing what declares them, for migrations, privileges and the catalog checker."""

from importlib import import_module
from typing import Final

DECLARING: Final = (
    "app.core.answers",
    "app.core.audit",
    "app.core.chain",
    "app.core.job_records",
    "app.core.emergency",
    "app.core.keys",
    "app.core.lending",
    "app.core.pooling",
    "app.core.quality_rules",
    "app.core.records",
    "app.core.routines",
    "app.features.alerts.models",
    "app.features.campaigns.models",
    "app.features.customers.models",
    "app.features.exports.models",
    "app.features.factors.models",
    "app.features.identity.models",
    "app.features.imports.models",
    "app.features.quotas.models",
    "app.features.mail.models",
    "app.features.merges.models",
    "app.features.pool.models",
    "app.features.purchases.models",
    "app.features.quality.models",
    "app.features.roles.models",
    "app.features.sso.models",
    "app.features.staff.models",
)


def load_all() -> None:
    """Import every module that declares a table."""
    for name in DECLARING:
        import_module(name)
