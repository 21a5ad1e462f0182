"""Who is let in: by link, by mail address or as a newcomer, and who stays out."""

import asyncio

import pytest

from app.core.access import ActorKind
from app.features.staff.models import UserStatus
from tests.colleagues import wait_for
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
from tests.features.staff.builders import a_colleague, change
from tests.service import Service

MAKE_CLIENT = "update users set kind = $2 where user_id = $1"

SUSPEND = "update users set status = $2 where user_id = $1"


async def test_unknown_person_is_refused(sso_service: Service, idp: Idp) -> None:
    """Whom nobody has opened an account for is not let in by default."""
    answer = await through(sso_service, idp, a_person(a_mail()))

    assert kind_of(answer) == NOT_ADMITTED
    assert await why(sso_service, answer) == "unknown"


async def test_link_is_by_the_providers_id(sso_service: Service, idp: Idp) -> None:
    """Once linked, neither another mail address nor another name changes who it is."""
    colleague, mail = await with_mail(sso_service)
    person = a_person(mail)
    await through(sso_service, idp, person)
    later = Person(person.subject, {"email": a_mail(), "email_verified": True, "name": "other"})

    answer = await through(sso_service, idp, later, "strict")

    assert (await user_of(sso_service, answer))["user_id"] == str(colleague.user_id)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
async def test_mail_must_be_verified(sso_service: Service, idp: Idp, verified: object) -> None:
    """An address that anybody could have typed in links to nobody."""
    _, mail = await with_mail(sso_service)

    answer = await through(sso_service, idp, a_person(mail, email_verified=verified))

    assert kind_of(answer) == NOT_ADMITTED


async def test_mail_links_where_that_is_set_only(sso_service: Service, idp: Idp) -> None:
    """Otherwise a known address keeps even a newcomer out, who might be somebody else."""
    _, mail = await with_mail(sso_service)

    answers = [
        await through(sso_service, idp, a_person(mail), name) for name in ("strict", "newcomers")
    ]

    assert [kind_of(answer) for answer in answers] == [NOT_ADMITTED] * 2
    assert [await why(sso_service, answer) for answer in answers] == ["mail known"] * 2


async def test_mail_given_to_somebody_else_opens_nothing(sso_service: Service, idp: Idp) -> None:
    """An account that is linked already is not linked to a second identity."""
    _, mail = await with_mail(sso_service)
    await through(sso_service, idp, a_person(mail))

    answer = await through(sso_service, idp, a_person(mail.upper()))

    assert kind_of(answer) == NOT_ADMITTED
    assert await why(sso_service, answer) == "linked otherwise"


async def test_ids_that_differ_in_case_are_two(sso_service: Service, idp: Idp) -> None:
    """A provider's id is compared letter by letter."""
    colleague, mail = await with_mail(sso_service)
    person = a_person(mail)
    await through(sso_service, idp, Person(f"a{person.subject}", person.claims))

    answer = await through(sso_service, idp, Person(f"A{person.subject}", {}))

    assert kind_of(answer) == NOT_ADMITTED, colleague


@pytest.mark.parametrize("status", [UserStatus.SUSPENDED, UserStatus.DEPARTED])
async def test_who_is_out_stays_out(sso_service: Service, idp: Idp, status: UserStatus) -> None:
    """Suspended and departed people are not let in, linked or not, nor opened anew."""
    colleague, mail = await with_mail(sso_service)
    linked = a_person(mail)
    assert (await through(sso_service, idp, linked)).status_code == 200
    other, other_mail = await with_mail(sso_service)
    for one in (colleague, other):
        await change(sso_service.owner_url, SUSPEND, one.user_id, status)

    answers = [
        await through(sso_service, idp, linked),
        await through(sso_service, idp, linked, "newcomers"),
        await through(sso_service, idp, a_person(other_mail)),
        await through(sso_service, idp, a_person(other_mail), "newcomers"),
    ]

    assert [kind_of(answer) for answer in answers] == [NOT_ADMITTED] * 4
    bodies = [{**answer.json(), "request_id": "", "instance": ""} for answer in answers]
    assert bodies == [bodies[0]] * 4


async def test_other_systems_have_their_own_door(sso_service: Service, idp: Idp) -> None:
    """A client of ours is no person, whatever mail address it has."""
    one, mail = await with_mail(sso_service, roles=("integration",))
    await change(sso_service.owner_url, MAKE_CLIENT, one.user_id, ActorKind.CLIENT)

    assert kind_of(await through(sso_service, idp, a_person(mail))) == NOT_ADMITTED


