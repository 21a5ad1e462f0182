"""Stepping up, and what a change of second factors does to sessions and passwords."""

import pytest

from tests.features.identity.proving import (
    PATH,
    Holder,
    a_holder,
    kind_of,
    stepped_up,
    with_passkey,
)
from tests.features.identity.signing_in import bearing, refreshed, signed_in
from tests.features.staff.builders import PASSWORD, a_colleague
from tests.service import Service


@pytest.fixture
async def holder(service: Service, digest: str) -> Holder:
    """Somebody with an app, whose session has shown no factor."""
    return await a_holder(service, digest)


async def test_a_proof_makes_the_session_fresh(service: Service, holder: Holder) -> None:
    """The new token is of the same session, names the moment, and opens what asked for it."""
    before = await holder.inside.client.post("/v1/me/recovery-codes")

    answer = await stepped_up(holder.inside, otp=holder.code())

    fresh = bearing(service, answer)
    assert kind_of(before) == (403, "fresh-factor-needed")
    assert fresh.session_id == holder.inside.session_id
    assert 0 <= fresh.claims["iat"] - fresh.claims["auth_time"] <= 5
    assert not fresh.members.get("refresh_token")
    assert (await fresh.client.post("/v1/me/recovery-codes")).status_code == 200
    (line,) = await service.lines_of(answer)
    assert (line["operation"], line["detail"]) == ("confirm_session", '{"factor":"otp"}')


async def test_refreshing_keeps_the_moment(service: Service, holder: Holder) -> None:
    """The session's row names it, so the next token does, and the list of sessions."""
    fresh = bearing(service, await stepped_up(holder.inside, otp=holder.code()))

    again = await refreshed(service, holder.inside.members["refresh_token"])

    assert bearing(service, again).claims["auth_time"] == fresh.claims["auth_time"]
    (session,) = (await fresh.client.get("/v1/me/sessions")).json()["items"]
    assert session["factor_at"] is not None


async def test_a_passkey_steps_up(service: Service, holder: Holder) -> None:
    """Without a proof the answer brings what the passkey signs, and no challenge to sign in."""
    fresh = bearing(service, await stepped_up(holder.inside, otp=holder.code()))
    device = await with_passkey(fresh)
    asked = await stepped_up(holder.inside)

    answer = await stepped_up(holder.inside, assertion=device.get(asked.json()["passkey"]))

    assert kind_of(asked) == (403, "second-factor-needed")
    assert "challenge" not in asked.json()
    assert asked.json()["methods"] == ["otp", "recovery_code", "passkey"]
    assert answer.status_code == 200, answer.text


async def test_a_recovery_code_steps_up_once(holder: Holder) -> None:
    """Whoever has lost the phone removes it with one; used again it is refused."""
    code = holder.recovery_codes[0]

    first, again = [await stepped_up(holder.inside, recovery_code=code) for _ in range(2)]

    assert first.status_code == 200
    assert kind_of(again) == (403, "factor-mistaken")


async def test_wrong_codes_are_slowed_down(holder: Holder) -> None:
    """After five wrong codes of an app the next has to wait."""
    answers = [await stepped_up(holder.inside, otp="000000") for _ in range(6)]

    assert [kind_of(answer) for answer in answers] == [
        *[(403, "factor-mistaken")] * 5,
        (429, "too-many-tries"),
    ]
    assert await holder.inside.is_in()


async def test_without_a_factor_there_is_nothing_to_show(service: Service, digest: str) -> None:
    """Somebody without one is told to add one; another system may not."""
    colleague = await a_colleague(service.owner_url, digest=digest)
    one = await signed_in(service, colleague.username)
    system = await service.as_("integration")

    answer = await stepped_up(one, otp="000000")
    refused = await system.post("/v1/auth/step-up", json={"otp": "000000"})

    assert kind_of(answer) == (409, "no-factor")
    assert kind_of(refused) == (403, "not-permitted")


@pytest.mark.parametrize(
    "body",
    [{"otp": 1}, {"otp": "1", "recovery_code": "2"}, {"assertion": "x"}, {"code": "x"}, []],
)
async def test_malformed_proofs_are_refused(holder: Holder, body: object) -> None:
    """422 for several proofs, another form or another name."""
    answer = await holder.inside.client.post("/v1/auth/step-up", json=body)

    assert answer.status_code == 422


async def test_the_first_factor_ends_other_sessions(service: Service, digest: str) -> None:
    """Sessions that were opened without it are over; the one that added it goes on."""
    colleague = await a_colleague(service.owner_url, digest=digest)
    other, one = [await signed_in(service, colleague.username) for _ in range(2)]

    await with_passkey(one)

    assert (await one.is_in(), await other.is_in()) == (True, False)
    assert (await refreshed(service, other.members["refresh_token"])).status_code == 401


async def test_removing_a_factor_ends_other_sessions(service: Service, holder: Holder) -> None:
    """Whoever came in with it is out, and so is everybody else but the one who removed it."""
    other = bearing(service, await holder.enters(recovery_code=holder.recovery_codes[0]))
    fresh = bearing(service, await stepped_up(holder.inside, otp=holder.code()))

    answer = await fresh.client.delete(f"{PATH}/{holder.factor_id}")

    assert answer.status_code == 204
    assert (await fresh.is_in(), await other.is_in()) == (True, False)


async def test_a_reset_ends_all_sessions(service: Service, holder: Holder) -> None:
    """After an administrator's reset everybody signs in anew, the owner as well."""
    admin = await service.as_("administrator")

    answer = await admin.delete(f"/v1/users/{holder.colleague.user_id}/factors")

    assert answer.status_code == 204
    assert not await holder.inside.is_in()
    assert (await admin.get("/v1/me")).status_code == 200


async def test_with_a_factor_a_password_may_be_shorter(holder: Holder) -> None:
    """Eight characters will do, seven will not."""
    short, enough = [
        await holder.inside.client.post("/v1/me/password", json={"current": PASSWORD, "new": new})
        for new in ("wj3kx7q", "wj3kx7qv")
    ]

    assert short.json()["errors"][0]["code"] == "password-short-with-factor"
    assert enough.status_code == 204
