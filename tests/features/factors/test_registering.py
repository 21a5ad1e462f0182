"""Passkeys: the whole ceremony with an authenticator in software, and what must not pass."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from app.core.clock import now
from app.core.problems import FreshFactorNeeded
from app.features.factors import challenges
from app.features.factors.challenges import LIVES, Purpose, bytes_of, make_challenge
from app.features.factors.problems import FactorRefused, NoFactor, PasskeyRefused
from app.features.factors.schemas import NewPasskey
from app.features.factors.service import SecondFactors
from tests.features.factors.authenticator import Authenticator, text_of
from tests.features.factors.builders import Person, a_passkey, an_app, assertion
from tests.features.factors.conftest import NewPerson

Change = Callable[[dict[str, Any]], Any]


async def options(person: Person, *, fresh: bool = False) -> dict[str, Any]:
    """Return the options for a new passkey."""
    found: dict[str, Any] = (await person.registering(fresh=fresh).options()).values["public_key"]
    return found


async def add(person: Person, credential: dict[str, Any], *, fresh: bool = False) -> Any:
    """Add what an authenticator made."""
    new = NewPasskey(label="My key", credential=credential)
    return (await person.registering(fresh=fresh).add(new)).values


async def challenged(person: Person) -> dict[str, Any]:
    """Return what the passkeys of a person are asked to sign."""
    return await SecondFactors(person.work()).challenge(person.user_id)


async def shows(person: Person, credential: dict[str, Any]) -> bool:
    """Whether a signed answer is taken."""
    try:
        await SecondFactors(person.work()).verify(person.user_id, assertion(credential))
    except FactorRefused:
        return False
    return True


@pytest.mark.parametrize("attestation", ["none", "packed"])
async def test_the_whole_ceremony(person: Person, attestation: str) -> None:
    """A passkey is made, brings recovery codes as the first factor, and signs in twice."""
    device = Authenticator()

    made = await add(person, device.create(await options(person), attestation))

    assert (made["factor"]["kind"], made["factor"]["label"]) == ("passkey", "My key")
    assert len(made["recovery_codes"]) == 10
    methods = await SecondFactors(person.work()).methods(person.user_id)
    assert methods == ["assertion", "recovery_code"]
    for _ in range(2):
        assert await shows(person, device.get(await challenged(person)))


async def test_the_options_name_site_and_user(person: Person) -> None:
    """The browser learns for whom and where; what is held already is named, to make no second."""
    device = Authenticator()
    await a_passkey(person, device)

    asked = await options(person, fresh=True)

    assert asked["rp"] == {"name": "CIMS", "id": "cims.example"}
    assert bytes_of(asked["user"]["id"]) == person.user_id.bytes
    assert [one["id"] for one in asked["excludeCredentials"]] == [text_of(device.credential_id)]
    signing = await challenged(person)
    assert (signing["rpId"], len(signing["allowCredentials"])) == ("cims.example", 1)


@pytest.mark.parametrize(
    "device",
    [
        Authenticator(origin="https://cims.example.evil.example"),
        Authenticator(origin="http://cims.example"),
        Authenticator(site="evil.example"),
        Authenticator(flags=0),
    ],
)
async def test_a_passkey_of_another_site_is_not_added(
    person: Person, device: Authenticator
) -> None:
    """Another origin, another site, or nobody present: refused."""
    with pytest.raises(PasskeyRefused):
        await add(person, device.create(await options(person)))


@pytest.mark.parametrize("attestation", ["tpm", "apple", "android-safetynet", "fido-u2f", "odd"])
async def test_the_word_of_a_maker_is_not_taken(person: Person, attestation: str) -> None:
    """Other statements than none and its own signature are refused unread."""
    with pytest.raises(PasskeyRefused):
        await add(person, Authenticator().create(await options(person), attestation))


async def test_an_id_beyond_the_standard_is_not_taken(person: Person) -> None:
    """An id has 1,023 bytes at most."""
    device = Authenticator(credential_id=bytes(1024))

    with pytest.raises(PasskeyRefused):
        await add(person, device.create(await options(person)))


async def test_a_challenge_of_registration_is_ones_own_and_serves_once(
    new_person: NewPerson,
) -> None:
    """Another user's challenge, one for signing in, a made-up and a used one will not do."""
    mine, other = await new_person(), await new_person()
    sealing = mine.platform.sealing
    asked = await options(mine)
    wrong = [
        await options(other),
        {"challenge": make_challenge(sealing, mine.user_id, Purpose.PASSKEY)},
        {"challenge": make_challenge(sealing, mine.user_id)},
        {"challenge": text_of(bytes(32))},
    ]

    for one in wrong:
        with pytest.raises(PasskeyRefused):
            await add(mine, Authenticator().create(one))
    await add(mine, Authenticator().create(asked))
    with pytest.raises(PasskeyRefused):
        await add(mine, Authenticator().create(asked), fresh=True)


