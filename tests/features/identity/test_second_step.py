"""Signing in with a second factor: asked for after the password, and refused like one."""

import asyncio
import json

import pytest

from app.core.clock import new_id
from app.features.identity.service.asking import LARGEST, fitting
from tests.features.identity.proving import (
    Holder,
    a_holder,
    a_place,
    answered,
    kind_of,
    with_passkey,
)
from tests.features.identity.signing_in import bearing, form_of, refreshed, sent, signed_in
from tests.features.staff.builders import PASSWORD, a_colleague, a_digest, change
from tests.service import Service

OFF = "update users set status = 'suspended' where user_id = $1"
REFUSED = (401, "sign-in-failed")


@pytest.fixture
async def holder(service: Service, digest: str) -> Holder:
    """Somebody with an app."""
    return await a_holder(service, digest)


async def test_password_alone_is_asked_for_more(service: Service, holder: Holder) -> None:
    """The answer says how the factor may be proven, opens nothing, and is on record."""
    answer = await holder.enters()

    members = answer.json()
    assert kind_of(answer) == (403, "second-factor-needed")
    assert (members["error"], members["methods"]) == ("mfa_required", ["otp", "recovery_code"])
    assert members["challenge"]
    assert "passkey" not in members
    (line,) = await service.lines_of(answer)
    assert (line["status"], line["actor_id"]) == (403, None)
    assert str(holder.colleague.user_id) in line["detail"]
    assert members["challenge"] not in str(line)


