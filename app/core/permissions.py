"""Permissions: the operations that a role may open, by name."""

from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """What an operation asks of the actor, beside the grades of the fields it touches."""

    SIGNED_IN = "self:read"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    CUSTOMERS_ARCHIVE = "customers:archive"
    CUSTOMERS_REVEAL = "customers:reveal"
    CUSTOMERS_SHARE = "customers:share"
    CUSTOMERS_EXPORT = "customers:export"
    CUSTOMERS_MERGE = "customers:merge"
    IMPORTS_WRITE = "imports:write"
    IMPORTS_APPROVE = "imports:approve"
    DUPLICATES_READ = "duplicates:read"
    DUPLICATES_SCAN = "duplicates:scan"
    ACCESS_LOG_READ = "access-log:read"
    ORDERS_WRITE = "orders:write"
    PRODUCTS_WRITE = "products:write"
    QUALITY_READ = "quality:read"
    QUALITY_MANAGE = "quality:manage"
    POOL_TAKE = "pool:take"
    POOL_MANAGE = "pool:manage"
    AUDIT_READ = "audit:read"
    AUDIT_VERIFY = "audit:verify"
    ACCESS_EXPLAIN = "access:explain"
    ALERTS_READ = "alerts:read"
    ALERTS_HANDLE = "alerts:handle"
    ALERTS_MANAGE = "alerts:manage"
    EMERGENCY_OPEN = "emergency:open"
    EMERGENCY_REVIEW = "emergency:review"
    STAFF_READ = "staff:read"
    STAFF_WRITE = "staff:write"
    FACTORS_RESET = "factors:reset"
    SESSIONS_MANAGE = "sessions:manage"
    MESSAGES_READ = "messages:read"
    MESSAGES_RETRY = "messages:retry"
    CLIENTS_READ = "clients:read"
    CLIENTS_WRITE = "clients:write"
    ROLES_READ = "roles:read"
    ROLES_WRITE = "roles:write"
    ROLES_PUBLISH = "roles:publish"
    JOBS_READ_ALL = "jobs:read-all"
    JOBS_MANAGE = "jobs:manage"
    SYSTEM_READ = "system:read"


PERMISSIONS: Final = frozenset(permission.value for permission in Permission)
