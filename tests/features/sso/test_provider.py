"""The provider: its keys change, it is down, or answers what it should not."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.features.sso import outgoing
from app.features.sso.outgoing import Outgoing
from app.features.sso.problems import ProviderMistaken, ProviderNotReached
from app.features.sso.provider import Provider
from tests.features.sso.conftest import provider_settings
from tests.features.sso.idp import Idp, Key
from tests.features.sso.ways import FAILED, a_person, kind_of, started, through, with_mail
from tests.service import Service

METADATA = "/.well-known/openid-configuration"


@pytest.fixture
def own_key(idp: Idp) -> Iterator[Key]:
    """Put the provider's key back after a rotation."""
    before = idp.key
    yield before
    idp.key = before


async def a_provider(idp: Idp, **settings: Any) -> Provider:
    """Return a provider that nothing is remembered of."""
    return Provider("fresh", provider_settings(idp.issuer, **settings))


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
async def test_new_key_is_fetched_when_a_token_names_it(
    idp: Idp, own_key: Key, algorithm: str
) -> None:
    """A rotation at the provider is noticed by the key's id, without waiting."""
    provider = await a_provider(idp)
    assert await provider.verifier(own_key.kid, "RS256") is not None

    idp.key = Key.draw(algorithm)
    found = await provider.verifier(idp.key.kid, algorithm)

    assert found is not None
    assert found.payload(idp.key.sign({"sub": "x"})) == b'{"sub":"x"}'
    assert await provider.verifier(own_key.kid, "RS256") is None
    await provider.close()


async def test_unknown_keys_are_not_asked_for_again_and_again(idp: Idp) -> None:
    """Tokens that name keys which do not exist make one question in ten seconds."""
    provider = await a_provider(idp)
    before = idp.asked["/jwks"]

    found = await asyncio.gather(*(provider.verifier(f"no {n}", "RS256") for n in range(20)))

    assert found == [None] * 20
    assert idp.asked["/jwks"] - before <= 3
    await provider.close()


async def test_metadata_is_asked_for_once(idp: Idp) -> None:
    """Many at the same moment ask once, and an hour long nobody asks again."""
    provider = await a_provider(idp)
    before = idp.asked[METADATA]

    await asyncio.gather(*(provider.metadata() for _ in range(20)))

    assert idp.asked[METADATA] - before == 1
    await provider.close()


