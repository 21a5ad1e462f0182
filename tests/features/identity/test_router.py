"""The token endpoint through the whole service."""

import pytest
from jose import jwt

from tests.features.identity.signing_in import TOKEN, form_of, password_of, sent
from tests.service import Service


async def test_signing_in(service: Service) -> None:
    """A password is exchanged for a token that opens the door for a quarter of an hour."""
    answer = await sent(service, form_of("sales", password_of(service, "sales")))

    members = answer.json()
    assert answer.status_code == 200
    assert members["token_type"] == "Bearer"
    assert members["expires_in"] == 900
    assert "identity:write" in members["scope"].split()
    async with service.anonymous() as client:
        client.headers["Authorization"] = f"Bearer {members['access_token']}"
        assert (await client.get("/v1/me")).json()["username"] == "sales"


async def test_name_is_taken_in_any_form(service: Service) -> None:
    """Case and width of the name do not matter; those of the password do."""
    password = password_of(service, "sales")

    assert (await sent(service, form_of(" ＳＡＬＥＳ ", password))).status_code == 200
    assert (await sent(service, form_of("sales", password.upper()))).status_code == 401


async def test_other_system_signs_in(service: Service) -> None:
    """A client sends its secret in the body, as HTTP Basic, or like a person."""
    secret = password_of(service, "integration")
    grant = {"grant_type": "client_credentials"}
    in_body = {**grant, "client_id": "integration", "client_secret": secret}

    answers = [
        await sent(service, in_body),
        await sent(service, grant, auth=("integration", secret)),
        await sent(service, form_of("integration", secret)),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    claims = [jwt.get_unverified_claims(answer.json()["access_token"]) for answer in answers]
    assert [one["client_id"] for one in claims] == ["integration", "integration", "cims"]


async def test_person_is_no_client(service: Service) -> None:
    """A person's password does not serve as a client's secret."""
    password = password_of(service, "sales")
    grant = {"grant_type": "client_credentials", "client_id": "sales", "client_secret": password}

    answer = await sent(service, grant)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "sales"}, "invalid_request"),
        ({"username": "sales", "password": "x"}, "invalid_request"),
    ],
)
async def test_bad_requests_speak_oauth(service: Service, form: dict[str, str], error: str) -> None:
    """A request that is no sign-in is 400, with the word that OAuth has for it."""
    answer = await sent(service, form)

    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"grant_type": "password"}', "application/json", 415),
        (b"grant_type=password&grant_type=password", "application/x-www-form-urlencoded", 400),
        (b"grant_type=%ff", "application/x-www-form-urlencoded", 400),
        (b"grant_type=password&username=%00&password=x", "application/x-www-form-urlencoded", 400),
        (b"", "application/x-www-form-urlencoded", 400),
    ],
)
async def test_odd_bodies_are_refused(
    service: Service, content: bytes, kind: str, status: int
) -> None:
    """Another type, members given twice and text that is none never cause a fault of ours."""
    async with service.anonymous() as client:
        answer = await client.post(TOKEN, content=content, headers={"Content-Type": kind})

    assert answer.status_code == status


async def test_published_keys_verify_tokens(service: Service) -> None:
    """Anybody can fetch the keys and verify a token with them."""
    token = await service.sign_in("sales")
    async with service.anonymous() as client:
        keys = (await client.get("/.well-known/jwks.json")).json()

    claims = jwt.decode(token, keys, algorithms=["ES256"], audience="cims", issuer="cims")

    assert claims["client_id"] == "cims"
    assert not any("d" in key for key in keys["keys"])


async def test_server_says_where_tokens_are_had(service: Service) -> None:
    """The metadata (RFC 8414) names addresses that exist and the issuer of tokens."""
    async with service.anonymous() as client:
        told = (await client.get("/.well-known/oauth-authorization-server")).json()
        keys = await client.get(told["jwks_uri"])

    assert (told["issuer"], told["response_types_supported"]) == ("cims", [])
    assert told["token_endpoint"] == f"http://127.0.0.1:8000{TOKEN}"
    assert {"password", "refresh_token", "client_credentials", "mfa"} == {
        *told["grant_types_supported"]
    }
    assert {key["alg"] for key in keys.json()["keys"]} == {
        *told["access_token_signing_alg_values_supported"]
    }