async def test_who_was_invited_comes_in(sso_service: Service, idp: Idp) -> None:
    """A verified mail address accepts an invitation; its link is of no use any more."""
    admin, mail = await sso_service.as_("administrator"), a_mail()
    body = {"username": mail, "display_name": "乔木", "email": mail, "roles": ["sales"]}
    invited = (await admin.post("/v1/users", json=body)).json()

    answer = await through(sso_service, idp, a_person(mail))

    user = await user_of(sso_service, answer)
    assert (user["user_id"], user["status"]) == (invited["user_id"], "active")
    async with sso_service.anonymous() as client:
        sent = {"token": invited["invitation"]["token"], "password": "three clouds above"}
        late = await client.post("/v1/invitations/accept", json=sent)
    assert kind_of(late) == (409, "invitation-refused")


async def test_newcomer_is_opened_where_that_is_set(sso_service: Service, idp: Idp) -> None:
    """The account is active, has no password and no role, and is the same the next time."""
    person = a_person(mail := a_mail())

    first = await through(sso_service, idp, person, "newcomers")
    again = await through(sso_service, idp, person, "newcomers")

    user = await user_of(sso_service, first)
    assert user == await user_of(sso_service, again)
    assert user["username"] == person.claims["preferred_username"]
    assert (user["email"], user["roles"], user["kind"]) == (mail, [], "person")
    lines = await sso_service.lines_of(first)
    assert set(lines[0]["changed"]) >= {"username", "status", "external_identity"}
    assert mail not in str(lines)


async def test_newcomer_of_many_at_once_is_one(sso_service: Service, idp: Idp) -> None:
    """First sign-ins at the same moment open one account; a machine under load may say not now."""
    person = a_person(a_mail())

    answers = await asyncio.gather(
        *(through(sso_service, idp, person, "newcomers") for _ in range(8))
    )

    opened = [answer for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 503}
    users = {(await user_of(sso_service, answer))["user_id"] for answer in opened}
    assert len(users) == 1


@pytest.mark.parametrize("name", ["sales", "SALES ", "", "\n", "x" * 101, None, 7])
async def test_newcomer_needs_a_name_of_its_own(
    sso_service: Service, idp: Idp, name: object
) -> None:
    """Nobody becomes somebody else by bearing their name."""
    person = a_person(a_mail(), preferred_username=name)

    assert kind_of(await through(sso_service, idp, person, "newcomers")) == NOT_ADMITTED


async def test_suspended_meanwhile_is_out_at_once(sso_service: Service, idp: Idp) -> None:
    """A session that a provider has opened ends as any other."""
    colleague, mail = await with_mail(sso_service)
    one = bearing(sso_service, await through(sso_service, idp, a_person(mail)))
    admin = await sso_service.as_("administrator")

    await admin.post(f"/v1/users/{colleague.user_id}/suspend")

    assert not await one.is_in()


async def test_who_is_taken_back_comes_in_again(sso_service: Service, idp: Idp) -> None:
    """Somebody without a password is let in by the provider after a suspension has ended."""
    person = a_person(a_mail())
    one = bearing(sso_service, await through(sso_service, idp, person, "newcomers"))
    admin = await sso_service.as_("administrator")
    path = f"/v1/users/{one.claims['sub']}"

    await admin.post(f"{path}/suspend")
    out = await through(sso_service, idp, person, "newcomers")
    await admin.post(f"{path}/reactivate")
    back = await through(sso_service, idp, person, "newcomers")

    assert (kind_of(out), back.status_code) == (NOT_ADMITTED, 200)
    assert (await user_of(sso_service, back))["status"] == "active"


async def test_links_are_seen_and_taken_away(sso_service: Service, idp: Idp) -> None:
    """For an account made anew at the provider: the link goes, sessions end, a new one comes."""
    colleague, mail = await with_mail(sso_service)
    one = bearing(sso_service, await through(sso_service, idp, a_person(mail)))
    admin = await sso_service.as_("administrator")
    path = f"/v1/users/{colleague.user_id}/external-identities"
    (link,) = (await admin.get(path)).json()["items"]

    removed, again = [await admin.delete(path) for _ in range(2)]

    assert link["issuer"] == idp.issuer
    assert (removed.status_code, kind_of(again)) == (204, (404, "not-found"))
    assert not await one.is_in()
    assert (await through(sso_service, idp, a_person(mail))).status_code == 200
    (line,) = await sso_service.lines_of(removed)
    assert line["changed"] == ["external_identity"]
    assert (await admin.get(path)).json()["items"][0]["linked_at"] > link["linked_at"]


async def test_who_has_no_link_has_none(sso_service: Service) -> None:
    """An account that no provider opens has an empty list."""
    admin, other = await sso_service.as_("administrator"), await a_colleague(sso_service.owner_url)
    path = f"/v1/users/{other.user_id}/external-identities"

    await wait_for(admin, path, lambda answer: answer.status_code == 200)

    assert (await admin.get(path)).json()["items"] == []
