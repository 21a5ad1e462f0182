"""Drafts over HTTP: edited by whoever may, compared, and in force for nobody."""

import asyncio
from typing import Any

import pytest

from tests.colleagues import a_client
from tests.features.roles.builders import (
    READER,
    ROLES,
    Office,
    a_new_role,
    a_published_role,
    edit,
    slug,
)


async def test_draft_begins_with_what_is_in_force(office: Office) -> None:
    """Before anybody edits it, the draft of a role says what the role grants."""
    role = (await office.maker.get(f"{ROLES}/marketing")).json()

    draft = (await office.maker.get(f"{ROLES}/marketing/draft")).json()

    assert (draft["is_open"], draft["edited_by"], draft["based_on"]) == (False, None, 1)
    assert (draft["grants"], draft["permissions"]) == (role["grants"], role["permissions"])


async def test_edited_draft_is_in_force_for_nobody(office: Office) -> None:
    """What a draft says is seen by those who administer roles, and grants nothing."""
    code = await a_published_role(office)
    client = await a_client(office.service, code)

    edited = await edit(office.maker, code, grants=[])

    assert edited.json()["is_open"] is True
    assert (await office.maker.get(f"{ROLES}/{code}")).json()["has_draft"] is True
    assert (await client.get("/v1/customers")).status_code == 200
    (line,) = await office.service.lines_of(edited)
    assert (line["changed"], "identity:read" in line["detail"]) == (["grants"], True)


async def test_draft_is_patched_member_by_member(office: Office) -> None:
    """What is left out stays: labels, grants, operations and reach apart from each other."""
    code = await a_new_role(office)
    await edit(office.maker, code, **READER)

    draft = (await edit(office.maker, code, zh="另一个", permissions=["audit:read"])).json()

    assert (draft["en"], draft["zh"], draft["reach"]) == ("Tested", "另一个", "all")
    assert draft["permissions"] == ["audit:read", "self:read"]
    assert len(draft["grants"]) == len(READER["grants"])


async def test_stale_edit_is_refused(office: Office) -> None:
    """Who has not seen what another has edited meanwhile does not overwrite it."""
    code = await a_new_role(office)
    path = f"{ROLES}/{code}/draft"
    seen = (await office.maker.get(path)).headers["etag"]
    await edit(office.checker, code, reach="all")

    stale = await office.maker.patch(path, json={"reach": "below"}, headers={"If-Match": seen})
    missing = await office.maker.patch(path, json={"reach": "below"})

    assert slug(stale) == (412, "stale")
    assert stale.headers["etag"] == (await office.maker.get(path)).headers["etag"]
    assert slug(missing) == (428, "if-match-missing")


async def test_of_edits_at_once_one_wins(office: Office) -> None:
    """Of ten edits of the same state exactly one is taken."""
    code = await a_new_role(office)
    path = f"{ROLES}/{code}/draft"
    headers = {"If-Match": (await office.maker.get(path)).headers["etag"]}
    bodies = [{"en": f"Tested {number}"} for number in range(10)]

    answers = await asyncio.gather(
        *(office.maker.patch(path, json=body, headers=headers) for body in bodies)
    )

    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 9]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"permissions": ["customers:fly"]}, "/permissions/0", "permission-unknown"),
        ({"grants": [{"target": "x", "grade": "read"}]}, "/grants/0/target", "target-unknown"),
        ({"grants": [{"target": "trade", "grade": "x"}]}, "/grants/0/grade", "choice-unknown"),
        ({"grants": [{"target": "trade"}]}, "/grants/0/grade", "missing"),
        ({"grants": None}, "/grants", "type-list"),
        ({"reach": "own"}, "/reach", "choice-unknown"),
        ({"en": ""}, "/en", "text-empty"),
        ({"en": "a\u0007b"}, "/en", "text-control"),
        ({"zh": None}, "/zh", "type-string"),
    ],
)
async def test_what_will_not_do_is_pointed_at(
    office: Office, change: dict[str, Any], pointer: str, code: str
) -> None:
    """A draft is refused whole, with a pointer to what is wrong in it."""
    answer = await edit(office.maker, "marketing", **change)

    assert slug(answer) == (422, "malformed")
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]
    assert (await office.maker.get(f"{ROLES}/marketing")).json()["has_draft"] is False


@pytest.mark.parametrize("change", [{"scopes": []}, {"grants": [{"target": "x", "x": 1}]}])
async def test_unknown_member_is_refused_by_name(office: Office, change: dict[str, Any]) -> None:
    """A member that a draft does not have is refused like everywhere."""
    answer = await edit(office.maker, "marketing", **change)

    assert slug(answer) == (422, "field-not-available")


async def test_draft_is_dropped(office: Office) -> None:
    """Without its draft a role says what is in force; there is nothing to drop twice."""
    code = await a_published_role(office)
    path = f"{ROLES}/{code}/draft"
    seen = (await edit(office.maker, code, grants=[])).headers["etag"]

    stale = await office.maker.delete(path, headers={"If-Match": '"x"'})
    dropped = await office.maker.delete(path, headers={"If-Match": seen})
    again = await office.maker.delete(path, headers={"If-Match": "*"})

    assert (slug(stale), dropped.status_code) == ((412, "stale"), 204)
    assert slug(again) == (404, "not-found")
    assert len((await office.maker.get(path)).json()["grants"]) == len(READER["grants"])


async def test_comparison_says_what_for_how_many(office: Office) -> None:
    """Before publishing it shows field by field what changes, and for how many people."""
    code = await a_published_role(office)
    for _ in range(2):
        await a_client(office.service, code)
    grants = [*READER["grants"], {"target": "contact", "grade": "masked", "when": {"tier": ["A"]}}]
    await edit(office.maker, code, grants=grants, permissions=["customers:read", "audit:read"])

    found = (await office.maker.get(f"{ROLES}/{code}/draft/comparison")).json()

    assert (found["people"], found["version"], found["separations"]) == (2, 1, [])
    assert found["permissions"] == {"added": ["audit:read"], "removed": []}
    phone = next(one for one in found["fields"] if one["field"] == "phone")
    assert phone["en"] == "Phone: read no -> masked (all customers, tier=A)"
    assert {one["act"] for one in found["fields"]} == {"read"}


async def test_comparison_without_a_draft_is_empty(office: Office) -> None:
    """Nothing edited, nothing changed."""
    found = (await office.maker.get(f"{ROLES}/auditor/draft/comparison")).json()

    assert (found["fields"], found["permissions"]) == ([], {"added": [], "removed": []})
