"""Tests of searching by name: what is found, in which order, page by page without gap or double."""

from typing import Any

import httpx
import pytest

from tests.features.customers.builders import a_customer, create
from tests.service import Service

PATH = "/v1/customers/search"


async def _search(service: Service, by: str = "sales", **asked: Any) -> httpx.Response:
    client = await service.as_(by)
    return await client.post(PATH, json=asked)


async def _found(service: Service, q: str, by: str = "sales", **asked: Any) -> list[str]:
    answer = await _search(service, by, q=q, **asked)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


async def _pages(service: Service, **asked: Any) -> list[list[dict[str, Any]]]:
    pages: list[list[dict[str, Any]]] = []
    cursor: str | None = None
    while True:
        answer = (await _search(service, **asked, **({"cursor": cursor} if cursor else {}))).json()
        pages.append(answer["items"])
        cursor = answer["next_cursor"]
        assert answer["has_more"] == (cursor is not None)
        if cursor is None:
            return pages


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        (
            "欧阳听雨",
            ["欧阳听雨", "欧阳", "听雨", "阳听", "ouyang", "OuYangTingYu", "oyty", "tingyu"],
        ),
        ("吕蒙正", ["吕蒙", "lvmeng", "lumeng", "lyumeng", "lmz"]),
        ("Gertrud Müller-Höhne", ["gertrud", "müller", "MULLER", "höhne", "rtrud mül"]),
        ("北京示例科技有限公司", ["示例科技", "shilikeji", "bjslkj", "北京"]),
        ("ＡＢＣ物流", ["abc物流", "ABC", "物流"]),
    ],
)
async def test_a_name_is_found_by_any_part(service: Service, name: str, queries: list[str]) -> None:
    """Two Chinese characters, pinyin, initials, Latin letters: any part of it."""
    kind = "organization" if "公司" in name or "物流" in name else "person"
    made = await a_customer(service, name=name, kind=kind)

    for q in queries:
        answer = await _search(service, q=q)
        found = {one["customer_id"] for one in answer.json()["items"]}
        assert made["customer_id"] in found, q


async def test_a_name_is_not_found_by_what_is_no_part(service: Service) -> None:
    """Characters and letters must stand together as asked."""
    await a_customer(service, name="司徒望舒")

    assert "司徒望舒" not in await _found(service, "司望")
    assert "司徒望舒" not in await _found(service, "舒望")
    assert "司徒望舒" not in await _found(service, "wangsi")


async def test_another_name_is_found_too(service: Service) -> None:
    """The other name counts as the first does."""
    await a_customer(service, name="诸葛流云", other_name="Cloudy Zhuge")

    assert await _found(service, "cloudy") == ["诸葛流云"]
    assert await _found(service, "诸葛") == ["诸葛流云"]


async def test_a_changed_name_is_found_by_the_new_one_only(service: Service) -> None:
    """The index follows the name."""
    made = await a_customer(service, name="端木青岩")
    client = await service.as_("sales")

    await client.patch(
        f"/v1/customers/{made['customer_id']}", json={"name": "上官青岩"}, headers={"If-Match": "*"}
    )

    assert await _found(service, "端木") == []
    assert await _found(service, "上官青") == ["上官青岩"]


async def test_better_matches_come_first(service: Service) -> None:
    """The whole name before the beginning, the beginning before anywhere."""
    for name in ("南宫飞", "小南宫飞", "南宫飞雪"):
        await a_customer(service, name=name)

    assert await _found(service, "南宫飞") == ["南宫飞", "南宫飞雪", "小南宫飞"]


@pytest.mark.parametrize("limit", [7, 100, 200])
async def test_pages_have_no_gap_and_no_double(service: Service, limit: int) -> None:
    """Three hundred matches of all three ranks come once each, best first."""
    if not await _found(service, "轩辕"):
        client = await service.as_("sales")
        names = [f"{'小' * (place % 3 == 2)}轩辕{'风' * (place % 3)}" for place in range(300)]
        items = [{"create": {"kind": "person", "name": name}} for name in names]
        await client.post("/v1/customers/batch", json={"items": items})

    pages = await _pages(service, q="轩辕", limit=limit)

    found = [one for page in pages for one in page]
    ids = [one["customer_id"] for one in found]
    assert len(ids) == len(set(ids)) == 300
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    ranks = [("轩辕", "轩辕风").index(n) if (n := one["name"])[0] != "小" else 2 for one in found]
    assert ranks == sorted(ranks)


