"""Invitations: a link that opens an account once, within a week."""

import asyncio

import asyncpg
import pytest

from tests.features.identity.signing_in import form_of, sent
from tests.features.staff.inviting import (
    PASSWORD,
    accepted,
    act,
    invited,
    shown,
    signed_in,
)
from tests.service import Service

REFUSED = (409, "/problems/invitation-refused")


async def test_the_link_opens_the_account(staffed_service: Service) -> None:
    """Who accepts may sign in with the password that they chose, and nobody before."""
    made = await invited(staffed_service, roles=["sales"])
    before = await sent(staffed_service, form_of(made["username"], PASSWORD), "203.0.113.72")

    answer = await accepted(staffed_service, made["invitation"]["token"])

    assert before.status_code == 401
    assert answer.json() == {
        "user_id": made["user_id"],
        "username": made["username"],
        "status": "active",
    }
    client = await signed_in(staffed_service, made["username"])
    assert (await client.get("/v1/me")).json()["username"] == made["username"]


async def test_used_unknown_expired_and_renewed_links_get_one_answer(
    staffed_service: Service,
) -> None:
    """Why a link will not do is not said."""
    used, old, renewed = [await invited(staffed_service) for _ in range(3)]
    await accepted(staffed_service, used["invitation"]["token"])
    await act(staffed_service, renewed, "invite")
    owner = await asyncpg.connect(staffed_service.owner_url)
    sql = "update invitations set expires_at = now() where user_id = $1"
    await owner.execute(sql, old["user_id"])
    await owner.close()

    tokens = [one["invitation"]["token"] for one in (used, old, renewed)]
    answers = [await accepted(staffed_service, token) for token in (*tokens, "unknown")]

    assert [(one.status_code, one.json()["type"]) for one in answers] == [REFUSED] * 4


async def test_of_twenty_at_once_one_wins(staffed_service: Service) -> None:
    """A link is used once, however many hands hold it."""
    token = (await invited(staffed_service))["invitation"]["token"]

    answers = await asyncio.gather(
        *(accepted(staffed_service, token, f"{PASSWORD} {one}") for one in range(20))
    )

    assert sorted({one.status_code for one in answers} - {503}) == [200, 409]
    assert [one.status_code for one in answers].count(200) == 1


async def test_a_new_link_opens_the_account(staffed_service: Service) -> None:
    """An invitation is renewed while the user has not come, and not after."""
    made = await invited(staffed_service)
    answer = await act(staffed_service, made, "invite")

    opened = await accepted(staffed_service, answer.json()["invitation"]["token"])
    late = await act(staffed_service, made, "invite")

    assert opened.status_code == 200
    assert late.json()["type"] == "/problems/status-forbids"


async def test_a_suspended_user_cannot_come(staffed_service: Service) -> None:
    """Suspending takes the link away."""
    made = await invited(staffed_service)
    await act(staffed_service, made, "suspend")

    answer = await accepted(staffed_service, made["invitation"]["token"])

    assert (answer.status_code, answer.json()["type"]) == REFUSED


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password-short"),
        ("x" * 257, "text-too-long"),
        ("name", "password-common"),
    ],
)
async def test_bad_passwords_leave_the_link_alone(
    staffed_service: Service, password: str, code: str
) -> None:
    """A password that will not do is refused, and the link can still be used."""
    made = await invited(staffed_service)
    token = made["invitation"]["token"]
    chosen = made["username"].upper() if password == "name" else password

    answer = await accepted(staffed_service, token, chosen)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == code
    assert (await accepted(staffed_service, token)).status_code == 200


async def test_a_token_stands_nowhere(staffed_service: Service) -> None:
    """The database and the audit hold neither token nor password."""
    made = await invited(staffed_service)
    token = made["invitation"]["token"]
    answer = await accepted(staffed_service, token)
    owner = await asyncpg.connect(staffed_service.owner_url)

    rows = await owner.fetch("select * from invitations")
    lines = await staffed_service.lines_of(answer)

    await owner.close()
    assert token not in f"{rows}{lines}"
    assert PASSWORD not in str(lines)
    assert [line["changed"] for line in lines] == [["status", "password_digest"]]


async def test_who_accepts_is_active_by_themselves(staffed_service: Service) -> None:
    """The account says since when it is active, and by whom."""
    made = await invited(staffed_service)
    await accepted(staffed_service, made["invitation"]["token"])

    user = (await shown(staffed_service, made)).json()

    assert (user["status"], user["status_by"]) == ("active", made["user_id"])
    assert user["status_at"] > made["status_at"]
