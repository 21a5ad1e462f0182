"""What comes in when one signs in, and the form of what leaves about the staff."""

import base64
import binascii
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import unquote_plus
from uuid import UUID

from pydantic import BaseModel, Field

from app.features.staff.problems import GrantMalformed, GrantNotSupported

LONGEST_USERNAME: Final = 100


class GrantType(StrEnum):
    """What is exchanged for a token: a person's password, or the secret of another system."""

    PASSWORD = "password"  # noqa: S105 - a word of OAuth, no password
    CLIENT = "client_credentials"

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


def read_grant(form: Mapping[str, str]) -> Grant:
    """Read a token request (RFC 6749); `basic` is the Authorization header, if there was one.

    Members that are not used are ignored, as the standard demands.
    """
    sent = form.get("grant_type")
    if sent == GrantType.PASSWORD:
        # A client's own id, which documentation pages send along, adds nothing to a password.
        return _grant(GrantType.PASSWORD, form.get("username"), form.get("password"))
    if sent == GrantType.CLIENT:
        return _client_grant(form)
    raise GrantNotSupported if sent else GrantMalformed


def username_of(text: str) -> str:
    """Return a user name in the one form it is kept and looked up in."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def is_username(text: str) -> bool:
    """Whether this can be a user name; what cannot may be no text for PostgreSQL (NUL)."""
    return text.isprintable() and 0 < len(text) <= LONGEST_USERNAME


def _client_grant(form: Mapping[str, str]) -> Grant:
    """Take the client's secret from the header or from the body, not from both."""
    header, in_body = form.get("basic"), form.get("client_secret")
    if header is None:
        return _grant(GrantType.CLIENT, form.get("client_id"), in_body)
    if in_body:
        raise GrantMalformed
    return _grant(GrantType.CLIENT, *_basic(header))


def _grant(kind: GrantType, username: str | None, secret: str | None) -> Grant:
    if not username or not secret:
        raise GrantMalformed
    return Grant(kind, username_of(username), secret)


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


class TokenView(BaseModel):
    """An access token (RFC 6749, 5.1)."""

    access_token: str = Field(examples=["eyJhbGciOiJFUzI1NiIs..."])
    token_type: str = Field(examples=["Bearer"])
    expires_in: int = Field(description="Seconds from now.", examples=[900])
    scope: str = Field(examples=["contact:masked customers:read self:read"])


class SigningKeyView(BaseModel):
    """A public key that verifies access tokens (RFC 7517)."""

    kty: str = Field(examples=["EC"])
    crv: str = Field(examples=["P-256"])
    x: str
    y: str
    alg: str = Field(examples=["ES256"])
    use: str = Field(examples=["sig"])
    kid: str = Field(examples=["9f86d081884c7d65"])


class SigningKeysView(BaseModel):
    """All public keys that verify access tokens."""

    keys: list[SigningKeyView]


class DepartmentView(BaseModel):
    """A department."""

    department_id: UUID
    name: str = Field(examples=["Shanghai sales"])
    name_zh: str | None = Field(examples=["上海销售部"])
    parent_id: UUID | None = Field(description="The department above; none at the top.")


class RoleView(BaseModel):
    """A role, named in both languages."""

    code: str = Field(examples=["sales"])
    en: str = Field(examples=["Sales"])
    zh: str = Field(examples=["销售"])


class RoleWithScopesView(RoleView):
    """A role, and what it grants."""

    scopes: list[str] = Field(examples=[["customers:read", "identity:write"]])


class UserView(BaseModel):
    """A user: a person, or another system."""

    user_id: UUID
    username: str = Field(examples=["sales"])
    display_name: str = Field(examples=["林晓 Lin Xiao"])
    kind: str = Field(description="`person` or `client`.", examples=["person"])
    status: str = Field(description="Only `active` users may sign in.", examples=["active"])
    department_id: UUID | None
    roles: list[str] = Field(examples=[["sales"]])


class MeView(BaseModel):
    """Who you are."""

    user_id: UUID
    username: str = Field(examples=["sales"])
    display_name: str = Field(examples=["林晓 Lin Xiao"])
    kind: str = Field(description="`person` or `client`.", examples=["person"])
    roles: list[RoleView]
    department: DepartmentView | None


class FieldRightView(BaseModel):
    """What you may do with one field; fields that you do not see at all are not listed."""

    name: str = Field(examples=["phone"])
    read: str = Field(description="`show` or `mask`.", examples=["mask"])
    write: bool
    reveal: bool = Field(description="Whether the act of revealing shows it in clear.")


class PermissionsView(BaseModel):
    """What you may do, resource by resource and field by field."""

    permissions: list[str] = Field(examples=[["customers:read", "self:read"]])
    reach: str = Field(
        description="`all`, or `departments`: those named here.", examples=["departments"]
    )
    departments: list[UUID] = Field(description="Your own department and those below it.")
    resources: dict[str, list[FieldRightView]]
