"""Roles over HTTP: lists, versions, their beginning and their end."""

from typing import Any

import pytest

from app.features.staff.roles import SHIPPED
from tests.colleagues import a_client
from tests.features.roles.builders import (
    READER,
    ROLES,
    Office,
    a_code,
    a_new_role,
    a_published_role,
    edit,
    publish,
    slug,
)
from tests.features.staff.builders import change
from tests.service import Service


async def test_roles_tell_what_they_grant(service: Service) -> None:
    """An administrator sees of each shipped role what it grants, and how many hold it."""
    items = (await (await service.as_("administrator")).get(ROLES)).json()["items"]

    found = {role["code"]: role for role in items}
    assert {role.code: role.scopes() for role in SHIPPED}.items() <= {
        code: role["scopes"] for code, role in found.items()
    }.items()
    desk = found["service"]
    assert (desk["status"], desk["version"], desk["reach"]) == ("published", 1, "all")
    assert {"target": "contact", "grade": "masked", "reach": None, "when": {}} in desk["grants"]
    assert desk["permissions"] == [
        "customers:read",
        "customers:reveal",
        "customers:write",
        "self:read",
    ]
    assert found["sales"]["held_by"] >= 2


async def test_roles_come_page_by_page(office: Office) -> None:
    """Pages join without a gap, counted on request."""
    first = (await office.maker.get(f"{ROLES}?limit=3&count=exact")).json()
    rest = (await office.maker.get(f"{ROLES}?limit=200&cursor={first['next_cursor']}")).json()

    codes = [role["code"] for role in first["items"] + rest["items"]]
    assert codes == sorted(set(codes))
    assert len(codes) == first["count"] >= len(SHIPPED)


async def test_new_role_grants_nothing(office: Office) -> None:
    """A role begins without any right, with an open draft of nothing."""
    code = a_code()
    answer = await office.maker.post(ROLES, json={"code": code, "en": "Tested", "zh": "测试"})

    made = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"{ROLES}/{code}")
    assert (made["status"], made["version"], made["has_draft"]) == ("new", 0, True)
    assert (made["scopes"], made["grants"], made["held_by"]) == ([], [], 0)
    draft = (await office.maker.get(f"{ROLES}/{code}/draft")).json()
    assert (draft["permissions"], draft["grants"]) == (["self:read"], [])
    (line,) = await office.service.lines_of(answer)
    assert (line["operation"], line["status"]) == ("create_role", 201)
    assert code in line["detail"]


@pytest.mark.parametrize(
    "code", ["Sales", "x", "1a", "a-b", "matrix", "", "a\u0000b", "é", "a" * 61]
)
async def test_what_is_no_code_is_refused(office: Office, code: str) -> None:
    """A code has small letters, digits and `_`, and is no other address."""
    answer = await office.maker.post(ROLES, json={"code": code, "en": "X", "zh": "测"})

    assert answer.status_code in {400, 422}


@pytest.mark.parametrize("code", ["sales", "administrator"])
async def test_code_is_given_once(office: Office, code: str) -> None:
    """A code that another role has is refused."""
    answer = await office.maker.post(ROLES, json={"code": code, "en": "X", "zh": "测"})

    assert slug(answer) == (409, "role-code-taken")


@pytest.mark.parametrize("path", ["", "/versions", "/draft", "/draft/comparison"])
@pytest.mark.parametrize("code", ["nobody", "No", "%00", "01890000-0000-7000-8000-000000000000"])
async def test_unknown_role_is_not_there(office: Office, code: str, path: str) -> None:
    """Whatever is asked of a role that does not exist is not found."""
    assert slug(await office.maker.get(f"{ROLES}/{code}{path}")) == (404, "not-found")


async def test_role_has_an_etag(office: Office) -> None:
    """Who holds the role as it is gets no second copy."""
    code = await a_new_role(office)
    seen = (await office.maker.get(f"{ROLES}/{code}")).headers["etag"]

    again = await office.maker.get(f"{ROLES}/{code}", headers={"If-None-Match": seen})

    assert again.status_code == 304


async def test_versions_are_kept(office: Office) -> None:
    """Each version says what it granted, who published it and why, newest first."""
    code = await a_published_role(office)
    await edit(office.maker, code, grants=[{"target": "trade", "grade": "read"}])
    await publish(office.checker, code, "Less than before.")

    first = (await office.maker.get(f"{ROLES}/{code}/versions?limit=1")).json()
    path = f"{ROLES}/{code}/versions?cursor={first['next_cursor']}"
    rest = (await office.maker.get(path)).json()

    newest, oldest = first["items"] + rest["items"]
    assert (newest["version"], newest["note"]) == (2, "Less than before.")
    assert [grant["target"] for grant in newest["grants"]] == ["trade"]
    assert (oldest["version"], len(oldest["grants"])) == (1, len(READER["grants"]))
    me = (await office.checker.get("/v1/me")).json()
    assert newest["published_by"] == me["user_id"]
    assert not rest["has_more"]


@pytest.mark.parametrize("query", ["sort=code", "count=exact", "limit=0", "cursor=x"])
async def test_versions_take_no_filters(office: Office, query: str) -> None:
    """Other parameters than those of paging are refused."""
    assert (await office.maker.get(f"{ROLES}/sales/versions?{query}")).status_code == 422


async def test_held_role_is_not_retired(office: Office) -> None:
    """Nobody loses rights because a role ends: it has to be taken from its holders first."""
    code = await a_published_role(office)
    await a_client(office.service, code)

    answer = await office.checker.post(f"{ROLES}/{code}/retire")

    assert slug(answer) == (409, "role-held")
    assert (await office.maker.get(f"{ROLES}/{code}")).json()["held_by"] == 1


async def test_retired_role_ends(office: Office) -> None:
    """A retired role takes no draft, is nobody's to assign, and stays readable."""
    code = await a_published_role(office)
    await edit(office.maker, code, reach="below")

    retired = await office.checker.post(f"{ROLES}/{code}/retire")
    body: dict[str, Any] = {"code": code, "en": "X", "zh": "测"}

    assert (retired.json()["status"], retired.json()["has_draft"]) == ("retired", False)
    assert slug(await edit(office.maker, code, reach="all")) == (409, "role-retired")
    assert slug(await office.checker.post(f"{ROLES}/{code}/retire")) == (409, "role-retired")
    assert slug(await office.maker.post(ROLES, json=body)) == (409, "role-code-taken")
    matrix = (await office.maker.get(f"{ROLES}/matrix")).json()
    assert code not in {role["code"] for role in matrix["roles"]}


async def test_retired_role_grants_nothing(office: Office) -> None:
    """Who is given a retired role all the same, behind the service's back, has no right by it."""
    code = await a_published_role(office)
    await office.checker.post(f"{ROLES}/{code}/retire")
    client = await a_client(office.service, code)

    assert (await client.get("/v1/customers")).status_code == 403


async def test_own_role_is_not_retired(office: Office) -> None:
    """Nobody takes a role of their own out of use."""
    code = await a_published_role(office, permissions=["roles:publish", "roles:read"])
    client = await a_client(office.service, code)

    assert slug(await client.post(f"{ROLES}/{code}/retire")) == (409, "role-is-your-own")


async def test_departed_do_not_count(office: Office) -> None:
    """Who has left holds nothing any more."""
    code = await a_published_role(office)
    await a_client(office.service, code)
    sql = "update users set status = 'departed' where $1 = any(roles)"
    await change(office.service.owner_url, sql, code)

    assert (await office.checker.post(f"{ROLES}/{code}/retire")).status_code == 200
