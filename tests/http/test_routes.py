"""Tests of routes: how their arguments are filled, and what they send."""

from uuid import UUID

import pytest

from app.core.permissions import Permission
from app.core.views import Nothing, Plain, Shown
from app.http.routes import FeatureRouter, Work, feature_router
from tests.features.customers.builders import a_customer
from tests.service import Service

SEEN = {"If-Match": "*"}


@pytest.mark.parametrize(
    "spelling",
    [
        "{{{}}}",
        "urn:uuid:{}",
        "{} ",
        " {}",
        "{}/",
        "0x{}",
    ],
)
async def test_an_id_has_one_spelling(service: Service, spelling: str) -> None:
    """Other ways to write the same number lead nowhere, so that one record has one address."""
    made = await a_customer(service)
    client = await service.as_("sales")

    answer = await client.get(f"/v1/customers/{spelling.format(made['customer_id'])}")

    assert answer.status_code == 404


async def test_hyphens_stand_where_they_belong(service: Service) -> None:
    """Neither without them, nor elsewhere, nor with another script's digits."""
    plain = UUID((await a_customer(service))["customer_id"]).hex
    client = await service.as_("sales")
    moved = f"{plain[:4]}-{plain[4:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"

    for spelling in (plain, moved, f"{plain[:8]}_{plain[9:]}", plain.replace("0", "٠")):
        assert (await client.get(f"/v1/customers/{spelling}")).status_code == 404


@pytest.mark.parametrize("state", ["", " ", '"old"', 'W/"old"', "old", "\xff", '"a", "b"'])
async def test_any_other_state_is_stale(service: Service, state: str) -> None:
    """An empty If-Match is a missing one; whatever is not the ETag is an old one."""
    made = await a_customer(service)
    client = await service.as_("sales")

    answer = await client.patch(
        f"/v1/customers/{made['customer_id']}",
        json={"tier": "A"},
        headers=[(b"if-match", state.encode("latin-1"))],
    )

    assert answer.status_code == (412 if state.strip() else 428)


@pytest.mark.parametrize("held", ['"x", {}', "W/{}", "{}", "*"])
async def test_what_is_held_already_is_not_sent(service: Service, held: str) -> None:
    """If-None-Match may name several states, weakly too, or any."""
    made = await a_customer(service)
    client = await service.as_("sales")
    path = f"/v1/customers/{made['customer_id']}"
    etag = (await client.get(path)).headers["etag"]

    answer = await client.get(path, headers={"If-None-Match": held.format(etag)})
    other = await client.get(path, headers={"If-None-Match": '"other"'})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag
    assert "content-length" not in answer.headers
    assert other.status_code == 200


async def test_a_removal_has_no_body_and_no_type(service: Service) -> None:
    """204 says all there is to say."""
    made = await a_customer(service)
    client = await service.as_("sales")
    note = await client.post(f"/v1/customers/{made['customer_id']}/notes", json={"text": "x"})

    answer = await client.delete(note.headers["location"], headers=SEEN)

    assert (answer.status_code, answer.content) == (204, b"")
    assert not {"content-type", "content-length", "etag"} & set(answer.headers)


def test_a_router_collects_its_routes() -> None:
    """Each with the promise it holds to; only what changes by POST or PATCH takes a key."""
    router = feature_router("things", tag="tested")

    @router.get("/{thing}", permission=Permission.SIGNED_IN, response_model=None)
    async def get_thing(thing: str, work: Work) -> Plain:
        return Plain(thing.encode(), str(work))

    @router.post(permission=None, response_model=None, changes=False)
    async def find_things(work: Work) -> Shown:
        return Shown({"work": work})

    @router.delete("/{thing}", permission=None)
    async def remove_thing(thing: UUID, work: Work) -> Nothing:
        del thing, work
        return Nothing()

    get, find, remove = router.routes
    assert [route.path for route in router.routes] == [
        "/v1/things/{thing}",
        "/v1/things",
        "/v1/things/{thing}",
    ]
    assert [route.method for route in router.routes] == ["GET", "POST", "DELETE"]
    assert [route.success for route in router.routes] == [200, 200, 204]
    assert not any(route.keyed for route in (get, find, remove))
    assert (get.operation_id, find.operation_id) == ("get_thing", "find_things")
    assert get.promise.permission is Permission.SIGNED_IN


def test_a_router_may_stand_at_the_root() -> None:
    """Without a noun its prefix is all there is."""
    assert feature_router("", prefix="/x").prefix == "/x"
    assert FeatureRouter("", "service").prefix == ""