async def test_rotation_is_signed_in_through(
    sso_service: Service, idp: Idp, own_key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes right after a rotation at the provider is let in."""
    monkeypatch.setattr("app.features.sso.provider.ASKED_ANEW", 0.0)
    _, mail = await with_mail(sso_service)
    person = a_person(mail)
    assert (await through(sso_service, idp, person)).status_code == 200

    idp.key = Key.draw("ES256")
    idp.published = [own_key.public, idp.key.public]

    assert (await through(sso_service, idp, person)).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "https://login.example.com"},
        {"token_endpoint": "http://login.example.com/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "//login.example.com"},
        {"code_challenge_methods_supported": ["plain"]},
        {"jwks_uri": None},
        {"token_endpoint_auth_methods_supported": "client_secret_basic"},
    ],
)
async def test_wrong_metadata_is_refused(idp: Idp, wrong: dict[str, Any]) -> None:
    """Another issuer, ways that can be listened to, no PKCE: nobody is sent there."""
    idp.metadata = wrong
    provider = await a_provider(idp)

    with pytest.raises(ProviderMistaken):
        await provider.authorization_url({})
    idp.metadata = {}
    await provider.close()


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (200, b"no JSON", ProviderMistaken),
        (200, b"[]", ProviderMistaken),
        (200, b'{"x": "' + b"x" * 300_000 + b'"}', ProviderMistaken),
        (302, b"{}", ProviderMistaken),
        (404, b"{}", ProviderMistaken),
        (500, b"", ProviderNotReached),
        (503, b"{}", ProviderNotReached),
        (429, b"{}", ProviderNotReached),
    ],
)
async def test_wrong_answers_are_refused(
    idp: Idp, status: int, body: bytes, problem: type[Exception]
) -> None:
    """What is no object, too large, elsewhere or an error is none of ours."""
    idp.answers["/odd"] = (status, body)
    calling = Outgoing()

    with pytest.raises(problem):
        await calling.get(f"{idp.issuer}/odd")
    await calling.close()


async def test_only_safe_addresses_are_called() -> None:
    """Without https only this machine is called."""
    calling = Outgoing()
    for url in ("http://login.example.com/", "ftp://127.0.0.1/", "https://", "http://[::1"):
        with pytest.raises(ProviderMistaken):
            await calling.get(url)
    await calling.close()


async def test_slow_provider_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that takes the connection and stays silent holds nobody for long."""
    monkeypatch.setattr(outgoing, "SECONDS", 0.2)
    is_left = asyncio.Event()

    async def stay_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        is_left.set()

    server = await asyncio.start_server(stay_silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    calling = Outgoing()

    with pytest.raises(ProviderNotReached):
        await calling.get(f"http://127.0.0.1:{port}/")
    await calling.close()
    await is_left.wait()
    server.close()


async def test_provider_that_is_down_is_told(sso_service: Service) -> None:
    """The answer says so, and when to try again."""
    async with sso_service.anonymous() as client:
        answer = await client.post("/v1/auth/sso/down/start")

    assert kind_of(answer) == (503, "provider-not-reached")
    assert answer.headers["retry-after"] == "5"
    (line,) = await sso_service.lines_of(answer)
    assert json.loads(line["detail"]) == {"provider": "down"}


async def test_provider_of_another_name_is_told(sso_service: Service) -> None:
    """A provider whose metadata names another issuer is not used."""
    async with sso_service.anonymous() as client:
        answer = await client.post("/v1/auth/sso/stranger/start")

    assert kind_of(answer) == (502, "provider-mistaken")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (503, b"", (503, "provider-not-reached")),
        (401, b'{"error": "invalid_client"}', (502, "provider-mistaken")),
        (200, b"{}", (502, "provider-mistaken")),
        (200, b'{"id_token": 7}', (502, "provider-mistaken")),
        (200, b'{"id_token": "x.y.z"}', FAILED),
        (200, '{"id_token": "ü"}'.encode(), FAILED),
    ],
)
async def test_token_endpoint_may_go_wrong(
    sso_service: Service, idp: Idp, status: int, body: bytes, kind: tuple[int, str]
) -> None:
    """Down, unwilling or talking nonsense: each has its answer, and nobody is let in."""
    way = await started(sso_service)
    back = idp.authorize(way.url, a_person())
    idp.answers["/token"] = (status, body)

    assert kind_of(await way.complete(back)) == kind


@pytest.mark.parametrize("published", [[{"kty": "oct", "k": "eA"}], [{"kty": "RSA"}], ["x"]])
async def test_odd_keys_are_passed_over(idp: Idp, published: list[Any]) -> None:
    """A key that we do not take stands in nobody's way, and verifies nothing."""
    idp.published = [*published, {**idp.key.public, "use": "enc"}, idp.key.public]
    provider = await a_provider(idp)

    assert await provider.verifier(idp.key.kid, "RS256") is not None
    assert await provider.verifier(None, "ES256") is None
    await provider.close()


async def test_small_keys_are_passed_over(idp: Idp) -> None:
    """A key that can be broken verifies nothing."""
    idp.published = [{**idp.key.public, "n": "u1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0g"}]
    provider = await a_provider(idp)

    assert await provider.verifier(idp.key.kid, "RS256") is None
    await provider.close()


async def test_client_without_a_secret_is_known_by_its_verifier(
    sso_service: Service, idp: Idp
) -> None:
    """Where the provider gives no secret, PKCE alone binds code and client."""
    _, mail = await with_mail(sso_service)
    idp.public_client = True

    answer = await through(sso_service, idp, a_person(mail), "public")

    assert answer.status_code == httpx.codes.OK


async def test_secret_goes_into_the_form_where_the_header_is_not_taken(idp: Idp) -> None:
    """The provider says how it takes the secret."""
    idp.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    provider = await a_provider(idp)
    url = await provider.authorization_url(
        {
            "state": "s",
            "nonce": "n",
            "code_challenge": "0Ku4rR8EgR1w3HyHLBCxVLtPsAAks5HOlpmTEt0XhVA",
        }
    )
    back = idp.authorize(url, a_person())

    token = await provider.exchange(back.code, "test_verifier")

    assert token.count(".") == 2
    idp.metadata = {}
    await provider.close()
