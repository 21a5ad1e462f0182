"""Token requests: read as OAuth 2 writes them (RFC 6749), and how the document describes them."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final
from urllib.parse import unquote_plus

import orjson

from app.features.factors.service import FactorProof, Method
from app.features.identity.problems import GrantMalformed, GrantNotSupported
from app.features.staff.usernames import LONGEST_USERNAME, username_of

LONGEST_AGENT: Final = 100
LONGEST_REFRESH_TOKEN: Final = 64
LONGEST_PROOF: Final = 16_384


class GrantType(StrEnum):
    """What is exchanged for a token: a secret, a refresh token, or a challenge with its proof."""

    PASSWORD = "password"  # noqa: S105 - a word of OAuth, no password
    CLIENT = "client_credentials"
    REFRESH = "refresh_token"
    MFA = "mfa"

    @property
    def refusal(self) -> str:
        """What OAuth calls a secret that does not fit."""
        return "invalid_client" if self is GrantType.CLIENT else "invalid_grant"


@dataclass(frozen=True, slots=True, repr=False)
class Grant:
    """Who wants a token, and the secret that proves it."""

    type: GrantType
    username: str
    secret: str
    agent: str = ""
    proof: FactorProof | None = None
    scopes: frozenset[str] = frozenset()


def read_grant(form: Mapping[str, str]) -> Grant:
    """Read a token request (RFC 6749); `basic` and `agent` are headers.

    Members that are not used are ignored, as the standard demands.
    """
    sent = form.get("grant_type")
    if sent == GrantType.PASSWORD:
        # A client's own id, which documentation pages send along, adds nothing to a password.
        grant = _grant(form, GrantType.PASSWORD, form.get("username"), form.get("password"))
        return replace(grant, proof=_proof(form))
    if sent == GrantType.REFRESH:
        # The token alone says whose it is; a blank stands where the others have a name.
        return _grant(form, GrantType.REFRESH, " ", form.get("refresh_token"))
    if sent == GrantType.MFA:
        return _second_step(form)
    if sent == GrantType.CLIENT:
        return _client_grant(form)
    raise GrantNotSupported if sent else GrantMalformed


def _second_step(form: Mapping[str, str]) -> Grant:
    """Take the challenge, which says whose it is, and what proves the factor."""
    proof = _proof(form)
    if proof is None:
        raise GrantMalformed
    return replace(_grant(form, GrantType.MFA, " ", form.get("challenge")), proof=proof)


def _proof(form: Mapping[str, str]) -> FactorProof | None:
    """Read what proves a second factor, if anything was sent; of several none is chosen."""
    sent = [method for method in Method if form.get(method.value)]
    if len(sent) > 1:
        raise GrantMalformed
    return _read_proof(sent[0], form[sent[0].value]) if sent else None


def _read_proof(method: Method, text: str) -> FactorProof:
    """Read a proof; what a passkey signed comes as JSON, as the browser writes it."""
    if method is not Method.ASSERTION:
        return FactorProof(method, text)
    try:
        value = orjson.loads(text if len(text) <= LONGEST_PROOF else "")
    except orjson.JSONDecodeError:
        raise GrantMalformed from None
    if not isinstance(value, dict):
        raise GrantMalformed
    return FactorProof(method, value)


def _client_grant(form: Mapping[str, str]) -> Grant:
    """Take the client's secret from the header or from the body, not from both."""
    header, in_body = form.get("basic"), form.get("client_secret")
    if header is not None and in_body:
        raise GrantMalformed
    named = (form.get("client_id"), in_body) if header is None else _basic(header)
    scopes = frozenset(form.get("scope", "").split(" ")) - {""}
    return replace(_grant(form, GrantType.CLIENT, *named), scopes=scopes)


def _grant(
    form: Mapping[str, str], kind: GrantType, username: str | None, secret: str | None
) -> Grant:
    if not username or not secret:
        raise GrantMalformed
    return Grant(kind, username_of(username), secret, short_agent(form.get("agent", "")))


def short_agent(sent: str) -> str:
    """Return what a client calls itself (User-Agent), printable and short."""
    return "".join(filter(str.isprintable, sent))[:LONGEST_AGENT]


def _basic(header: str) -> tuple[str, str]:
    """Read HTTP Basic; OAuth form-encodes id and secret within it (RFC 6749, 2.3.1)."""
    try:
        text = base64.b64decode(header.partition(" ")[2], validate=True).decode()
    except (binascii.Error, ValueError):
        raise GrantMalformed from None
    username, _, secret = text.partition(":")
    return unquote_plus(username), unquote_plus(secret)


TOKEN_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": [one.value for one in GrantType]},
                        "username": {"type": "string", "maxLength": LONGEST_USERNAME},
                        "password": {"type": "string", "format": "password", "maxLength": 1024},
                        "refresh_token": {
                            "type": "string",
                            "format": "password",
                            "maxLength": LONGEST_REFRESH_TOKEN,
                        },
                        "challenge": {
                            "type": "string",
                            "description": "With `mfa`: from the answer that asked for a factor.",
                            "maxLength": 200,
                        },
                        "otp": {
                            "type": "string",
                            "description": "The six digits of an app; with `password` or `mfa`.",
                            "maxLength": 20,
                        },
                        "recovery_code": {
                            "type": "string",
                            "description": "One of your recovery codes; with `password` or `mfa`.",
                        },
                        "assertion": {
                            "type": "string",
                            "description": "What a passkey signed, as JSON text; with `mfa`.",
                            "maxLength": LONGEST_PROOF,
                        },
                        "client_id": {"type": "string", "maxLength": LONGEST_USERNAME},
                        "client_secret": {
                            "type": "string",
                            "format": "password",
                            "maxLength": 1024,
                        },
                        "scope": {
                            "type": "string",
                            "description": (
                                "With `client_credentials`: some of the client's scopes, parted by "
                                "blanks. Else ignored: a token bears all that its user's roles do."
                            ),
                        },
                    },
                },
                "example": {
                    "grant_type": "password",
                    "username": "sales",
                    "password": "as printed at the first start",
                },
            }
        },
    }
}
