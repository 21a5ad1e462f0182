"""Forged tokens at the door: whatever is wrong with one, the answer is the same 401."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from app.core import keys
from app.core.clock import new_id
from app.core.keys import SigningKey
from app.settings import Settings
from tests.core.forging import (
    WRONG_CLAIMS,
    WRONG_FORMS,
    WRONG_HEADERS,
    WRONG_SPELLINGS,
    a_header,
    decode,
    encode,
    signed,
)
from tests.core.rings import a_signing_key
from tests.service import Service

LIFE: Final = timedelta(minutes=15)
Forge = Callable[[str, SigningKey], list[str]]


def _parts(token: str) -> dict[str, str]:
    return dict(zip("hps", token.split("."), strict=True))


def _with_claims(token: str, key: SigningKey, changes: dict[str, Any]) -> str:
    """Sign a good token's claims anew, some of them changed, or left out by None."""
    claims = {**json.loads(decode(_parts(token)["p"])), **changes}
    kept = {name: value for name, value in claims.items() if value is not None}
    return signed(a_header(kid=key.kid), json.dumps(kept).encode(), key)


def _claims(token: str, key: SigningKey) -> list[str]:
    wrong = [{name: value} for name, values in WRONG_CLAIMS.items() for value in values]
    names = json.loads(decode(_parts(token)["p"]))
    wrong += [{name: None} for name in names]
    wrong += [{"scope": "staff:read self:read"}, {"sub": str(new_id())}, {"exp": 1, "iat": 0}]
    return [_with_claims(token, key, changes) for changes in wrong]


def _headers(token: str, key: SigningKey) -> list[str]:
    payload = decode(_parts(token)["p"])
    found = [signed(a_header(**{"kid": key.kid, **one}), payload, key) for one in WRONG_HEADERS]
    texts = [text.replace("%s", key.kid).encode() for text in WRONG_SPELLINGS]
    return found + [signed(text, payload, key) for text in texts]


def _forms(token: str, _key: SigningKey) -> list[str]:
    return [form.format(**_parts(token)) for form in WRONG_FORMS if form.isascii()]


def _signatures(token: str, key: SigningKey) -> list[str]:
    head, _, signature = token.rpartition(".")
    other = a_signing_key()
    payload = decode(_parts(token)["p"])
    return [
        f"{head}.{encode(bytes(64))}",
        f"{head}.{encode(decode(signature)[::-1])}",
        f"{head}.{encode(decode(signature)[:63])}",
        signed(a_header(kid=key.kid), payload, other),
        signed(a_header(kid=other.kid), payload, other),
    ]


@pytest.mark.parametrize("forge", [_claims, _headers, _forms, _signatures])
async def test_no_forged_token_opens_the_door(
    service: Service, settings: Settings, forge: Forge
) -> None:
    """Over eighty kinds, most of them signed by the right key, and no word about what is wrong."""
    token = await service.sign_in("sales")
    key = keys.load(settings.keys_folder).signing[-1]
    assert await _answer(service, _with_claims(token, key, {})) == (200, None)

    forged = forge(token, key)

    answers = {text: await _answer(service, text) for text in forged}
    assert {text: one for text, one in answers.items() if one != (401, "not-signed-in")} == {}


def test_there_are_enough_kinds() -> None:
    """The battery has what the promise asks for, and more."""
    claims = sum(len(values) for values in WRONG_CLAIMS.values())

    assert claims + len(WRONG_HEADERS) + len(WRONG_SPELLINGS) + len(WRONG_FORMS) > 60


async def _answer(service: Service, token: str) -> tuple[int, str | None]:
    async with service.anonymous() as client:
        answer = await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    kind = answer.json().get("type")
    return answer.status_code, kind and kind.removeprefix("/problems/")
