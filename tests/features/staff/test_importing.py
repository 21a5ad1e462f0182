"""Imports: many users or departments at once, each with its own answer."""

from typing import Any

import httpx
import pytest

from app.core.clock import new_id
from tests.features.staff.inviting import accepted, active, department, shown
from tests.service import Service

USERS, DEPARTMENTS = "/v1/users/import", "/v1/departments/import"


async def imported(service: Service, path: str, *items: Any, **more: Any) -> list[dict[str, Any]]:
    """Import and return the answer to each item."""
    client = await service.as_("administrator")
    answer = await client.post(path, json={"items": items, **more})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def outcomes(answers: list[dict[str, Any]]) -> list[str | int]:
    """Return status or problem of each item."""
    return [
        one["problem"]["type"].rpartition("/")[2] if one["problem"] else one["status"]
        for one in answers
    ]


def a_person(**values: Any) -> dict[str, Any]:
    """Return an item of a name that no other test uses."""
    return {"username": f"guest_{new_id().hex}", "display_name": "何苗 He Miao", **values}


async def test_persons_are_invited_one_by_one(staffed_service: Service) -> None:
    """What will not do is refused item by item; the others are invited, links and all."""
    place = await department(staffed_service, name=new_id().hex, code=new_id().hex)
    good = a_person(department=place["code"].upper(), roles=["sales"], email="a@example.com")
    answers = await imported(
        staffed_service,
        USERS,
        good,
        a_person(department=place["name"]),
        good,
        a_person(department="nowhere"),
        a_person(roles=["nosuch"]),
        a_person(nickname="x"),
        a_person(email="x"),
        a_person(further_departments=[place["code"]]),
        {"username": 5},
        {},
    )

    assert outcomes(answers) == [
        *(201, 201, "username-taken", "department-unknown", "role-unknown"),
        *("field-not-available", "malformed", "malformed", "malformed", "malformed"),
    ]
    user = (await shown(staffed_service, answers[0])).json()
    assert (user["department_id"], user["roles"]) == (place["department_id"], ["sales"])
    assert (user["email"], user["status"]) == ("a@example.com", "invited")
    opened = await accepted(staffed_service, answers[1]["invitation"]["token"])
    assert opened.status_code == 200


async def test_a_dry_run_only_looks(staffed_service: Service) -> None:
    """It answers the same, and nobody is invited."""
    one = a_person()
    dry = await imported(staffed_service, USERS, one, one, dry_run=True)
    wet = await imported(staffed_service, USERS, one)

    assert outcomes(dry) == [201, "username-taken"]
    assert dry[0]["user_id"] is dry[0]["invitation"] is None
    assert outcomes(wet) == [201]


async def test_an_import_leaves_one_line(staffed_service: Service) -> None:
    """The line says whom it made and how many were refused, without values."""
    client = await staffed_service.as_("administrator")
    one = a_person(display_name="金丝雀 Canary")
    answer = await client.post(USERS, json={"items": [one, one]})

    (line,) = await staffed_service.lines_of(answer)
    assert answer.json()["items"][0]["user_id"] in line["detail"]
    assert '"refused":{"username-taken":1}' in line["detail"]
    assert "Canary" not in line["detail"]


async def test_departments_stand_below_each_other(staffed_service: Service) -> None:
    """A department of the list may be the parent of a later one; a wrong one stands alone."""
    lead, top = await active(staffed_service), new_id().hex
    answers = await imported(
        staffed_service,
        DEPARTMENTS,
        {"name": "Top", "code": top, "manager": lead["username"]},
        {"name": "Below", "parent": top},
        {"name": "Twin", "code": top},
        {"name": "Lost", "parent": "nowhere"},
        {"name": "Led", "manager": "nobody"},
        {"name": ""},
    )

    assert outcomes(answers) == [
        *(201, 201, "department-code-taken", "department-unknown"),
        *("colleague-not-available", "malformed"),
    ]
    client = await staffed_service.as_("sales")
    shown_top = (await client.get(f"/v1/departments/{answers[0]['department_id']}")).json()
    below = (await client.get(f"/v1/departments/{answers[1]['department_id']}")).json()
    assert shown_top["manager_id"] == lead["user_id"]
    assert below["parent_id"] == answers[0]["department_id"]


async def test_departments_are_tried_first(staffed_service: Service) -> None:
    """A dry run sees what would be below what, and opens nothing."""
    top = new_id().hex
    items = [{"name": "Top", "code": top}, {"name": "Below", "parent": top}]
    dry = await imported(staffed_service, DEPARTMENTS, *items, dry_run=True)
    wet = await imported(staffed_service, DEPARTMENTS, *items)

    assert outcomes(dry) == outcomes(wet) == [201, 201]
    assert dry[0]["department_id"] is None


