"""Tests of contact points: each type checks, masks and keeps its value in one form."""

import httpx
import pytest

from tests.features.customers.builders import a_customer, a_phone
from tests.service import Service

SEEN = {"If-Match": "*"}
CONTACTS = [
    ("phone", "０１３８００１３８０００", "+8613800138000"),
    ("phone", "0086 138-0013-8000", "+8613800138000"),
    ("phone", "+49 30 901820", "+4930901820"),
    ("fax", "021-61234567", "+862161234567"),
    ("email", "Wang.Xiaoming@Example.COM", "wang.xiaoming@example.com"),
    ("wechat", "Wang_Xiaoming", "wang_xiaoming"),
    ("qq", "１０００１", "10001"),
    ("website", "example.com/a b", None),
    ("website", "www.Example.com", "https://www.example.com/"),
    ("weibo", "王小明Demo", "王小明Demo"),
    ("other", "gate 3, ring twice", "gate 3, ring twice"),
    ("email", "nobody", None),
    ("qq", "no-number", None),
    ("pigeon", "x", None),
]


async def _add(service: Service, kind: str, value: str) -> httpx.Response:
    made = await a_customer(service)
    path = f"/v1/customers/{made['customer_id']}/contact-points"
    return await (await service.as_("sales")).post(path, json={"type": kind, "value": value})


@pytest.mark.parametrize(("kind", "given", "stored"), CONTACTS)
async def test_a_contact_value_is_checked_by_its_type(
    service: Service, kind: str, given: str, stored: str | None
) -> None:
    """Each type brings its value into one form, or refuses it."""
    added = await _add(service, kind, given)

    if stored is None:
        assert added.status_code == 422
        assert added.json()["errors"][0]["pointer"] in {"/value", "/type"}
        assert given not in added.text
        return
    assert (added.status_code, added.json()["value"]) == (201, stored)


MASKS = [
    ("phone", "+8613800138000", "138****8000"),
    ("email", "wang@example.com", "w***@***"),
    ("wechat", "wang_xiaoming", "***"),
    ("website", "https://www.example.com/", "***"),
    ("other", "gate 3, ring twice", "***"),
]


@pytest.mark.parametrize(("kind", "value", "mask"), MASKS)
async def test_a_contact_value_is_masked_by_its_form(
    service: Service, kind: str, value: str, mask: str
) -> None:
    """The desk sees a mask, which cannot be sent back as if it were the value."""
    added = await _add(service, kind, value)
    path = added.headers["location"]

    seen = (await (await service.as_("service")).get(path)).json()
    sent_back = await (await service.as_("sales")).patch(path, json={"value": mask}, headers=SEEN)

    assert (seen["value"], seen["withheld"]["value"]) == (mask, "masked")
    assert sent_back.status_code == 422


async def test_a_contact_value_must_fit_its_new_type(service: Service) -> None:
    """Changing the type alone checks the value that stands already."""
    phone = a_phone()
    added = await _add(service, "phone", phone)
    client, path = await service.as_("sales"), added.headers["location"]

    misfit = await client.patch(path, json={"type": "email"}, headers=SEEN)
    fitting = await client.patch(path, json={"type": "fax"}, headers=SEEN)
    both = await client.patch(path, json={"type": "qq", "value": "10002"}, headers=SEEN)

    assert (misfit.status_code, misfit.json()["errors"][0]["pointer"]) == (422, "/value")
    assert (fitting.json()["type"], fitting.json()["value"]) == ("fax", phone)
    assert (both.json()["type"], both.json()["value"]) == ("qq", "10002")
