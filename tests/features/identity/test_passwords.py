"""Changing one's password: with the current one, by the rules, and all other sessions end."""

import asyncio
from collections import Counter

import httpx
import pytest

from tests.features.identity.signing_in import SignedIn, form_of, refreshed, sent, signed_in
from tests.features.staff.builders import PASSWORD, Colleague, a_colleague
from tests.service import Service

NEW = "three clouds above the old mill"


@pytest.fixture
async def seller(service: Service, digest: str) -> Colleague:
    """A sales user of this test's own."""
    return await a_colleague(service.owner_url, digest=digest)


async def change(one: SignedIn, new: str, current: str = PASSWORD) -> httpx.Response:
    """Ask for another password."""
    return await one.client.post("/v1/me/password", json={"current": current, "new": new})


async def test_new_password_takes_the_old_one_s_place(service: Service, seller: Colleague) -> None:
    """From then on one signs in with the new one; the change is on record, the password is not."""
    one = await signed_in(service, seller.username)

    changed = await change(one, NEW)

    old, new = [
        await sent(service, form_of(seller.username, word), "192.0.2.20")
        for word in (PASSWORD, NEW)
    ]
    (line,) = await service.lines_of(changed)
    assert (changed.status_code, changed.content) == (204, b"")
    assert (old.status_code, new.status_code) == (401, 200)
    assert (line["operation"], line["changed"]) == ("change_my_password", ["password_digest"])
    assert NEW not in str(line)


async def test_other_sessions_end(service: Service, seller: Colleague) -> None:
    """Whoever else has a session of the account is out; the one that asked goes on."""
    other, one = [await signed_in(service, seller.username) for _ in range(2)]

    await change(one, NEW)

    assert (await one.is_in(), await other.is_in()) == (True, False)
    assert (await refreshed(service, other.members["refresh_token"])).status_code == 401
    assert (await refreshed(service, one.members["refresh_token"])).status_code == 200


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("short", "password-short"),
        ("passwordpassword", "password-common"),
        (PASSWORD, "password-unchanged"),
        ("x" * 257, "text-too-long"),
        ("", "text-empty"),
    ],
)
async def test_rules_are_told(service: Service, seller: Colleague, new: str, code: str) -> None:
    """A password that will not do is refused with the reason, and the old one stays."""
    one = await signed_in(service, seller.username)

    answer = await change(one, new)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
    assert answer.json()["errors"][0]["pointer"] == "/new"
    assert (await sent(service, form_of(seller.username))).status_code == 200


async def test_own_name_is_no_password(service: Service, seller: Colleague) -> None:
    """The own user name, however decorated, is refused."""
    one = await signed_in(service, seller.username)

    answer = await change(one, f"{seller.username}!")

    assert answer.json()["errors"][0]["code"] == "password-common"


async def test_stolen_token_is_not_enough(service: Service, seller: Colleague) -> None:
    """Without the current password nothing changes, and guessing it is slowed down."""
    one = await signed_in(service, seller.username)

    answers = [await change(one, NEW, "wrong") for _ in range(6)]
    right = await change(one, NEW)

    assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    assert answers[0].json()["type"] == "/problems/password-mistaken"
    assert (right.status_code, right.json()["type"]) == (429, "/problems/too-many-attempts")
    assert await one.is_in()


async def test_of_two_changes_at_once_one_holds(service: Service, seller: Colleague) -> None:
    """Two sessions that change the password at once do not both succeed."""
    both = [await signed_in(service, seller.username) for _ in range(2)]

    answers = await asyncio.gather(
        *(change(one, f"{NEW} {number}") for number, one in enumerate(both))
    )

    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[204] == 1
    assert set(statuses) <= {204, 401, 403}