async def test_a_passkey_is_added_once(person: Person) -> None:
    """The same one under a new challenge is refused."""
    device = Authenticator()
    await a_passkey(person, device)

    with pytest.raises(PasskeyRefused):
        await a_passkey(person, device, fresh=True)


async def test_another_passkey_needs_a_fresh_factor(person: Person) -> None:
    """Neither options nor passkey without it."""
    asked = await options(person)
    await an_app(person)

    with pytest.raises(FreshFactorNeeded):
        await options(person)
    with pytest.raises(FreshFactorNeeded):
        await add(person, Authenticator().create(asked))
    assert (await a_passkey(person, Authenticator(), fresh=True))["recovery_codes"] is None


def _other_signature(credential: dict[str, Any]) -> None:
    credential["response"]["signature"] = text_of(bytes(70))


def _no_response(credential: dict[str, Any]) -> None:
    del credential["response"]


def _number(credential: dict[str, Any]) -> None:
    credential["response"]["authenticatorData"] = 5


def _other_id(credential: dict[str, Any]) -> None:
    credential["id"] = credential["rawId"] = text_of(bytes(32))


def _odd_id(credential: dict[str, Any]) -> None:
    credential["id"] = ["\ud800"]


def _cut(credential: dict[str, Any]) -> None:
    credential["response"]["authenticatorData"] = text_of(b"\x00")


@pytest.mark.parametrize(
    "change", [_other_signature, _no_response, _number, _other_id, _odd_id, _cut]
)
async def test_an_altered_answer_proves_nothing(person: Person, change: Change) -> None:
    """Whatever is altered, the answer is that of all refusals; unaltered it is taken still."""
    device = Authenticator()
    await a_passkey(person, device)
    credential = device.get(await challenged(person))
    altered = {**credential, "response": {**credential["response"]}}
    change(altered)

    assert not await shows(person, altered)
    assert await shows(person, credential)


@pytest.mark.parametrize("what", ["origin", "site", "flags"])
async def test_an_answer_for_another_site_proves_nothing(person: Person, what: str) -> None:
    """A page that only looks like ours gets signatures that are of no use."""
    device = Authenticator()
    await a_passkey(person, device)
    setattr(
        device, what, {"origin": "https://evil.example", "site": "evil.example", "flags": 0}[what]
    )

    assert not await shows(person, device.get(await challenged(person)))


async def test_an_answer_to_another_challenge_proves_nothing(new_person: NewPerson) -> None:
    """Another user's, one of registration, and a made-up one are refused."""
    mine, other = await new_person(), await new_person()
    device, theirs = Authenticator(), Authenticator()
    await a_passkey(mine, device)
    await a_passkey(other, theirs)
    registration = make_challenge(mine.platform.sealing, mine.user_id, Purpose.NEW_PASSKEY)

    for challenge in ((await challenged(other))["challenge"], registration, text_of(bytes(32))):
        assert not await shows(mine, device.get({"challenge": challenge}))
    assert not await shows(mine, theirs.get(await challenged(mine)))


@pytest.mark.parametrize("steps", [0, 1])
async def test_an_answer_serves_once(person: Person, steps: int) -> None:
    """Twenty at once open one door, also of a passkey that does not count."""
    device = Authenticator(steps=steps)
    await a_passkey(person, device)
    credential = device.get(await challenged(person))

    taken = await asyncio.gather(*(shows(person, credential) for _ in range(20)))

    assert taken.count(True) == 1
    assert not await shows(person, credential)


async def test_a_copied_passkey_is_found_out(person: Person) -> None:
    """A count that does not go up is that of a copy: refused."""
    device = Authenticator(count=5)
    await a_passkey(person, device)
    assert await shows(person, device.get(await challenged(person)))
    device.count -= 1

    assert not await shows(person, device.get(await challenged(person)))


async def test_a_challenge_grows_old(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """After five minutes it is too late to answer."""
    device = Authenticator()
    await a_passkey(person, device)
    credential = device.get(await challenged(person))
    later = now() + LIVES
    monkeypatch.setattr(challenges, "now", lambda: later)

    assert not await shows(person, credential)


async def test_who_has_no_passkey_is_not_challenged(person: Person) -> None:
    """There is nothing to ask for."""
    await an_app(person)

    with pytest.raises(NoFactor):
        await challenged(person)
