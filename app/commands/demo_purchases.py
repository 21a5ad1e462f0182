"""The demo's products, and some orders of demo customers; made once, along with the customers."""

from datetime import timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any, Final
from uuid import UUID

from app.commands.principals import open_directory, principal
from app.core.access import Actor
from app.core.audit import Line
from app.core.clock import new_id, now
from app.core.paging import Asked
from app.core.repository import ANY_STATE, Ids
from app.core.work import Platform, UnitOfWork
from app.features.customers.service import CustomerService
from app.features.purchases.service import (
    CategoryService,
    OrderActService,
    OrderService,
    ProductService,
)
from app.settings import Settings

OFFICER: Final = "data_officer"
CATEGORIES: Final = (
    ("tea", "Tea", "茶叶"),
    ("ware", "Tea ware", "茶具"),
    ("gift", "Gifts", "礼盒"),
)
PRODUCTS: Final = (
    ("TEA-001", "Green tea, 250 g", "绿茶 250 克", "tea", "tin", "88.00"),
    ("TEA-002", "Black tea, 250 g", "红茶 250 克", "tea", "tin", "96.00"),
    ("TEA-003", "Oolong, 250 g", "乌龙茶 250 克", "tea", "tin", "128.00"),
    ("TEA-004", "White tea, 357 g", "白茶饼 357 克", "tea", "piece", "268.00"),
    ("TEA-005", "Jasmine tea, 200 g", "茉莉花茶 200 克", "tea", "tin", "58.00"),
    ("WARE-001", "Tea pot", "紫砂壶", "ware", "piece", "360.00"),
    ("WARE-002", "Covered bowl", "盖碗", "ware", "piece", "75.00"),
    ("WARE-003", "Set of six cups", "品茗杯六只装", "ware", "set", "118.00"),
    ("WARE-004", "Tea tray", "茶盘", "ware", "piece", "210.00"),
    ("GIFT-001", "Gift box, two teas", "双茶礼盒", "gift", "box", "198.00"),
    ("GIFT-002", "Gift box, tea and pot", "茶与壶礼盒", "gift", "box", "458.00"),
    ("GIFT-003", "Gift card", "礼品卡", "gift", "piece", "200.00"),
)
CHANNELS: Final = ("store", "online", "wechat", "sales", "phone")
COURSES: Final = (
    ("place", "fulfil", "complete"),
    ("place", "fulfil"),
    ("place",),
    ("place", "cancel"),
    (),
)
ORDERS: Final = 30
FIRST_DAY: Final = timedelta(days=240)


async def add_demo_purchases(settings: Settings, platform: Platform) -> None:
    """Open the demo's products, and orders of the customers that are listed first."""
    directory = await open_directory(settings, platform)
    officer = principal(directory.staff, OFFICER, None)
    sold = await _add_products(platform, officer)
    work = _work(platform, officer, "list_demo_customers")
    asked = Asked((("limit", str(ORDERS // 2)),))
    listed = await CustomerService(work).page(asked)
    await work.settle()
    buyers = cycle([UUID(one["customer_id"]) for one in listed.items])
    for number, course in zip(range(ORDERS), cycle(COURSES), strict=False):
        customer_id = next(buyers)
        work = _work(platform, officer, "create_demo_order")
        made = await OrderService(work).create(customer_id, _order(number, sold))
        ids = Ids(customer_id, UUID(made.values["order_id"]))
        for step in course:
            work.next_line()
            await OrderActService(work).take(step, ids, ANY_STATE)


async def _add_products(platform: Platform, officer: Actor) -> list[UUID]:
    categories, sold = {}, []
    for code, name, name_zh in CATEGORIES:
        work = _work(platform, officer, "create_demo_product")
        made = await CategoryService(work).open({"code": code, "name": name, "name_zh": name_zh})
        categories[code] = UUID(made.values["product_category_id"])
    for code, name, name_zh, category, unit, price in PRODUCTS:
        values: dict[str, Any] = {"code": code, "name": name, "name_zh": name_zh, "unit": unit}
        values |= {"product_category_id": categories[category], "list_price": Decimal(price)}
        work = _work(platform, officer, "create_demo_product")
        made = await ProductService(work).open(values)
        sold.append(UUID(made.values["product_id"]))
    return sold


def _order(number: int, sold: list[UUID]) -> dict[str, Any]:
    """Return an order of one to three lines, each a week after the one before."""
    lines = [
        {"product_id": sold[(number * 5 + place) % len(sold)], "quantity": Decimal(place + 1)}
        for place in range(number % 3 + 1)
    ]
    return {
        "number": f"DEMO-{number + 1:04d}",
        "currency": "CNY",
        "channel": CHANNELS[number % len(CHANNELS)],
        "placed_at": now() - FIRST_DAY + timedelta(days=7 * number),
        "lines": lines,
    }


def _work(platform: Platform, actor: Actor, operation: str) -> UnitOfWork:
    return UnitOfWork(platform, Line(str(new_id()), actor=actor, operation=operation, status=200))
