"""Suspension: sessions end at once, and stay ended when the account is taken back."""

import httpx

from tests.features.identity.signing_in import SignedIn, refreshed, signed_in
from tests.features.staff.builders import Colleague, a_colleague
from tests.service import Service


async def status(service: Service, colleague: Colleague, verb: str) -> httpx.Response:
    """Suspend, take back or let go."""
    admin = await service.as_("administrator")
    return await admin.post(f"/v1/users/{colleague.user_id}/{verb}", json={})


async def a_session(service: Service) -> tuple[Colleague, SignedIn]:
    """Open a colleague who is signed in."""
    colleague = await a_colleague(service.owner_url)
    return colleague, await signed_in(service, colleague.username)


async def test_sessions_stay_ended_after_taking_back(staffed_service: Service) -> None:
    """Neither the access token nor the refresh token of before is good again."""
    colleague, one = await a_session(staffed_service)
    admin = await staffed_service.as_("administrator")
    path = f"/v1/users/{colleague.user_id}/sessions"

    await status(staffed_service, colleague, "suspend")
    left = (await admin.get(path)).json()["items"]
    was_in = await one.is_in()
    await status(staffed_service, colleague, "reactivate")

    assert (left, was_in, await one.is_in()) == ([], False, False)
    assert (await refreshed(staffed_service, one.members["refresh_token"])).status_code == 401
    assert await (await signed_in(staffed_service, colleague.username)).is_in()


async def test_leaving_ends_sessions(staffed_service: Service) -> None:
    """Of somebody who has left no session is open, not even on paper."""
    colleague, one = await a_session(staffed_service)
    admin = await staffed_service.as_("administrator")

    answer = await status(staffed_service, colleague, "depart")

    left = (await admin.get(f"/v1/users/{colleague.user_id}/sessions")).json()["items"]
    assert answer.status_code == 200, answer.text
    assert (left, await one.is_in()) == ([], False)
