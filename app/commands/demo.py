"""Demo customers, loaded once when the service is tried out."""

from app.commands.demo_pool import add_demo_pools
from app.commands.demo_purchases import add_demo_purchases
from app.commands.loading import load_sheet
from app.commands.platform import open_platform
from app.commands.principals import principal, read_staff, references_to
from app.core.jobs import job_work
from app.core.work import Platform
from app.features.customers.service import OpeningService
from app.features.exchange.demo import SYSTEM, demo_sheets, last_number
from app.features.exchange.demo_writing import Team
from app.features.exchange.loading import Order
from app.features.exchange.refusals import refused_rows
from app.features.staff.snapshot import Snapshot
from app.settings import Settings

SELLING = "sales"


async def add_demo_customers(settings: Settings, app_url: str) -> None:
    """Load the demo customers, unless they are there."""
    async with open_platform(settings, app_url) as platform:
        if await _are_there(platform):
            return
        staff = await read_staff(settings, platform)
        order = Order(
            actor=principal(staff, None, None), references=references_to(staff), system=SYSTEM
        )
        with refused_rows(settings.home / "demo.refused.csv") as refused:
            for sheet in demo_sheets(_teams(staff)):
                await load_sheet(platform, order, sheet, refused, "demo customers")
        await add_demo_pools(settings, platform)
        await add_demo_purchases(settings, platform)


async def _are_there(platform: Platform) -> bool:
    """Look for the last of them, and leave a line as any look does."""
    work = job_work(platform, "look_for_demo_customers")
    (owner,) = await OpeningService(work).owners([{"system": SYSTEM, "value": last_number()}])
    await work.settle()
    return owner is not None


def _teams(staff: Snapshot) -> list[Team]:
    """Return the departments with none below them, each with those who sell there."""
    above = {department.parent_id for department in staff.departments.values()}
    lowest = [one for one in staff.departments.values() if one.department_id not in above]
    return [
        Team(
            (one.name_zh or one.name, one.name),
            tuple(
                user.username
                for user in staff.users.values()
                if user.department_id == one.department_id
                and user.is_active
                and SELLING in user.roles
            ),
        )
        for one in lowest
    ]
