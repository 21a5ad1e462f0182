"""Demo customers: added once, spread over the departments."""

from pathlib import Path

import asyncpg

from app.commands.demo import add_demo_customers
from app.core.passwords import Passwords
from app.features.staff.seeding import ensure_demo_staff
from app.settings import Settings
from tests.conftest import DatabaseUrls


async def test_demo_customers_are_added_once(
    settings: Settings, database_urls: DatabaseUrls
) -> None:
    """2,300 customers in the lowest departments, some with orders; a second time nothing."""
    owner = await asyncpg.connect(database_urls.owner)
    await ensure_demo_staff(owner, Passwords())

    for _ in range(2):
        await add_demo_customers(settings, database_urls.app)

    spread = await owner.fetch(
        "select name, count(*) from customers join departments using (department_id) group by name"
    )
    owned = await owner.fetchval("select count(*) from customers where owner_id is not null")
    pooled = await owner.fetch(
        "select name, count(*) from customers join departments using (department_id) "
        "where pooled_at is not null and owner_id is null group by name"
    )
    pools = await owner.fetchval("select count(*) from pools")
    products = await owner.fetchval("select count(*) from products")
    orders = await owner.fetchval("select count(*) from orders where amount > 0")
    await owner.close()
    assert sum(row["count"] for row in spread) == 2300
    assert {row["name"] for row in spread} == {
        *("Shanghai sales", "Hangzhou sales", "Shenzhen sales", "Customer service")
    }
    assert owned > 500
    assert pools == 2
    assert (products, orders) == (12, 30)
    assert {row["name"]: row["count"] for row in pooled} == dict.fromkeys(
        ("Shanghai sales", "Hangzhou sales", "Shenzhen sales"), 8
    )
    assert not (Path(settings.home) / "demo.refused.csv").exists()