async def test_proof_may_come_with_the_password(holder: Holder) -> None:
    """Either proof opens a session at once, and its token names the moment."""
    answers = [
        await holder.enters(otp=holder.code()),
        await holder.enters(recovery_code=holder.recovery_codes[0]),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    for answer in answers:
        claims = bearing(holder.service, answer).claims
        assert 0 <= claims["iat"] - claims["auth_time"] <= 5


async def test_challenge_and_proof_open_a_session(service: Service, holder: Holder) -> None:
    """The token names when the factor was proven, also after refreshing."""
    answer = await answered(service, await holder.challenge(), otp=holder.code())

    one = bearing(service, answer)
    again = bearing(service, await refreshed(service, one.members["refresh_token"]))
    assert one.claims["auth_time"] == again.claims["auth_time"]
    assert await again.is_in()
    (line,) = await service.lines_of(answer)
    assert (line["status"], line["actor_id"]) == (200, holder.colleague.user_id)


async def test_passkey_answers_a_challenge(service: Service, holder: Holder) -> None:
    """The options come with the challenge; what the passkey signs opens the session, once."""
    device = await with_passkey(bearing(service, await holder.enters(otp=holder.code())))
    asked = (await holder.enters()).json()
    signed = json.dumps(device.get(asked["passkey"]))

    answer = await answered(service, asked["challenge"], assertion=signed)
    again = await answered(service, await holder.challenge(), assertion=signed)

    assert asked["methods"] == ["otp", "recovery_code", "passkey"]
    assert answer.status_code == 200, answer.text
    assert kind_of(again) == REFUSED


def test_long_ids_of_passkeys_fit_into_a_refusal() -> None:
    """Of ten passkeys with the longest ids, as many are named as there is room for."""
    named = [{"id": "x" * 1364, "type": "public-key"} for _ in range(10)]

    shown = fitting({"challenge": "c", "allowCredentials": named})

    assert len(shown["allowCredentials"]) == 1
    assert len(json.dumps(shown)) < LARGEST


async def test_challenge_opens_one_session(service: Service, holder: Holder) -> None:
    """Used before, also in another spelling or at the same moment, it opens no other."""
    challenge = await holder.challenge()
    codes = holder.recovery_codes[:5]

    answers = await asyncio.gather(
        *(answered(service, challenge, recovery_code=code) for code in codes)
    )
    padded = challenge + "=" * (-len(challenge) % 4)
    spelled = await answered(service, padded, recovery_code=holder.recovery_codes[6])

    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 4
    assert kind_of(spelled) == REFUSED


async def test_mistyped_code_costs_no_challenge(service: Service, holder: Holder) -> None:
    """After a wrong code the right one still goes with the same challenge."""
    challenge = await holder.challenge()

    wrong = await answered(service, challenge, otp="000000")
    right = await answered(service, challenge, otp=holder.code())

    assert (kind_of(wrong), right.status_code) == (REFUSED, 200)


async def test_wrong_factor_reads_as_a_wrong_password(service: Service, holder: Holder) -> None:
    """Wrong password, wrong code, either way, and what is no challenge: one answer."""
    challenge = await holder.challenge()
    name = holder.colleague.username
    answers = [
        await sent(service, form_of(name, "wrong"), a_place()),
        await holder.enters(otp="000000"),
        await holder.enters(recovery_code="wrong"),
        await answered(service, challenge, otp="000000"),
        await answered(service, challenge, recovery_code="wrong"),
        await answered(service, challenge, assertion="{}"),
        await answered(service, challenge, assertion='{"id": "AQIDBA", "response": {}}'),
        await answered(service, "no challenge", otp=holder.code()),
    ]

    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert {answer.status_code for answer in answers} <= {401, 429}
    assert all(body == bodies[0] for body in bodies if body["status"] == 401)
    assert bodies[-1] == bodies[0]
    assert {answer.headers.get("www-authenticate") for answer in answers[:4]} == {"Bearer"}


async def test_whose_challenge_it_is_shows_in_no_answer(service: Service, holder: Holder) -> None:
    """A wrong code, an unknown challenge, a suspended user: alike, and slowed down alike."""
    gone = await a_holder(service, await a_digest())
    challenges = (
        (await holder.challenge(), "000000"),
        (new_id().hex, holder.code()),
        (await gone.challenge(), gone.code()),
    )
    await change(service.owner_url, OFF, gone.colleague.user_id)
    told = []
    for challenge, code in challenges:
        place = a_place()
        told.append([await answered(service, challenge, place, otp=code) for _ in range(6)])

    bodies = [{**answers[0].json(), "request_id": ""} for answers in told]
    for answers in told:
        kinds = [kind_of(answer) for answer in answers]
        assert kinds == [*[REFUSED] * 5, (429, "too-many-attempts")]
    assert bodies == [bodies[0]] * 3


async def test_throttle_counts_wrong_factors(service: Service, holder: Holder) -> None:
    """Wrong passwords and wrong factors are counted together."""
    place = a_place()
    challenge = await holder.challenge()
    statuses = []
    for _ in range(2):
        wrong = form_of(holder.colleague.username, "wrong")
        statuses.append((await sent(service, wrong, place)).status_code)
    for code in ("000001", "000002"):
        answer = await answered(service, challenge, place, recovery_code=code)
        statuses.append(answer.status_code)
    statuses.append((await holder.enters(place, recovery_code="wrong")).status_code)

    answer = await answered(service, challenge, place, otp=holder.code())

    assert statuses == [401] * 5
    assert kind_of(answer) == (429, "too-many-attempts")


async def test_challenge_dies_with_the_password(service: Service, holder: Holder) -> None:
    """One from before a change of the password opens nothing."""
    challenge = await holder.challenge()
    body = {"current": PASSWORD, "new": "three clouds above the old mill"}

    changed = await holder.inside.client.post("/v1/me/password", json=body)

    answer = await answered(service, challenge, otp=holder.code())
    assert (changed.status_code, kind_of(answer)) == (204, REFUSED)


async def test_challenge_dies_with_the_account(service: Service, holder: Holder) -> None:
    """Whoever is suspended meanwhile gets no session."""
    challenge = await holder.challenge()
    sql = "update users set status = 'suspended' where user_id = $1"
    await change(service.owner_url, sql, holder.colleague.user_id)

    answer = await answered(service, challenge, otp=holder.code())

    assert kind_of(answer) == REFUSED


async def test_challenge_without_a_factor_opens_nothing(service: Service, holder: Holder) -> None:
    """After a reset the password has to be shown again; it then opens alone."""
    challenge, code = await holder.challenge(), holder.code()
    admin = await service.as_("administrator")
    await admin.delete(f"/v1/users/{holder.colleague.user_id}/factors")

    answer, alone = await answered(service, challenge, otp=code), await holder.enters()

    assert (kind_of(answer), alone.status_code) == (REFUSED, 200)


async def test_challenge_is_its_users(service: Service, holder: Holder, digest: str) -> None:
    """The code of another user does not answer it."""
    other = await a_holder(service, digest)

    answer = await answered(service, await other.challenge(), otp=holder.code())

    assert kind_of(answer) == REFUSED


async def test_who_has_no_factor_signs_in_as_before(service: Service, digest: str) -> None:
    """A proof that nobody asked for is passed over."""
    colleague = await a_colleague(service.owner_url, digest=digest)

    one = await signed_in(service, colleague.username)
    answer = await sent(service, form_of(colleague.username) | {"otp": "000000"})

    assert "auth_time" not in one.claims
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "proof",
    [
        {},
        {"otp": ""},
        {"otp": "1", "recovery_code": "2"},
        {"assertion": "no JSON"},
        {"assertion": "[]"},
        {"assertion": "{" * 20_000},
        {"assertion": '{"a":' * 3_000},
    ],
)
async def test_malformed_proofs_are_refused(service: Service, proof: dict[str, str]) -> None:
    """None, several, or what is no JSON: 400 in the words of OAuth."""
    answer = await answered(service, "x", **proof)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("challenge", ["ü", "A" * 100_000, "====", "\u202e"])
async def test_odd_challenges_are_refused(service: Service, challenge: str) -> None:
    """Whatever is sent as a challenge is refused as a failed sign-in."""
    assert kind_of(await answered(service, challenge, otp="1")) == REFUSED
