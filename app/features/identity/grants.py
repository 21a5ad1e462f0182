"""Token requests: read as OAuth 2 writes them (RFC 6749), and how the document describes them."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import unquote_plus

from app.features.identity.problems import GrantMalformed, GrantNotSupported
from app.features.staff.usernames import LONGEST_USERNAME, username_of

LONGEST_AGENT: Final = 100
LONGEST_REFRESH_TOKEN: Final = 64


class GrantType(StrEnum):
    """What is exchanged for a token: a password, another system's secret, or a refresh token."""

    PASSWORD = "password"  # noqa: S105 - a word of OAuth, no password
    CLIENT = "client_credentials"
    REFRESH = "refresh_token"

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


def read_grant(form: Mapping[str, str]) -> Grant:
    """Read a token request (RFC 6749); `basic` and `agent` are headers.

    Members that are not used are ignored, as the standard demands.
    """
    sent = form.get("grant_type")
    if sent == GrantType.PASSWORD:
        # A client's own id, which documentation pages send along, adds nothing to a password.
        return _grant(form, GrantType.PASSWORD, form.get("username"), form.get("password"))
    if sent == GrantType.REFRESH:
        # The token alone says whose it is; a blank stands where the others have a name.
        return _grant(form, GrantType.REFRESH, " ", form.get("refresh_token"))
    if sent == GrantType.CLIENT:
        return _client_grant(form)
    raise GrantNotSupported if sent else GrantMalformed


def _client_grant(form: Mapping[str, str]) -> Grant:
    """Take the client's secret from the header or from the body, not from both."""
    header, in_body = form.get("basic"), form.get("client_secret")
    if header is None:
        return _grant(form, GrantType.CLIENT, form.get("client_id"), in_body)
    if in_body:
        raise GrantMalformed
    return _grant(form, GrantType.CLIENT, *_basic(header))


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
                        "client_id": {"type": "string", "maxLength": LONGEST_USERNAME},
                        "client_secret": {
                            "type": "string",
                            "format": "password",
                            "maxLength": 1024,
                        },
                        "scope": {
                            "type": "string",
                            "description": "Ignored: a token bears all scopes of its user's roles.",
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