async def test_near_misses_hide_no_match(service: Service) -> None:
    """Many names that hold the pieces, but not together, do not end a search early."""
    made = await a_customer(service, name="Xu Quxuqy")
    for _ in range(12):
        await a_customer(service, name="Uxuxa Uq")

    pages = await _pages(service, q="uxuq", limit=1)

    assert [one["customer_id"] for page in pages for one in page] == [made["customer_id"]]


async def test_a_search_is_narrowed_by_a_filter(service: Service) -> None:
    """Free text and comparisons go together."""
    await a_customer(service, name="夏侯一", tier="A")
    await a_customer(service, name="夏侯二", tier="B")

    tier = {"field": "tier", "value": "B"}

    assert await _found(service, "夏侯", filter=tier) == ["夏侯二"]
    assert await _found(service, "夏侯", filter={"not": tier}) == ["夏侯一"]


async def test_archived_customers_are_found_when_asked_for(service: Service) -> None:
    """Search leaves them out, unless the filter names the status."""
    made = await a_customer(service, name="闻人笑")
    officer = await service.as_("data_officer")
    await officer.post(f"/v1/customers/{made['customer_id']}/archive", headers={"If-Match": "*"})

    assert await _found(service, "闻人笑") == []
    asked = {"field": "status", "value": "archived"}
    assert await _found(service, "闻人笑", filter=asked) == ["闻人笑"]


async def test_only_customers_within_reach_are_found(service: Service) -> None:
    """Names of another department are not there."""
    await a_customer(service, "sales_south", name="公孙越")

    assert await _found(service, "公孙越") == []
    assert await _found(service, "公孙越", "data_officer") == ["公孙越"]


async def test_a_masked_or_hidden_name_cannot_be_searched(service: Service) -> None:
    """Marketing, which sees no names, is refused as for a name it does not know."""
    answer = await _search(service, "marketing", q="王小明")

    assert (answer.status_code, answer.json()["names"]) == (422, ["q"])


@pytest.mark.parametrize(
    ("asked", "pointer", "code"),
    [
        ({"q": ""}, "/q", "nothing-to-search"),
        ({"q": " \t"}, "/q", "nothing-to-search"),
        ({"q": "!?"}, "/q", "nothing-to-search"),
        ({"q": "\u202e"}, "/q", "nothing-to-search"),
        ({"q": "x" * 201}, "/q", "text-too-long"),
        ({"q": 1}, "/q", "type-string"),
        ({"q": "王", "sort": "tier"}, "/sort", "not-with-q"),
        ({"q": "王", "count": "exact"}, "/count", "not-with-q"),
        ({"q": "王", "fields": ["name"]}, "/fields", "not-with-q"),
        ({"limit": 0}, "/limit", "number-out-of-range"),
        ({"limit": 201}, "/limit", "number-out-of-range"),
        ({"limit": "5"}, "/limit", "type-integer"),
        ({"limit": True}, "/limit", "type-integer"),
        ({"count": "all"}, "/count", "choice-unknown"),
        ({"filter": []}, "/filter", "type-object"),
        ({"filter": {"field": "tier", "value": "Z"}}, "/filter/value", "choice-unknown"),
        ({"fields": "name"}, "/fields", "type-list"),
        ({"fields": [1]}, "/fields/0", "type-string"),
    ],
)
async def test_what_cannot_be_asked_is_said(
    service: Service, asked: dict[str, Any], pointer: str, code: str
) -> None:
    """Each malformed member is named with its reason."""
    answer = await _search(service, **asked)

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["code"]) == (422, pointer, code)


@pytest.mark.parametrize("cursor", ["x", "AAAA", "=", "\u0001x", "é", "A" * 2000])
async def test_a_cursor_that_is_not_ours_is_refused(service: Service, cursor: str) -> None:
    """With and without a name to search for."""
    named = await _search(service, q="王小", cursor=cursor)
    filtered = await _search(service, cursor=cursor)

    assert named.json()["type"] == filtered.json()["type"] == "/problems/cursor-invalid"


async def test_a_cursor_belongs_to_its_search(service: Service) -> None:
    """Another text or filter is another search."""
    for _ in range(2):
        await create(service, name="仲孙甲乙")
    cursor = (await _search(service, q="仲孙", limit=1)).json()["next_cursor"]

    other = await _search(service, q="孙甲", limit=1, cursor=cursor)
    narrowed = await _search(
        service, q="仲孙", limit=1, cursor=cursor, filter={"field": "tier", "value": "A"}
    )

    assert cursor
    assert other.json()["type"] == narrowed.json()["type"] == "/problems/cursor-invalid"
