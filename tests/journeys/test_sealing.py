"""Sealing: moved or altered values break aloud, wrong keys do not start, look-ups still find."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import asyncpg
import httpx
import pytest

from app.commands.checks import require_ready
from app.commands.surroundings import StartRefusedError
from app.core import keys
from app.core.key_files import KeysRefused
from app.settings import Settings
from tests.conftest import DatabaseUrls
from tests.features.customers.builders import a_customer, a_phone
from tests.service import Service, running_service

SECRET: Final = "Kanarie in its place"
# What is done to the record of customer $1, with the record of customer $2 at hand.
TAMPERINGS: Final = {
    "values of another customer": (
        "update customers a set contact_personal = b.contact_personal from customers b "
        "where a.customer_id = $1 and b.customer_id = $2"
    ),
    "values of another group": (
        "update customers a set contact_personal = a.identity_personal from customers b "
        "where a.customer_id = $1 and b.customer_id = $2"
    ),
    "values of another table": (
        "update customers a set contact_personal = c.contact_personal from contact_points c, "
        "customers b where a.customer_id = $1 and c.customer_id = $1 and b.customer_id = $2"
    ),
    "the key of another customer": (
        "update customer_keys a set wrapped = b.wrapped from customer_keys b "
        "where a.customer_id = $1 and b.customer_id = $2"
    ),
    "key and values of another customer": (
        "with keys as (update customer_keys a set wrapped = b.wrapped from customer_keys b "
        "where a.customer_id = $1 and b.customer_id = $2) update customers a set "
        "contact_personal = b.contact_personal, identity_personal = b.identity_personal "
        "from customers b where a.customer_id = $1 and b.customer_id = $2"
    ),
    "one bit turned": (
        "update customers a set contact_personal = set_byte(a.contact_personal, 20, "
        "get_byte(a.contact_personal, 20) # 1) from customers b "
        "where a.customer_id = $1 and b.customer_id = $2"
    ),
    "another format": (
        "update customers a set contact_personal = set_byte(a.contact_personal, 0, 9) "
        "from customers b where a.customer_id = $1 and b.customer_id = $2"
    ),
    "the beginning only": (
        "update customers a set contact_personal = substring(a.contact_personal from 1 for 8) "
        "from customers b where a.customer_id = $1 and b.customer_id = $2"
    ),
    "nothing at all": (
        "update customers a set contact_personal = ''::bytea from customers b "
        "where a.customer_id = $1 and b.customer_id = $2"
    ),
}


@pytest.fixture(scope="module")
async def service(database_urls: DatabaseUrls, settings: Settings) -> AsyncIterator[Service]:
    """A service on a database of this module's own, which is tampered with."""
    async with running_service(settings, database_urls.app, database_urls.owner) as running:
        yield running


@pytest.mark.parametrize("tampering", TAMPERINGS.values(), ids=TAMPERINGS)
async def test_what_was_moved_or_altered_breaks_aloud(service: Service, tampering: str) -> None:
    """Every way to the record is 500 without data and with a line, and nothing is changed."""
    phones = [{"type": "phone", "value": a_phone()}]
    one, two = [
        await a_customer(service, name=f"{SECRET} {n}", phone=a_phone(), contact_points=phones)
        for n in (1, 2)
    ]
    owner = await asyncpg.connect(service.owner_url)
    done = await owner.execute(tampering, one["customer_id"], two["customer_id"])
    assert done == "UPDATE 1"

    answers = await every_way(service, one["customer_id"])

    await owner.execute("delete from customers where customer_id = $1", one["customer_id"])
    await owner.close()
    for answer in answers:
        (line,) = await service.lines_of(answer)
        assert (answer.status_code, answer.json()["type"]) == (500, "/problems/broken")
        assert SECRET not in answer.text
        assert (line["status"], line["shown"], line["changed"]) == (500, None, [])


