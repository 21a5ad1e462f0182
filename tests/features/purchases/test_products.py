"""Tests of products and their categories: reference data that is retired, never deleted."""

from typing import Any

import httpx
import pytest

from tests.features.purchases.shop import EVERY, NOWHERE, a_code, a_product
from tests.journeys.matrix.cells import slug
from tests.service import Service

CATEGORIES = "/v1/product-categories"


async def _category(service: Service, **values: Any) -> httpx.Response:
    officer = await service.as_("data_officer")
    return await officer.post(CATEGORIES, json={"code": a_code("C"), "name": "Tea", **values})


async def test_the_tree_has_five_levels(service: Service) -> None:
    """A sixth is refused, also by moving a branch, and none comes below itself."""
    officer, parent = await service.as_("data_officer"), None
    ids: list[str] = []
    for _ in range(5):
        made = await _category(service, parent_id=parent)
        parent = made.json()["product_category_id"]
        ids.append(parent)
    top = (await _category(service)).json()["product_category_id"]

    sixth = await _category(service, parent_id=parent)
    moved = [
        await officer.patch(f"{CATEGORIES}/{one}", json={"parent_id": to}, headers=EVERY)
        for one, to in ((ids[0], top), (ids[0], ids[4]), (ids[0], ids[0]), (ids[1], top))
    ]
    nowhere = await _category(service, parent_id=NOWHERE)

    assert slug(sixth) == "category-too-deep"
    assert [one.status_code for one in moved] == [409, 409, 409, 200]
    assert slug(nowhere) == "category-not-available"


async def test_what_is_in_use_is_not_retired(service: Service) -> None:
    """A category goes after its products, and takes no new ones then."""
    officer = await service.as_("data_officer")
    category = (await _category(service)).json()["product_category_id"]
    product = await a_product(service, product_category_id=category)
    retire = f"{CATEGORIES}/{category}/retire"

    early = await officer.post(retire, headers=EVERY)
    gone = await officer.post(f"/v1/products/{product['product_id']}/retire", headers=EVERY)
    retired = await officer.post(retire, headers=EVERY)
    late = await officer.patch(
        f"/v1/products/{product['product_id']}", json={"name": "x"}, headers=EVERY
    )
    new = {"code": a_code(), "name": "x", "unit": "tin", "product_category_id": category}
    refused = await officer.post("/v1/products", json=new)

    assert (slug(early), slug(late), slug(refused)) == (
        "category-in-use",
        "product-retired",
        "category-not-available",
    )
    assert gone.json()["retired_at"] is not None
    assert retired.status_code == 200


async def test_codes_are_unique_and_lists_go_by_them(service: Service) -> None:
    """Found by code, page by page, retired ones apart."""
    officer, sales = await service.as_("data_officer"), await service.as_("sales")
    category = (await _category(service)).json()["product_category_id"]
    made = [await a_product(service, product_category_id=category) for _ in range(3)]
    await officer.post(f"/v1/products/{made[0]['product_id']}/retire", headers=EVERY)
    new = {"code": made[0]["code"], "name": "x", "unit": "tin"}
    of = f"/v1/products?product_category_id={category}"

    again = await officer.post("/v1/products", json=new)
    first = (await sales.get(f"{of}&limit=1")).json()
    rest = (await sales.get(f"{of}&limit=1&cursor={first['next_cursor']}")).json()
    retired = (await sales.get(f"{of}&retired=true")).json()["items"]
    found = (await sales.get(f"/v1/products?code={made[1]['code']}")).json()["items"]

    assert slug(again) == "product-code-taken"
    assert sorted(one["code"] for one in first["items"] + rest["items"]) == sorted(
        one["code"] for one in made[1:]
    )
    assert rest["has_more"] is False
    assert [one["code"] for one in retired] == [made[0]["code"]]
    assert found == [made[1]]


async def test_products_change_by_merge_patch(service: Service) -> None:
    """By those who keep them, who have seen what they change."""
    made = await a_product(service)
    path = f"/v1/products/{made['product_id']}"
    officer, sales = await service.as_("data_officer"), await service.as_("sales")
    seen = (await sales.get(path)).headers["etag"]

    by_sales = await sales.patch(path, json={"name": "x"}, headers=EVERY)
    without = await officer.patch(path, json={"name": "x"})
    changed = await officer.patch(path, json={"list_price": None}, headers={"If-Match": seen})
    stale = await officer.patch(path, json={"name": "x"}, headers={"If-Match": seen})
    (line,) = await service.lines_of(changed)

    assert slug(by_sales) == "not-permitted"
    assert (without.status_code, stale.status_code) == (428, 412)
    assert changed.json() == {**made, "list_price": None}
    assert made["product_id"] in str(line["detail"])


@pytest.mark.parametrize(
    "new",
    [
        {"code": "has space"},
        {"code": ""},
        {"name": ""},
        {"currency": "XXX"},
        {"currency": None},
        {"list_price": "-1"},
        {"list_price": 1.5},
        {"unit": "x" * 21},
        {"retired_at": "2026-01-01T00:00:00Z"},
    ],
    ids=str,
)
async def test_what_no_product_may_be(service: Service, new: dict[str, Any]) -> None:
    """Refused whole, by name."""
    officer = await service.as_("data_officer")

    answer = await officer.post(
        "/v1/products", json={"code": a_code(), "name": "x", "unit": "tin", **new}
    )

    assert answer.status_code == 422, answer.text
