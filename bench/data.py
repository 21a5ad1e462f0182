"""The rows of the bench: written by the product's own code, and once more in plain columns."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import asyncpg

from app.core import keys
from app.core.access import ActorKind, an_actor
from app.core.audit import Line
from app.core.clock import new_id, now
from app.core.database import Database, Waits
from app.core.ledger import Ledger
from app.core.schemas import admit
from app.core.sealing import Sealing
from app.core.statements import DIALECT
from app.core.work import Platform, UnitOfWork
from app.features.customers.models import Customer
from app.features.customers.schemas import NewCustomer
from app.features.customers.service import OpeningService
from app.features.staff.models import UserStatus
from app.features.staff.roles import SHIPPED
from app.features.staff.seeding import COUNT_UP, PUT_DEPARTMENT, PUT_USER
from app.settings import Settings
from bench.people import people

AT_ONCE: Final = 1000
USERS: Final = 64
ROLE: Final = "sales"
HEAD: Final = "Bench"
BELOW: Final = ("Bench north", "Bench east", "Bench south", "Bench west")
TABLE: Final = "customers"
JOB: Final = UUID(int=1)
WRITTEN_HERE: Final = (
    "select tier, customer_id from customers where created_by = $1 order by customer_id desc"
)
WAITS: Final = Waits(statement=120, lock=60, connection=60)


def scopes_of(role: str) -> frozenset[str]:
    """Return the scopes of a shipped role."""
    return frozenset(next(shipped for shipped in SHIPPED if shipped.code == role).scopes())


@asynccontextmanager
async def open_platform(settings: Settings, url: str) -> AsyncIterator[Platform]:
    """Connect what a process has once, without HTTP and without hurry."""
    ring = keys.load(settings.keys_folder)
    database = await Database.connect(url, size=2, waits=WAITS)
    ledger = Ledger(url, WAITS)
    await ledger.start()
    try:
        yield Platform(database, ledger, Sealing(ring.wrapping, ring.index), ring.mac_key)
    finally:
        await ledger.close()
        await database.close()


async def make_staff(owner: asyncpg.Connection) -> list[str]:
    """Make the departments, and the users whose tokens the load carries; the first one leads."""
    head = new_id()
    await owner.execute(PUT_DEPARTMENT, head, HEAD, None, None, now())
    below = [new_id() for _ in BELOW]
    for department_id, name in zip(below, BELOW, strict=True):
        await owner.execute(PUT_DEPARTMENT, department_id, name, None, head, now())
    for number in range(USERS):
        name = f"bench{number:02d}"
        kind, status = ActorKind.PERSON, UserStatus.ACTIVE
        await owner.execute(PUT_USER, new_id(), name, name, kind, status, head, [ROLE], now())
    await owner.execute(COUNT_UP)
    return [str(one) for one in (head, *below)]


async def write_customers(
    platform: Platform, reference: asyncpg.Connection, departments: list[str], count: int
) -> None:
    """Open the customers through the product's service, and copy their values for the reference."""
    work = job(platform)
    opening = OpeningService(work)
    policy = work.actor.policy
    for first in range(0, count, AT_ONCE):
        sent = people(min(AT_ONCE, count - first), departments, first)
        openings = [opening.prepare(admit(NewCustomer, one, policy).values()) for one in sent]
        await opening.write(openings)
        work.next_line()
        await _copy(reference, [one.stored for one in openings])


async def make_reference_table(reference: asyncpg.Connection) -> None:
    """Make the same members in plain columns, with the two indexes that its statements use."""
    columns = ", ".join(
        f"{name} {entry.column.type.compile(DIALECT) if entry.column is not None else 'text'}"
        for name, entry in Customer.fields.items()
    )
    await reference.execute(f"create table {TABLE} ({columns}, version int not null default 1)")
    await reference.execute(f"alter table {TABLE} add primary key (customer_id)")
    await reference.execute(f"create index on {TABLE} (tier, customer_id)")


async def ids_by_tier(owner: asyncpg.Connection) -> dict[str, list[str]]:
    """Return the ids of what was written here, by tier and in the order of lists."""
    found: dict[str, list[str]] = {}
    for row in await owner.fetch(WRITTEN_HERE, JOB):
        found.setdefault(row["tier"], []).append(str(row["customer_id"]))
    return found


async def _copy(reference: asyncpg.Connection, rows: list[dict[str, Any]]) -> None:
    columns = list(Customer.fields)
    records = [tuple(_value(row, name) for name in columns) for row in rows]
    await reference.copy_records_to_table(TABLE, records=records, columns=columns)


def _value(row: Mapping[str, Any], name: str) -> Any:
    return row.get(name, Customer.fields[name].default)


def job(platform: Platform, operation: str = "bench.fill") -> UnitOfWork:
    """Open the unit of work of a job with a data officer's rights."""
    actor = an_actor(ActorKind.JOB, JOB, roles=("job",), scopes=scopes_of("data_officer"))
    line = Line(str(new_id()), actor=actor, operation=operation, status=200)
    return UnitOfWork(platform, line)
