"""Groups at the provider: the roles and departments that follow, at every sign-in."""

from tests.features.identity.signing_in import bearing
from tests.features.sso.idp import Idp, Person
from tests.features.sso.ways import (
    NOT_ADMITTED,
    a_mail,
    a_person,
    kind_of,
    through,
    user_of,
    why,
    with_mail,
)
from tests.service import Service


def in_groups(mail: str, *groups: str) -> Person:
    """Make somebody of these groups."""
    return a_person(mail, groups=[*groups])


async def test_groups_give_roles_and_department(sso_service: Service, idp: Idp) -> None:
    """A newcomer has what follows from the groups; others mean nothing."""
    person = in_groups(a_mail(), "Everybody", "Sellers", "Shanghai")

    answer = await through(sso_service, idp, person, "groups")

    user = await user_of(sso_service, answer)
    admin = await sso_service.as_("administrator")
    department = (await admin.get(f"/v1/departments/{user['department_id']}")).json()
    assert (user["roles"], department["name"]) == (["sales"], "Shanghai sales")


async def test_groups_are_applied_at_every_sign_in(sso_service: Service, idp: Idp) -> None:
    """Roles that groups decide on follow them, others stay; tokens of before end."""
    colleague, mail = await with_mail(sso_service, roles=("marketing",))
    person = in_groups(mail, "Sellers")
    before = await through(sso_service, idp, person, "groups")
    was = await user_of(sso_service, before)

    later = Person(person.subject, {**person.claims, "groups": ["Desk", "Service"]})
    after = await through(sso_service, idp, later, "groups")

    assert was["roles"] == ["marketing", "sales"]
    assert (await user_of(sso_service, after))["roles"] == ["marketing", "service"]
    assert not await bearing(sso_service, before).is_in()
    line, _ = await sso_service.lines_of(after)
    assert set(line["changed"]) == {"roles", "department_id"}
    assert '[["marketing","sales"],["marketing","service"]]' in line["detail"].replace(" ", "")
    assert str(colleague.user_id) in line["detail"]


async def test_who_is_in_no_group_any_more_loses_roles_and_entry(
    sso_service: Service, idp: Idp
) -> None:
    """Without a group that gives a role nobody is let in, and what groups gave is taken."""
    person = in_groups(a_mail(), "Sellers")
    before = await through(sso_service, idp, person, "groups")
    user = await user_of(sso_service, before)

    later = Person(person.subject, {**person.claims, "groups": []})
    answer = await through(sso_service, idp, later, "groups")

    admin = await sso_service.as_("administrator")
    assert kind_of(answer) == NOT_ADMITTED
    assert (await admin.get(f"/v1/users/{user['user_id']}")).json()["roles"] == []
    assert not await bearing(sso_service, before).is_in()


async def test_groups_that_are_not_told_change_nothing(sso_service: Service, idp: Idp) -> None:
    """A provider that leaves the claim out takes no roles away, and lets nobody in."""
    person = in_groups(a_mail(), "Sellers")
    user = await user_of(sso_service, await through(sso_service, idp, person, "groups"))

    later = Person(person.subject, {**person.claims, "groups": None})
    answer = await through(sso_service, idp, later, "groups")

    admin = await sso_service.as_("administrator")
    assert await why(sso_service, answer) == "no groups"
    assert (await admin.get(f"/v1/users/{user['user_id']}")).json()["roles"] == ["sales"]


async def test_newcomer_without_a_group_is_not_opened(sso_service: Service, idp: Idp) -> None:
    """Where groups decide, an account without a role is not even made."""
    person = in_groups(a_mail(), "Everybody")

    answer = await through(sso_service, idp, person, "groups")

    admin = await sso_service.as_("administrator")
    listed = await admin.get("/v1/users", params={"q": person.claims["preferred_username"]})
    assert (kind_of(answer), listed.json()["items"]) == (NOT_ADMITTED, [])


async def test_roles_kept_apart_refuse(sso_service: Service, idp: Idp) -> None:
    """Groups that would bring two such roles together open nothing and change nothing."""
    admin = await sso_service.as_("administrator")
    rule = {"roles": ["auditor", "service"], "reason": "tested"}
    made = (await admin.post("/v1/role-separations", json=rule)).json()
    colleague, mail = await with_mail(sso_service)

    answer = await through(sso_service, idp, in_groups(mail, "Desk", "Auditors"), "groups")

    assert kind_of(answer) == (409, "roles-separate")
    path = f"/v1/users/{colleague.user_id}"
    assert (await admin.get(path)).json()["roles"] == ["sales"]
    await admin.delete(f"/v1/role-separations/{made['separation_id']}")


async def test_roles_that_do_not_exist_refuse(sso_service: Service, idp: Idp) -> None:
    """A mapping to a role that is not there is told, not passed over."""
    answer = await through(sso_service, idp, in_groups(a_mail(), "Sellers"), "unknown-role")

    assert kind_of(answer) == (409, "role-unknown")
