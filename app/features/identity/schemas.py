"""What comes in and what leaves when one signs in, keeps a session and changes a password."""

from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.core.schemas import Input
from app.features.factors.service import FactorProof, Method

SECRET: Final[dict[str, Any]] = {"format": "password"}
TOKEN_EXAMPLE: Final[dict[str, Any]] = {
    "access_token": "eyJhbGciOiJFUzI1NiIs...",
    "token_type": "Bearer",
    "expires_in": 900,
    "scope": "contact:masked customers:read self:read",
    "refresh_token": "AZrF3kq2...",
    "refresh_expires_in": 43200,
}


class TokenView(BaseModel):
    """An access token (RFC 6749, 5.1)."""

    model_config = ConfigDict(json_schema_extra={"examples": [TOKEN_EXAMPLE]})

    access_token: str = Field(examples=["eyJhbGciOiJFUzI1NiIs..."])
    token_type: str = Field(examples=["Bearer"])
    expires_in: int = Field(description="Seconds from now.", examples=[900])
    scope: str = Field(examples=["contact:masked customers:read self:read"])
    refresh_token: str = Field(
        "",
        description="Good once, for the next access token. Absent with `client_credentials`.",
        examples=["Zk3v..."],
    )
    refresh_expires_in: int = Field(
        0,
        description="Seconds until the refresh token ends unless it is used.",
        examples=[43200],
    )


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


class ServerMetadataView(BaseModel):
    """Where and how tokens are had (RFC 8414); there is no page to be sent to for one."""

    issuer: str = Field(description="The `iss` of tokens.", examples=["https://cims.example.com"])
    token_endpoint: str = Field(examples=["https://cims.example.com/v1/auth/token"])
    jwks_uri: str = Field(examples=["https://cims.example.com/.well-known/jwks.json"])
    grant_types_supported: list[str] = Field(examples=[["password", "client_credentials"]])
    response_types_supported: list[str] = Field(examples=[[]])
    token_endpoint_auth_methods_supported: list[str] = Field(examples=[["client_secret_basic"]])
    access_token_signing_alg_values_supported: list[str] = Field(examples=[["ES256"]])
    service_documentation: str = Field(examples=["https://cims.example.com/docs"])


class SessionView(BaseModel):
    """A session: one signing in, and all tokens that follow from it."""

    session_id: UUID
    client: str = Field(description="`cims` for persons, or the other system.", examples=["cims"])
    source: str | None = Field(description="Where it was opened from.", examples=["192.0.2.10"])
    user_agent: str = Field(description="What opened it.", examples=["Mozilla/5.0"])
    created_at: datetime
    last_used_at: datetime = Field(description="When it was opened, or its last token issued.")
    expires_at: datetime = Field(description="Its end, however much it is used.")
    factor_at: datetime | None = Field(description="When a second factor was proven, if one was.")
    is_current: bool = Field(description="Whether it is the one that asks.", examples=[False])


class PasswordChange(Input):
    """The current password once more, and the new one."""

    current: str = Field(
        min_length=1,
        max_length=1024,
        examples=["as printed at the first start"],
        json_schema_extra=SECRET,
    )
    new: str = Field(
        description="15 to 256 characters, any; none of those that everybody guesses.",
        min_length=1,
        max_length=256,
        examples=["three clouds above the old mill"],
        json_schema_extra=SECRET,
    )


class Enrolment(Input):
    """The challenge of `factor-enrolment-needed`."""

    challenge: str = Field(min_length=1, max_length=200, examples=["mJq5c2Zt0b7x..."])


class EnrolmentConfirmation(Enrolment):
    """What shows that the new app works."""

    factor_id: UUID = Field(strict=False)
    code: str = Field(
        min_length=1,
        max_length=20,
        description="The six digits that the app shows.",
        examples=["492039"],
    )


class EnrolmentView(BaseModel):
    """An authenticator app that waits for its first code; the secret is shown this once."""

    factor_id: UUID
    label: str = Field(examples=["Authenticator app"])
    secret: str = Field(
        description="To type into the app.", examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"]
    )
    otpauth_uri: str = Field(
        description="The same for a QR code.",
        examples=["otpauth://totp/CIMS:sales?secret=JBSWY3DPEHPK3PXP&issuer=CIMS"],
    )


class EnrolledView(TokenView):
    """An access token, and the recovery codes that came with the first factor."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{**TOKEN_EXAMPLE, "recovery_codes": ["MZXW-6YTB-OI2D-KNRR"]}]
        }
    )

    recovery_codes: list[str] = Field(
        description="Shown this once: keep them apart from the app.",
        examples=[["MZXW-6YTB-OI2D-KNRR"]],
    )


class StepUp(Input):
    """One proof of a second factor; without any the answer says which are asked for."""

    otp: str = Field(
        "", max_length=20, description="The six digits of your app.", examples=["492039"]
    )
    recovery_code: str = Field(
        "", max_length=40, description="One of your recovery codes.", examples=["MZXW-6YTB"]
    )
    assertion: dict[str, Any] = Field(
        {},
        description="What `navigator.credentials.get` returned, by its `toJSON`.",
        examples=[{"id": "AQIDBA", "type": "public-key", "response": {"clientDataJSON": "e30"}}],
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self._sent()) > 1:
            raise PydanticCustomError("one-proof", "Give one proof alone.")
        return self

    @property
    def proof(self) -> FactorProof | None:
        """What was sent, if anything was."""
        return next((FactorProof(method, value) for method, value in self._sent()), None)

    def _sent(self) -> list[tuple[Method, Any]]:
        sent = [(method, getattr(self, method.value)) for method in Method]
        return [(method, value) for method, value in sent if value]
