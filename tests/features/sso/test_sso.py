"""Signing in through a provider: the whole way, and everything that must stop it."""

import asyncio
import json
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from tests.features.identity.signing_in import bearing, refreshed
from tests.features.sso.idp import CLIENT_ID, REDIRECT, Idp
from tests.features.sso.ways import (
    FAILED,
    a_person,
    kind_of,
    started,
    through,
    user_of,
    why,
    with_mail,
)
from tests.service import Service

MANY = 20


async def test_providers_are_listed_for_the_page(sso_service: Service) -> None:
    """Whoever is not signed in sees names and labels, and nothing else."""
    async with sso_service.anonymous() as client:
        listed = (await client.get("/v1/auth/sso")).json()["items"]

    assert {"provider": "company", "label": "Example company"} in listed
    assert {"provider": "strict", "label": "strict"} in listed


async def test_browser_is_sent_with_all_that_guards_the_way(sso_service: Service, idp: Idp) -> None:
    """The address asks for a code with PKCE, state and nonce, each drawn anew."""
    ways = [await started(sso_service) for _ in range(2)]

    asked = [parse_qs(urlsplit(way.url).query) for way in ways]
    assert ways[0].url.startswith(f"{idp.issuer}/authorize?")
    assert asked[0]["client_id"] == [CLIENT_ID]
    assert asked[0]["redirect_uri"] == [REDIRECT]
    assert asked[0]["scope"] == ["openid profile email"]
    assert asked[0]["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name][0]) == 43
        assert asked[0][name] != asked[1][name]
    assert ways[0].transaction not in ways[0].url


async def test_person_is_signed_in(sso_service: Service, idp: Idp) -> None:
    """The answer is that of the token endpoint: it acts, it is refreshed, it is on record."""
    colleague, mail = await with_mail(sso_service)

    answer = await through(sso_service, idp, a_person(mail))

    one = bearing(sso_service, answer)
    again = await refreshed(sso_service, one.members["refresh_token"])
    assert (answer.status_code, again.status_code) == (200, 200)
    assert (await user_of(sso_service, answer))["user_id"] == str(colleague.user_id)
    lines = await sso_service.lines_of(answer)
    assert [line["operation"] for line in lines] == ["complete_sso"] * 2
    assert (lines[0]["changed"], lines[0]["actor_id"]) == (["external_identity"], None)
    assert lines[-1]["actor_id"] == colleague.user_id
    assert all(json.loads(line["detail"])["provider"] == "company" for line in lines)


async def test_nothing_of_it_stands_in_the_database(sso_service: Service, idp: Idp) -> None:
    """State, secret, verifier, nonce and the provider's id of a person are digests or sealed."""
    _, mail = await with_mail(sso_service)
    person, way = a_person(mail), await started(sso_service)
    back = idp.authorize(way.url, person)

    dumped = await dump(sso_service)
    nonce = parse_qs(urlsplit(way.url).query)["nonce"][0]
    await way.complete(back)
    after = await dump(sso_service)

    for word in (way.transaction, back.state, nonce, person.subject, mail):
        assert word not in dumped + after
        assert word.encode().hex() not in dumped + after
    assert dumped.count("company") == 1 + after.count("company")


async def dump(service: Service) -> str:
    """Return the tables of signing in through a provider as text."""
    connection = await asyncpg.connect(service.owner_url)
    rows = await connection.fetch("select t::text from sso_transactions t")
    rows += await connection.fetch("select t::text from external_identities t")
    await connection.close()
    return "\n".join(row[0] for row in rows)


async def test_a_way_is_gone_once(sso_service: Service, idp: Idp) -> None:
    """The same answer of the provider opens no second session."""
    _, mail = await with_mail(sso_service)
    way = await started(sso_service)
    back = idp.authorize(way.url, a_person(mail))

    first, second = [await way.complete(back) for _ in range(2)]

    assert (first.status_code, kind_of(second)) == (200, FAILED)
    assert await why(sso_service, second) == "state"


async def test_of_twenty_at_once_one_opens_a_session(sso_service: Service, idp: Idp) -> None:
    """Twenty completions of one way at the same moment are one session."""
    _, mail = await with_mail(sso_service)
    way = await started(sso_service)
    back = idp.authorize(way.url, a_person(mail))

    answers = await asyncio.gather(*(way.complete(back) for _ in range(MANY)))

    assert sorted(answer.status_code for answer in answers) == [200] + [401] * (MANY - 1)


async def test_a_code_is_used_once(sso_service: Service, idp: Idp) -> None:
    """A code that was stolen and used, or comes from another way, opens nothing."""
    _, mail = await with_mail(sso_service)
    one, other = await started(sso_service), await started(sso_service)
    back, theirs = (idp.authorize(way.url, a_person(mail)) for way in (one, other))

    mixed = await one.complete(back, code=theirs.code)
    late = await other.complete(theirs)

    assert (kind_of(mixed), kind_of(late)) == (FAILED, FAILED)
    assert await why(sso_service, mixed) == "code"


@pytest.mark.parametrize("member", ["state", "transaction"])
async def test_way_belongs_to_the_tab_that_began_it(
    sso_service: Service, idp: Idp, member: str
) -> None:
    """Neither without the state nor without the secret of the same start does a code count."""
    _, mail = await with_mail(sso_service)
    way, other = await started(sso_service), await started(sso_service)
    back = idp.authorize(way.url, a_person(mail))
    wrong = {
        "state": idp.authorize(other.url, a_person()).state,
        "transaction": other.transaction,
    }

    refused = await way.complete(back, **{member: wrong[member]})
    right = await way.complete(back)

    assert kind_of(refused) == FAILED
    assert right.status_code == 200


async def test_way_belongs_to_its_provider(sso_service: Service, idp: Idp) -> None:
    """What one provider has sent back is nothing to another one."""
    way = await started(sso_service)
    back = idp.authorize(way.url, a_person())
    async with sso_service.anonymous() as client:
        body = {"code": back.code, "state": back.state, "transaction": way.transaction}
        refused = await client.post("/v1/auth/sso/strict/callback", json=body)

    assert kind_of(refused) == FAILED


async def test_old_way_leads_nowhere(sso_service: Service, idp: Idp) -> None:
    """After ten minutes a way has to be begun anew."""
    _, mail = await with_mail(sso_service)
    way = await started(sso_service)
    back = idp.authorize(way.url, a_person(mail))
    connection = await asyncpg.connect(sso_service.owner_url)
    await connection.execute("update sso_transactions set expires_at = now() - interval '1 s'")
    await connection.close()

    assert kind_of(await way.complete(back)) == FAILED


async def test_answer_of_another_issuer_is_refused(sso_service: Service, idp: Idp) -> None:
    """The issuer that comes with the code is the one that was asked (RFC 9207)."""
    _, mail = await with_mail(sso_service)
    way = await started(sso_service)
    back = idp.authorize(way.url, a_person(mail))

    answer = await way.complete(back, iss="https://login.example.com")

    assert kind_of(answer) == FAILED
    assert await why(sso_service, answer) == "issuer of the answer"


async def test_unknown_provider_is_not_there(sso_service: Service) -> None:
    """A provider of another name is a 404, whatever is sent."""
    async with sso_service.anonymous() as client:
        answers = [
            await client.post("/v1/auth/sso/nobody/start"),
            await client.post(
                "/v1/auth/sso/nobody/callback",
                json={"code": "x", "state": "x", "transaction": "x"},
            ),
        ]

    assert [kind_of(answer) for answer in answers] == [(404, "not-found")] * 2


@pytest.mark.parametrize("word", ["\ud800", "\x00", "x" * 5000, "", "ü"])
async def test_odd_words_are_refused(sso_service: Service, word: str) -> None:
    """Whatever stands in place of code, state and secret, no fault of ours follows."""
    body = json.dumps({"code": word, "state": word, "transaction": word})
    async with sso_service.anonymous() as client:
        headers = {"Content-Type": "application/json"}
        path = "/v1/auth/sso/company/callback"
        answer = await client.post(path, content=body, headers=headers)

    assert answer.status_code in {400, 401, 422}


async def test_old_token_does_not_stand_in_the_way(sso_service: Service, idp: Idp) -> None:
    """A page that still sends a token of yesterday can sign in all the same."""
    async with sso_service.anonymous() as client:
        client.headers["Authorization"] = "Bearer of yesterday"
        answer = await client.post("/v1/auth/sso/company/start")

    assert answer.status_code == 200
