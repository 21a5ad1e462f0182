"""Sessions: opened by signing in, seen and ended by their owner and by administrators."""

import pytest

from app.core.clock import new_id
from tests.features.identity.signing_in import refreshed, sent, signed_in
from tests.features.staff.builders import PASSWORD, Colleague, a_colleague
from tests.service import Service

LOGOUT = "/v1/auth/logout"
MINE = "/v1/me/sessions"


@pytest.fixture
async def seller(service: Service, digest: str) -> Colleague:
    """A sales user of this test's own."""
    return await a_colleague(service.owner_url, digest=digest)


async def test_signing_in_opens_a_session(service: Service, seller: Colleague) -> None:
    """The token names its session, and so does every line that it leads to."""
    one = await signed_in(service, seller.username)
    answer = await one.client.get(MINE)

    (shown,) = answer.json()["items"]
    (line,) = await service.lines_of(answer)
    assert shown["session_id"] == one.session_id == line["session"]
    assert (shown["client"], shown["source"], shown["is_current"]) == ("cims", "127.0.0.1", True)
    assert (shown["factor_at"], "auth_time" in one.claims) == (None, False)


async def test_refresh_token_is_promised_for_half_a_day(
    service: Service, seller: Colleague
) -> None:
    """With the access token comes one of 64 characters to go on with, and how long it is good."""
    one = await signed_in(service, seller.username)

    assert len(one.members["refresh_token"]) == 64
    assert one.members["refresh_expires_in"] in {43_199, 43_200}


async def test_other_system_comes_again_instead(service: Service, digest: str) -> None:
    """Who has a client's secret gets no refresh token; the session ends with the token."""
    shop = await a_colleague(service.owner_url, kind="client", digest=digest)  # type: ignore[arg-type]  # as it is stored
    form = {"client_id": shop.username, "client_secret": PASSWORD}

    answer = await sent(service, {"grant_type": "client_credentials", **form})

    assert not {"refresh_token", "refresh_expires_in"} & answer.json().keys()
    assert answer.json()["expires_in"] == 900


async def test_user_agent_is_shortened(service: Service, seller: Colleague) -> None:
    """What the client calls itself is shown as far as it is printable, and not without end."""
    agent = {"User-Agent": "Mozilla/5.0 \x1b[31m" + "x" * 500}

    one = await signed_in(service, seller.username, headers=agent)

    (shown,) = (await one.client.get(MINE)).json()["items"]
    assert shown["user_agent"].startswith("Mozilla/5.0 [31mxxx")
    assert len(shown["user_agent"]) == 100


async def test_sessions_come_in_pages(service: Service, seller: Colleague) -> None:
    """Several are listed oldest first, page by page, with their number when asked."""
    opened = [await signed_in(service, seller.username) for _ in range(3)]
    client = opened[0].client

    first = (await client.get(MINE, params={"limit": 2, "count": "exact"})).json()
    rest = (await client.get(MINE, params={"limit": 2, "cursor": first["next_cursor"]})).json()

    listed = [one["session_id"] for one in (*first["items"], *rest["items"])]
    assert listed == [one.session_id for one in opened]
    assert (first["count"], rest["has_more"]) == (3, False)


async def test_logout_ends_token_and_refresh_token(service: Service, seller: Colleague) -> None:
    """After signing out neither the access token nor the refresh token is good for anything."""
    one, other = [await signed_in(service, seller.username) for _ in range(2)]

    answer = await one.client.post(LOGOUT)

    again = await refreshed(service, one.members["refresh_token"])
    (line,) = await service.lines_of(answer)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await one.client.post(LOGOUT)).status_code == 401
    assert (again.status_code, again.json()["type"]) == (401, "/problems/session-over")
    assert (line["operation"], line["session"]) == ("end_session", one.session_id)
    assert '"session_end":"logout"' in line["detail"]
    assert await other.is_in()


async def test_own_session_is_ended_from_another(service: Service, seller: Colleague) -> None:
    """One session ends another of the same user, once."""
    one, other = [await signed_in(service, seller.username) for _ in range(2)]
    path = f"{MINE}/{other.session_id}"

    answers = [await one.client.delete(path), await one.client.delete(path)]

    assert [answer.status_code for answer in answers] == [204, 404]
    assert (await one.is_in(), await other.is_in()) == (True, False)


async def test_others_sessions_are_not_there(
    service: Service, seller: Colleague, digest: str
) -> None:
    """A colleague's session is as unknown as one that never was."""
    colleague = await a_colleague(service.owner_url, digest=digest)
    one = await signed_in(service, seller.username)
    other = await signed_in(service, colleague.username)

    tried = [
        await one.client.delete(f"{MINE}/{other.session_id}"),
        await one.client.delete(f"{MINE}/{new_id()}"),
        await one.client.delete(f"/v1/users/{colleague.user_id}/sessions/{other.session_id}"),
        await one.client.get(f"/v1/users/{colleague.user_id}/sessions"),
    ]

    assert [answer.status_code for answer in tried] == [404, 404, 403, 403]
    assert await other.is_in()


async def test_administrator_ends_any(service: Service, seller: Colleague) -> None:
    """Who manages staff sees the sessions of a user and ends them, on record."""
    administrator = await service.as_("administrator")
    one = await signed_in(service, seller.username)
    path = f"/v1/users/{seller.user_id}/sessions"

    (shown,) = (await administrator.get(path)).json()["items"]
    ended = await administrator.delete(f"{path}/{shown['session_id']}")

    (line,) = await service.lines_of(ended)
    assert (shown["session_id"], shown["is_current"]) == (one.session_id, False)
    assert (ended.status_code, await one.is_in()) == (204, False)
    assert (await administrator.get(path)).json()["items"] == []
    assert str(seller.user_id) in line["detail"]


async def test_unknown_users_have_no_sessions(service: Service, seller: Colleague) -> None:
    """A user that there is not, and a session of somebody else, are not found."""
    administrator = await service.as_("administrator")
    one = await signed_in(service, seller.username)

    tried = [
        await administrator.get(f"/v1/users/{new_id()}/sessions"),
        await administrator.delete(f"/v1/users/{new_id()}/sessions/{one.session_id}"),
        await administrator.delete(f"/v1/users/{seller.user_id}/sessions/{new_id()}"),
    ]

    assert [answer.status_code for answer in tried] == [404, 404, 404]
    assert await one.is_in()