async def test_eleven_levels_are_too_many(staffed_service: Service) -> None:
    """The rule of ten levels holds within a list as well."""
    codes = [new_id().hex for _ in range(11)]
    items = [
        {"name": "Level", "code": code} | ({"parent": above} if above else {})
        for code, above in zip(codes, [None, *codes], strict=False)
    ]

    assert outcomes(await imported(staffed_service, DEPARTMENTS, *items)) == [
        *([201] * 10),
        "departments-too-deep",
    ]


async def posted(service: Service, path: str, content: bytes) -> httpx.Response:
    """Send a table."""
    client = await service.as_("administrator")
    headers = {"Content-Type": "text/csv; charset=utf-8"}
    return await client.post(path, content=content, headers=headers)


async def test_a_table_will_do(staffed_service: Service) -> None:
    """CSV names the members in its first row; several roles are parted, empty cells left out."""
    place, one = await department(staffed_service, code=new_id().hex), a_person()
    table = (
        "\ufeffusername,display_name,email,department,roles\r\n"
        f'{one["username"]},"何苗, He Miao",,{place["code"]},sales; service\r\n\r\n'
        "x\u202ey,Bad,,,\r\n"
    )
    answer = await posted(staffed_service, USERS, table.encode())

    first, second = answer.json()["items"]
    assert (first["status"], second["status"]) == (201, 422)
    user = (await shown(staffed_service, first)).json()
    assert (user["display_name"], user["roles"]) == ("何苗, He Miao", ["sales", "service"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n",
        b"name,name\r\na,b\r\n",
        b"name\r\na,b\r\n",
        b'name\r\n"a',
        b"name\r\n\xff\r\n",
        b"name\r\na\0b\r\n",
    ],
)
async def test_odd_tables_are_refused(staffed_service: Service, content: bytes) -> None:
    """What is no table is unreadable, never a fault of ours."""
    answer = await posted(staffed_service, DEPARTMENTS, content)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/unreadable")


async def test_a_table_has_rows(staffed_service: Service) -> None:
    """A heading alone, or more than a thousand rows, is refused whole."""
    empty = await posted(staffed_service, DEPARTMENTS, b"name\r\n")
    long = await posted(staffed_service, DEPARTMENTS, b"name\r\n" + b"x\r\n" * 1001)

    assert (empty.status_code, long.status_code) == (422, 413)


async def test_tables_go_nowhere_else(staffed_service: Service) -> None:
    """A route that takes no table says so."""
    answer = await posted(staffed_service, "/v1/users", b"username\r\nx\r\n")

    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/not-json")


async def test_a_table_can_be_looked_at_first(staffed_service: Service) -> None:
    """`dry_run` in the address checks a table of users, or of departments, and changes nothing."""
    one, code = a_person(), new_id().hex
    users = f"username,display_name\r\n{one['username']},He Miao\r\n".encode()
    departments = f"name,code\r\nTest,{code}\r\n".encode()
    for path, table in ((USERS, users), (DEPARTMENTS, departments)):
        dry = await posted(staffed_service, f"{path}?dry_run=true", table)
        wet = await posted(staffed_service, f"{path}?dry_run=false", table)

        assert [answer.json()["items"][0]["status"] for answer in (dry, wet)] == [201, 201]
        assert (await staffed_service.lines_of(dry))[0]["changed"] == []


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("dryrun=true", "field-not-available"),
        ("dry_run=yes", "malformed"),
        ("dry_run=true&dry_run=false", "malformed"),
        ("dry_run=", "malformed"),
    ],
)
async def test_a_misspelt_dry_run_changes_nothing(
    staffed_service: Service, query: str, problem: str
) -> None:
    """It is refused, and never taken for the real thing."""
    code = new_id().hex
    table = f"name,code\r\nTest,{code}\r\n".encode()
    answer = await posted(staffed_service, f"{DEPARTMENTS}?{query}", table)
    after = await posted(staffed_service, DEPARTMENTS, table)

    assert answer.json()["type"] == f"/problems/{problem}"
    assert after.json()["items"][0]["status"] == 201


async def test_json_says_it_in_its_body(staffed_service: Service) -> None:
    """An address with a query is refused for JSON as for any change."""
    client = await staffed_service.as_("administrator")
    answer = await client.post(f"{USERS}?dry_run=true", json={"items": [a_person()]})

    assert answer.json()["type"] == "/problems/field-not-available"
