"""Token requests: read as OAuth 2 writes them, refused when they contradict themselves."""

import base64

import pytest

from app.core.problems import Problem
from app.features.identity.grants import Grant, GrantType, read_grant
from app.features.identity.problems import GrantMalformed, GrantNotSupported


def basic(text: str) -> str:
    """Write an Authorization header."""
    return f"Basic {base64.b64encode(text.encode()).decode()}"


PASSWORD = {"grant_type": "password", "username": "sales", "password": "secret"}
CLIENT = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "secret"}
HEADER = {"grant_type": "client_credentials", "basic": basic("shop:secret")}


@pytest.mark.parametrize(
    ("form", "grant"),
    [
        (PASSWORD, Grant(GrantType.PASSWORD, "sales", "secret")),
        (CLIENT, Grant(GrantType.CLIENT, "shop", "secret")),
        (HEADER, Grant(GrantType.CLIENT, "shop", "secret")),
        (HEADER | {"client_id": "shop"}, Grant(GrantType.CLIENT, "shop", "secret")),
        (PASSWORD | {"scope": "", "client_id": "docs", "basic": basic(":")}, None),
        (PASSWORD | {"state": "x", "resource": "y"}, None),
        (PASSWORD | {"username": " Sales "}, None),
        (
            {"grant_type": "refresh_token", "refresh_token": "x"},
            Grant(GrantType.REFRESH, "", "x"),
        ),
        (
            PASSWORD | {"agent": f"cu\x1brl/\u202e8{'.' * 200}"},
            Grant(GrantType.PASSWORD, "sales", "secret", f"curl/8{'.' * 94}"),
        ),
        (PASSWORD | {"username": "ｓａｌｅｓ"}, None),
    ],
)
def test_good_requests(form: dict[str, str], grant: Grant | None) -> None:
    """Both grants are read, secrets in header or body, and unused members are passed over."""
    assert read_grant(form) == (grant or Grant(GrantType.PASSWORD, "sales", "secret"))


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({}, GrantMalformed),
        ({"grant_type": ""}, GrantMalformed),
        ({"grant_type": "refresh_token"}, GrantMalformed),
        ({"grant_type": "refresh_token", "refresh_token": ""}, GrantMalformed),
        ({"grant_type": "PASSWORD"}, GrantNotSupported),
        ({"grant_type": "authorization_code", "code": "x"}, GrantNotSupported),
        (PASSWORD | {"username": ""}, GrantMalformed),
        (PASSWORD | {"password": ""}, GrantMalformed),
        ({"grant_type": "password", "basic": basic("sales:secret")}, GrantMalformed),
        (CLIENT | {"client_secret": ""}, GrantMalformed),
        (CLIENT | {"basic": basic("shop:secret")}, GrantMalformed),
        (HEADER | {"basic": "Basic"}, GrantMalformed),
        (HEADER | {"basic": "Basic ???"}, GrantMalformed),
        (HEADER | {"basic": "Basic é"}, GrantMalformed),
        (HEADER | {"basic": "Basic /w=="}, GrantMalformed),
        (HEADER | {"basic": basic("shop")}, GrantMalformed),
        (HEADER | {"basic": basic(":secret")}, GrantMalformed),
    ],
)
def test_bad_requests(form: dict[str, str], problem: type[Problem]) -> None:
    """What is missing, doubled or unknown is refused before any name is looked up."""
    with pytest.raises(problem):
        read_grant(form)


def test_header_is_form_encoded_within() -> None:
    """Id and secret may hold colons and any characters, encoded as RFC 6749 says."""
    grant = read_grant(HEADER | {"basic": basic("my%3Ashop:a%20b+c%25:%E5%AF%86")})

    assert grant == Grant(GrantType.CLIENT, "my:shop", "a b c%:密")


def test_grant_does_not_show_its_secret() -> None:
    """A grant in a log or a traceback tells nothing."""
    assert "secret" not in repr(read_grant(PASSWORD))


def test_refusals_speak_oauth() -> None:
    """Each grant has its word for a secret that does not fit."""
    assert GrantType.PASSWORD.refusal == "invalid_grant"
    assert GrantType.CLIENT.refusal == "invalid_client"
