"""Oneself, one's rights and the lists, through the whole service."""

import pytest

from app.core.access import ActorKind
from app.core.records import RESOURCES
from app.features.staff.roles import SHIPPED
from tests.features.identity.signing_in import form_of, sent
from tests.features.staff.builders import a_colleague
from tests.service import Service

CODES = [role.code for role in SHIPPED]


async def test_me(service: Service) -> None:
    """One sees one's name, roles with their labels, and department in both languages."""
    me = (await (await service.as_("sales")).get("/v1/me")).json()

    assert me["roles"] == [{"code": "sales", "en": "Sales", "zh": "销售"}]
    assert (me["department"]["name"], me["department"]["name_zh"]) == (
        "Shanghai sales",
        "上海销售部",
    )
    assert me["kind"] == "person"
    assert me["emergencies"] == []
    known = {"user_id", "username", "display_name", "kind", "roles", "department", "emergencies"}
    assert set(me) == known


async def test_me_without_a_department(service: Service, digest: str) -> None:
    """Who belongs nowhere is told so; an own role that is gone is not named."""
    colleague = await a_colleague(
        service.owner_url, roles=("sales", "gone"), kind=ActorKind.CLIENT, digest=digest
    )
    token = (await sent(service, form_of(colleague.username))).json()["access_token"]

    async with service.anonymous() as client:
        client.headers["Authorization"] = f"Bearer {token}"
        me = (await client.get("/v1/me")).json()

    assert me["department"] is None
    assert [role["code"] for role in me["roles"]] == ["sales"]
    assert me["kind"] == "client"


@pytest.mark.parametrize("code", CODES)
async def test_permissions_are_those_of_the_role(service: Service, code: str) -> None:
    """Every role is told its own rights; no field that it does not see is named."""
    answer = await (await service.as_(code)).get("/v1/me/permissions")

    rights = answer.json()
    role = next(role for role in SHIPPED if role.code == code)
    assert rights["reach"] == ("all" if role.reaches_all else "departments")
    assert set(rights["permissions"]) <= set(role.scopes())
    assert set(rights["resources"]) <= set(RESOURCES)
    shows_phone = any(
        field["name"] == "phone" for field in rights["resources"].get("customers", [])
    )
    assert shows_phone is any(scope.startswith("contact:") for scope in role.scopes())


@pytest.mark.parametrize("code", CODES)
async def test_departments_are_for_everybody(service: Service, code: str) -> None:
    """Everybody who is signed in can name the departments."""
    answer = await (await service.as_(code)).get("/v1/departments?count=exact")

    members = answer.json()
    assert answer.status_code == 200
    assert members["count"] == len(members["items"]) >= 7
    assert set(members["items"][0]) == {
        *("department_id", "name", "name_zh", "parent_id", "code", "manager_id")
    }


@pytest.mark.parametrize("path", ["/v1/users", "/v1/roles"])
@pytest.mark.parametrize("code", CODES)
async def test_staff_is_for_administrators(service: Service, code: str, path: str) -> None:
    """Only who may read the staff sees users and roles."""
    answer = await (await service.as_(code)).get(path)

    assert answer.status_code == (200 if code == "administrator" else 403)


async def test_users_are_paged_without_digests(service: Service) -> None:
    """The users come page by page, and nothing of their passwords with them."""
    client = await service.as_("administrator")
    names: list[str] = []
    cursor = ""
    while True:
        page = (await client.get(f"/v1/users?limit=4{cursor}")).json()
        names += [user["username"] for user in page["items"]]
        assert "argon2" not in str(page)
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"

    assert names == sorted(set(names))
    assert {user.username for user in service.users} <= set(names)


@pytest.mark.parametrize("query", ["sort=username", "password_digest=x", "username.prefix=s"])
async def test_lists_take_no_filters(service: Service, query: str) -> None:
    """Other parameters than those of paging are refused by name."""
    answer = await (await service.as_("administrator")).get(f"/v1/users?{query}")

    assert (answer.status_code, answer.json()["names"]) == (422, [query.partition("=")[0]])


@pytest.mark.parametrize("path", ["/v1/me", "/v1/me/permissions", "/v1/departments", "/v1/users"])
async def test_nothing_without_signing_in(service: Service, path: str) -> None:
    """Without a token nothing of the staff is told."""
    async with service.anonymous() as client:
        assert (await client.get(path)).status_code == 401