async def every_way(service: Service, customer_id: str) -> list[httpx.Response]:
    """Ask for a customer in every way that opens it."""
    client = await service.as_("sales")
    path = f"/v1/customers/{customer_id}"
    change = {"phone": a_phone()}
    return [
        await client.get(path),
        await client.get("/v1/customers", params={"limit": "200"}),
        await client.post("/v1/customers/search", json={"q": SECRET}),
        await client.patch(path, json=change, headers={"If-Match": "*"}),
        await client.get(f"{path}/history"),
    ]


KEY_FILES: Final = ("wrapping-0001.key", "index.key", "audit-0001.key", "heads.pem")


@pytest.fixture
def other_home(home: Path, tmp_path: Path) -> Path:
    """A copy of the home folder, whose keys may be changed."""
    shutil.copytree(home, tmp_path / "home")
    return tmp_path / "home"


@pytest.mark.parametrize("name", KEY_FILES)
@pytest.mark.parametrize("is_missing", [True, False], ids=["missing", "wrong"])
async def test_a_wrong_or_missing_key_refuses_to_start(
    service: Service, database_urls: DatabaseUrls, other_home: Path, name: str, *, is_missing: bool
) -> None:
    """Neither the checks before serving nor the service start; the sentence names the key."""
    (other_home / "keys" / name).unlink()
    if not is_missing:
        keys.create_missing(other_home / "keys")
    settings = Settings(home=other_home)

    with pytest.raises(StartRefusedError, match=r"key"):
        await require_ready(settings, database_urls.app)
    with pytest.raises((KeysRefused, AssertionError), match=r"key"):
        async with running_service(settings, database_urls.app, database_urls.owner, service.users):
            pytest.fail("the service has started")


SPELLINGS: Final = {
    "phone": (
        "+8613977123456",
        *("13977123456", "+86 139 7712 3456", "0086-139-7712-3456", "139-7712-3456"),
        *("(+86) 13977123456", "１３９７７１２３４５６", "86 139 7712 3456"),
    ),
    "email": ("a.person@example.com", "A.Person@Example.COM", " a.person@example.com "),
    "wechat": ("person_2026", "PERSON_2026"),
    "id_number": ("11000019000101008X", "11000019000101008x", "110000 19000101 008X"),
    "registration_no": ("91220000MA00B0000H", "91220000ma00b0000h"),
}


async def test_a_value_is_found_in_any_spelling(service: Service) -> None:
    """Phone, mail, account, document and credit code are found however they are written."""
    known = {name: spellings[0] for name, spellings in SPELLINGS.items()}
    officer = await service.as_("data_officer")
    places = (await officer.get("/v1/departments")).json()["items"]
    common = {"department_id": places[0]["department_id"], "name": "Findable"}
    person = {n: known[n] for n in ("phone", "email", "wechat")} | common | {"kind": "person"}
    person["person_profile"] = {"id_number": known["id_number"]}
    company = common | {"kind": "organization"}
    company["organization_profile"] = {"registration_no": known["registration_no"]}
    made = [await officer.post("/v1/customers", json=one) for one in (person, company)]
    assert [one.status_code for one in made] == [201, 201], [one.text for one in made]
    ids = [one.json()["customer_id"] for one in made]

    for name, spellings in SPELLINGS.items():
        for spelling in spellings:
            asked = {"filter": {"field": name, "op": "eq", "value": spelling}}
            found = await officer.post("/v1/customers/search", json=asked)
            rows = found.json().get("items", found.text)

            assert [row["customer_id"] for row in rows] == [ids[name == "registration_no"]], (
                spelling
            )


async def test_nothing_personal_is_unique(service: Service) -> None:
    """Families share a phone: both records stand, and both are found by it."""
    phone = a_phone()
    one, two = [await a_customer(service, phone=phone) for _ in range(2)]
    client = await service.as_("sales")

    asked = {"filter": {"field": "phone", "op": "eq", "value": phone}}
    found = (await client.post("/v1/customers/search", json=asked)).json()["items"]

    assert {row["customer_id"] for row in found} == {one["customer_id"], two["customer_id"]}
    assert two["possible_duplicates"] == [{"customer_id": one["customer_id"], "matched": ["phone"]}]
