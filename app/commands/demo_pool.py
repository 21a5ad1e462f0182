"""The demo's common pools, with some customers in each; made once, along with the customers."""

from itertools import cycle
from typing import Final
from uuid import UUID

from app.commands.principals import open_directory, principal
from app.core.access import Actor
from app.core.audit import Line
from app.core.clock import new_id
from app.core.paging import Asked
from app.core.repository import ANY_STATE
from app.core.work import Platform, UnitOfWork
from app.features.customers.service import CustomerService
from app.features.pool.service import PoolActService, PoolService
from app.features.staff.demo import EAST, HANGZHOU, SHANGHAI, SHENZHEN, SOUTH
from app.features.staff.directory import StaffDirectory
from app.settings import Settings

OFFICER: Final = "data_officer"
RULES: Final = {
    "takes_per_day": 20,
    "contact_views_per_day": 50,
    "most_held": 5000,
    "return_after_days": 90,
}
WHY: Final = ("no_need", "unreachable", "too_many", "lost")
RELEASED: Final = 8


async def add_demo_pools(settings: Settings, platform: Platform) -> None:
    """Open a pool for each region that sells, and put customers of its departments into it."""
    directory = await open_directory(settings, platform)
    platform.tools[StaffDirectory] = directory
    officer = principal(directory.staff, OFFICER, None)
    places = {one.name: one.department_id for one in directory.staff.departments.values()}
    for region in (EAST, SOUTH):
        work = _work(platform, officer, "create_demo_pool")
        await PoolService(work).open({"department_id": places[region], **RULES})
    for place in (SHANGHAI, HANGZHOU, SHENZHEN):
        await _release(_work(platform, officer, "release_demo_customers"), places[place])


async def _release(work: UnitOfWork, department_id: UUID) -> None:
    """Give some customers back, as nobody's: who was their owner would have to wait."""
    asked = Asked((("department_id", str(department_id)), ("limit", str(RELEASED))))
    listed = await CustomerService(work).page(asked)
    await work.settle()
    for item, why in zip(listed.items, cycle(WHY), strict=False):
        customer_id = UUID(item["customer_id"])
        released = _work(work.platform, work.actor, work.line.operation)
        await CustomerService(released).change(customer_id, ANY_STATE, {"owner_id": None})
        released.next_line()
        await PoolActService(released).release(customer_id, why)


def _work(platform: Platform, actor: Actor, operation: str) -> UnitOfWork:
    return UnitOfWork(platform, Line(str(new_id()), actor=actor, operation=operation, status=200))
