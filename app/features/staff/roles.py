"""The roles that are shipped: what each may do, and how far it sees into each field group."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.core.access import REACH_ALL
from app.core.fields import GROUPS
from app.core.grants import REVEAL, Grade
from app.core.permissions import Permission
from app.core.records import RECORD, RESOURCES, TRACE

P = Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedRole:
    """A role as data: groups of fields by grade; `every` is for all groups of customers."""

    code: str
    en: str
    zh: str
    permissions: tuple[Permission, ...] = ()
    reaches_all: bool = False
    every: Grade = Grade.NONE
    masked: str = ""
    read: str = ""
    write: str = ""
    reveal: str = ""

    def scopes(self) -> list[str]:
        """Return the scopes, sorted; raises LookupError for a group that no feature declares."""
        permissions = {permission.value for permission in (P.SIGNED_IN, *self.permissions)}
        reach = {REACH_ALL} if self.reaches_all else set()
        return sorted({*permissions, *self._granted(), *reach})

    def _granted(self) -> Iterator[str]:
        if self.every is not Grade.NONE:
            yield from (f"{group}:{self.every}" for group in customer_groups())
            yield from (f"{group}:{REVEAL}" for group in customer_groups(sealed=True))
        for words, action in (
            (self.masked, Grade.MASKED),
            (self.read, Grade.READ),
            (self.write, Grade.WRITE),
            (self.reveal, REVEAL),
        ):
            yield from (f"{_declared(group)}:{action}" for group in words.split())


def customer_groups(*, sealed: bool = False) -> list[str]:
    """Return the groups of the fields that describe customers, or of those that are sealed."""
    fields = [entry for record in RESOURCES.values() for entry in record.fields.values()]
    groups = {entry.group.name for entry in fields if entry.is_sealed or not sealed}
    return sorted(groups - {RECORD.name, TRACE.name})


def _declared(group: str) -> str:
    if group not in GROUPS:
        raise LookupError(f"no feature declares the field group {group}")
    return group


CUSTOMERS: Final = (P.CUSTOMERS_READ, P.CUSTOMERS_WRITE)
FACTS: Final = "identity contact address classes region demographics registration people business"

SHIPPED: Final = (
    ShippedRole(
        code="administrator",
        en="Administrator",
        zh="系统管理员",
        permissions=(
            P.STAFF_READ,
            P.STAFF_WRITE,
            P.FACTORS_RESET,
            P.SESSIONS_MANAGE,
            P.MESSAGES_READ,
            P.MESSAGES_RETRY,
            P.CLIENTS_READ,
            P.CLIENTS_WRITE,
            P.ROLES_READ,
            P.ROLES_WRITE,
            P.ROLES_PUBLISH,
            P.JOBS_READ_ALL,
            P.JOBS_MANAGE,
            P.ALERTS_MANAGE,
            P.SYSTEM_READ,
        ),
    ),
    ShippedRole(
        code="data_officer",
        en="Data officer",
        zh="数据管理员",
        permissions=(
            *CUSTOMERS,
            P.CUSTOMERS_ARCHIVE,
            P.CUSTOMERS_REVEAL,
            P.CUSTOMERS_SHARE,
            P.CUSTOMERS_EXPORT,
            P.CUSTOMERS_MERGE,
            P.IMPORTS_WRITE,
            P.IMPORTS_APPROVE,
            P.CAMPAIGNS_WRITE,
            P.CORRECTIONS_REVIEW,
            P.DUPLICATES_READ,
            P.DUPLICATES_SCAN,
            P.ACCESS_LOG_READ,
            P.ACCESS_EXPLAIN,
            P.ALERTS_READ,
            P.ALERTS_HANDLE,
            P.EMERGENCY_OPEN,
            P.EMERGENCY_REVIEW,
            P.POOL_MANAGE,
            P.QUALITY_READ,
            P.QUALITY_MANAGE,
            P.ORDERS_WRITE,
            P.PRODUCTS_WRITE,
        ),
        reaches_all=True,
        every=Grade.WRITE,
        read="record trace",
    ),
    ShippedRole(
        code="sales",
        en="Sales",
        zh="销售",
        permissions=(
            *CUSTOMERS,
            P.CUSTOMERS_SHARE,
            P.POOL_TAKE,
            P.ORDERS_WRITE,
            P.QUALITY_READ,
        ),
        masked="document",
        read="ownership record",
        write=f"{FACTS} character trade purchases amounts notes links external",
    ),
    ShippedRole(
        code="service",
        en="Customer service",
        zh="客服",
        permissions=(*CUSTOMERS, P.CUSTOMERS_REVEAL),
        reaches_all=True,
        masked="contact address demographics",
        read="identity classes region trade purchases links external record",
        write="notes",
        reveal="contact address",
    ),
    ShippedRole(
        code="marketing",
        en="Marketing",
        zh="市场",
        permissions=(P.CUSTOMERS_READ,),
        reaches_all=True,
        masked="demographics",
        read="classes region trade purchases business record",
    ),
    ShippedRole(
        code="data_entry",
        en="Data entry",
        zh="录入员",
        permissions=(*CUSTOMERS, P.IMPORTS_WRITE),
        read="record",
        write=f"{FACTS} document external",
    ),
    ShippedRole(
        code="auditor",
        en="Auditor",
        zh="审计员",
        permissions=(
            P.AUDIT_READ,
            P.AUDIT_VERIFY,
            P.ACCESS_LOG_READ,
            P.ALERTS_READ,
            P.ALERTS_HANDLE,
            P.EMERGENCY_REVIEW,
            P.JOBS_READ_ALL,
        ),
        reaches_all=True,
    ),
    ShippedRole(
        code="integration",
        en="Other system",
        zh="外部系统",
        permissions=(*CUSTOMERS, P.ORDERS_WRITE, P.PRODUCTS_WRITE),
        reaches_all=True,
        read="business record trace",
        write="identity contact classes region address external purchases amounts",
    ),
)
