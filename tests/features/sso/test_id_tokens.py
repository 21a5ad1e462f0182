"""ID tokens: whatever about one does not fit, it opens nothing."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any, Final

import pytest
from jose import jws

from tests.features.sso.idp import CLIENT_ID, Idp, Key, Signed
from tests.features.sso.ways import FAILED, a_person, kind_of, through, why, with_mail
from tests.service import Service

NOW: Final = time.time
WRONG_CLAIMS: Final[dict[str, Callable[[], tuple[str, dict[str, Any]]]]] = {
    "nonce of another way": lambda: ("nonce", {"nonce": "x" * 43}),
    "no nonce": lambda: ("claims", {"nonce": None}),
    "nonce that is no text": lambda: ("claims", {"nonce": 1}),
    "other audience": lambda: ("audience", {"aud": "somebody else"}),
    "several, not issued to us": lambda: ("audience", {"aud": [CLIENT_ID, "another"]}),
    "several, issued to another": lambda: (
        "audience",
        {"aud": [CLIENT_ID, "another"], "azp": "another"},
    ),
    "issued to another": lambda: ("audience", {"azp": "another"}),
    "no audience": lambda: ("claims", {"aud": None}),
    "empty audience": lambda: ("audience", {"aud": []}),
    "other issuer": lambda: ("issuer", {"iss": "https://login.example.com"}),
    "expired": lambda: ("expired", {"exp": NOW() - 120, "iat": NOW() - 300}),
    "never ends": lambda: ("claims", {"exp": None}),
    "ends as text": lambda: ("claims", {"exp": "tomorrow"}),
    "ends at the end of time": lambda: ("claims", {"exp": 1e300}),
    "of the future": lambda: ("time", {"iat": NOW() + 600, "exp": NOW() + 900}),
    "of long ago": lambda: ("time", {"iat": NOW() - 7200}),
    "not yet": lambda: ("time", {"nbf": NOW() + 600}),
    "no moment": lambda: ("claims", {"iat": None}),
    "nobody": lambda: ("claims", {"sub": None}),
    "empty subject": lambda: ("claims", {"sub": ""}),
    "subject that is no text": lambda: ("claims", {"sub": 7}),
}
OTHER: Final = Key.draw()


def encoded(value: Any) -> str:
    """Write a part of a token."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def unsigned(idp: Idp, claims: dict[str, Any]) -> str:
    """Write a token without a signature."""
    return f"{encoded({'alg': 'none', 'kid': idp.key.kid})}.{encoded(claims)}."


def by_the_public_key(idp: Idp, claims: dict[str, Any]) -> str:
    """Sign with what everybody knows."""
    whole = f"{encoded({'alg': 'HS256', 'kid': idp.key.kid})}.{encoded(claims)}"
    made = hmac.new(idp.key.public_pem, whole.encode(), hashlib.sha256).digest()
    return f"{whole}.{encoded(made)}"


def headed(**header: Any) -> Signed:
    """Sign with the right key and another header."""
    return lambda idp, claims: idp.key.sign(claims, **header)


def changed(idp: Idp, claims: dict[str, Any]) -> str:
    """Change what was signed."""
    header, _, signature = idp.key.sign(claims).split(".")
    return f"{header}.{encoded({**claims, 'sub': 'administrator'})}.{signature}"


WRONG_TOKENS: Final[dict[str, tuple[str, Signed]]] = {
    "unsigned": ("algorithm", unsigned),
    "signed with the public key": ("algorithm", by_the_public_key),
    "no algorithm": ("algorithm", lambda _, claims: f"{encoded({})}.{encoded(claims)}.x"),
    "critical header": ("algorithm", headed(crit=["exp"])),
    "key that is no text": ("key", headed(kid=7)),
    "other key, same id": (
        "signature",
        lambda idp, claims: Key(idp.key.kid, "RS256", OTHER.private).sign(claims),
    ),
    "unknown key": ("key", lambda _, claims: OTHER.sign(claims)),
    "key of another algorithm": (
        "key",
        lambda idp, claims: Key(idp.key.kid, "ES256", Key.draw("ES256").private).sign(claims),
    ),
    "changed": ("signature", changed),
    "text after the signature": (
        "signature",
        lambda idp, claims: idp.key.sign(claims) + "\n",
    ),
    "two parts": ("form", lambda _, claims: f"{encoded({'alg': 'RS256'})}.{encoded(claims)}"),
    "no JSON": ("form", lambda idp, claims: f"x{idp.key.sign(claims)}"),
    "header that is no object": ("form", lambda _, claims: f"{encoded([])}.{encoded(claims)}.x"),
    "far too long": ("form", lambda idp, claims: idp.key.sign({**claims, "x": "x" * 70_000})),
    "payload that is a list": ("claims", lambda idp, _: signed_text(idp, b"[]")),
    "no number": ("form", lambda idp, _: signed_text(idp, b'{"exp": NaN}')),
}


def signed_text(idp: Idp, text: bytes) -> str:
    """Sign what is no set of claims."""
    headers = {"kid": idp.key.kid}
    return str(jws.sign(text, idp.key.pem, headers=headers, algorithm="RS256"))


@pytest.mark.parametrize("fault", WRONG_CLAIMS)
async def test_wrong_claims_open_nothing(sso_service: Service, idp: Idp, fault: str) -> None:
    """All of them are refused in the same words; the audit says which one it was."""
    _, mail = await with_mail(sso_service)
    reason, claims = WRONG_CLAIMS[fault]()

    answer = await through(sso_service, idp, a_person(mail), **claims)

    assert kind_of(answer) == FAILED
    assert await why(sso_service, answer) == reason


@pytest.mark.parametrize("fault", WRONG_TOKENS)
async def test_wrong_tokens_open_nothing(sso_service: Service, idp: Idp, fault: str) -> None:
    """Neither without a signature nor by another one than the provider's."""
    _, mail = await with_mail(sso_service)
    reason, signed = WRONG_TOKENS[fault]

    answer = await through(sso_service, idp, a_person(mail), signed=signed)

    assert kind_of(answer) == FAILED
    assert await why(sso_service, answer) == reason


async def test_refusals_are_one(sso_service: Service, idp: Idp) -> None:
    """Whatever went wrong, the bytes are the same but for the request."""
    _, mail = await with_mail(sso_service)
    answers = [
        await through(sso_service, idp, a_person(mail), nonce="x"),
        await through(sso_service, idp, a_person(mail), signed=unsigned),
        await through(sso_service, idp, a_person(), aud="x"),
    ]

    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert bodies == [bodies[0]] * 3


async def test_several_audiences_are_good_when_it_was_issued_to_us(
    sso_service: Service, idp: Idp
) -> None:
    """A token for several parties counts for the one that it was issued to."""
    _, mail = await with_mail(sso_service)
    claims: dict[str, Any] = {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}

    answer = await through(sso_service, idp, a_person(mail), **claims)

    assert answer.status_code == 200


async def test_kid_may_be_missing_while_there_is_one_key(sso_service: Service, idp: Idp) -> None:
    """A provider with one key need not name it."""
    _, mail = await with_mail(sso_service)

    answer = await through(sso_service, idp, a_person(mail), signed=headed(kid=None))

    assert answer.status_code == 200
