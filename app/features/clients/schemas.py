"""Other systems: what comes in, and what leaves."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, Strict, WithJsonSchema

from app.core.kinds import text
from app.core.schemas import Input, Tagged

_NAME: Final = text(max_length=100)
_WORDS: Final = text(max_length=500)
LONGEST_WAIT: Final = 90 * 86_400
SECRET_EXAMPLE: Final = "cims_secret_kV3Yy2m0cJ8mJm1n9Qb6Zg0t4o7r5s1w2x3y4z5A6B7"  # noqa: S105 - an example
SCOPES: Final = ["classes:read", "customers:read", "record:read"]
NARROWING: Final = (
    "Some of the scopes that the roles grant; null for all. What limits one of them comes along."
)
PLACES: Final = "IPv4 or IPv6 networks, or addresses; an empty list admits any address."
WAIT: Final = "Seconds until the secret before ends by itself; without it, it stays until ended."

Id = Annotated[UUID, Strict(strict=False)]
Name = Annotated[str, _NAME.validator, WithJsonSchema(dict(_NAME.schema))]
Words = Annotated[str, _WORDS.validator, WithJsonSchema(dict(_WORDS.schema))]
Roles = Annotated[list[Annotated[str, Field(max_length=100)]], Field(min_length=1, max_length=20)]
Scopes = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=300)]
Places = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=50)]
Secret = Annotated[str, Field(min_length=1, max_length=200)]
_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT: Final[dict[str, Any]] = {
    "strict": False,
    "description": "RFC 3339; no later than `CIMS_CLIENTS__LONGEST_DAYS` from now.",
    "examples": ["2027-06-30T00:00:00Z"],
}


class NewApiClient(Input):
    """Another system, what it may do, and who answers for it."""

    name: Name = Field(examples=["网店系统 Web shop"])
    description: Words = Field(examples=["Keeps the customers of the web shop up to date."])
    owner_id: Id = Field(description="An active person who is responsible for it.")
    roles: Roles = Field(description="Codes of `GET /v1/roles`.", examples=[["integration"]])
    scopes: Scopes | None = Field(None, description=NARROWING, examples=[None])
    department_id: Id | None = Field(None, description="Where its customers go.", examples=[None])
    expires_at: AwareDatetime = Field(**_MOMENT)
    networks: Places = Field(
        default_factory=list, description=PLACES, examples=[["192.0.2.0/24", "2001:db8::/48"]]
    )


class ApiClientChange(Input):
    """A merge patch of a client."""

    name: Name = Field("", examples=["网店系统 Web shop"])
    description: Words = Field("", examples=["Keeps the customers of the web shop up to date."])
    owner_id: Id = Field(UUID(int=0), description="An active person who is responsible for it.")
    roles: Roles = Field(["integration"], description="Codes of `GET /v1/roles`.")
    scopes: Scopes | None = Field(None, description=NARROWING, examples=[SCOPES])
    department_id: Id | None = Field(None, description="Where its customers go.", examples=[None])
    expires_at: AwareDatetime = Field(_NO_TIME, **_MOMENT)
    networks: Places = Field(default_factory=list, description=PLACES, examples=[["192.0.2.0/24"]])


class SecretRotation(Input):
    """How long the secret before stays good."""

    old_secret_expires_in: int | None = Field(
        None, ge=1, le=LONGEST_WAIT, description=WAIT, examples=[86_400]
    )


class OwnRotation(Input):
    """The secret of the system that asks, and how long it stays good."""

    current_secret: Secret = Field(
        json_schema_extra={"format": "password"}, examples=[SECRET_EXAMPLE]
    )
    old_secret_expires_in: int | None = Field(
        None, ge=1, le=LONGEST_WAIT, description=WAIT, examples=[86_400]
    )


class SecretEnd(Input):
    """The secret that ends."""

    secret_id: Id = Field(description="Of `secrets` in the client.")


class ApiClientView(BaseModel):
    """Another system."""

    api_client_id: UUID
    client_id: str = Field(
        description="The name that it signs in with.", examples=["client_4f1c9a2b7d3e5f60a1b2"]
    )
    name: str = Field(examples=["网店系统 Web shop"])
    description: str = Field(examples=["Keeps the customers of the web shop up to date."])
    owner_id: UUID | None = Field(description="Null when the owner has left without a successor.")
    owner_is_active: bool = Field(
        description="Whether somebody at hand answers for it.", examples=[True]
    )
    roles: list[str] = Field(examples=[["integration"]])
    scopes: list[str] | None = Field(description=NARROWING, examples=[None])
    granted_scopes: list[str] = Field(
        description="What its tokens bear at most, by the roles as they are now.", examples=[SCOPES]
    )
    department_id: UUID | None
    networks: list[str] = Field(description=PLACES, examples=[["192.0.2.0/24"]])
    expires_at: datetime = Field(examples=["2027-06-30T00:00:00Z"])
    status: str = Field(
        description="`active`, `expired`, `disabled` or `ended`.", examples=["active"]
    )
    status_at: datetime | None = Field(description="Since when it is active, disabled or ended.")
    status_by: UUID | None
    created_at: datetime
    last_used_at: datetime | None = Field(description="To the minute; null before the first use.")
    last_used_from: str | None = Field(description="The address.", examples=["192.0.2.7"])


class SecretView(BaseModel):
    """A live secret; what it is, nobody sees again."""

    secret_id: UUID
    kind: str = Field(
        description="`secret`, or `password` for one from before there were secrets.",
        examples=["secret"],
    )
    made_at: datetime
    expires_at: datetime | None = Field(description="Null: until it is ended.", examples=[None])
    last_used_at: datetime | None = Field(
        description="When a token was last asked for with it, to the minute.", examples=[None]
    )


class WholeApiClientView(Tagged, ApiClientView):
    """Another system with its live secrets, two at most."""

    secrets: list[SecretView]


class NewSecretView(WholeApiClientView):
    """Another system with a new secret, shown this once."""

    client_secret: str = Field(
        description="For `client_credentials`. It is shown this once.", examples=[SECRET_EXAMPLE]
    )


class OwnSecretView(BaseModel):
    """The new secret of the system that asks, shown this once."""

    client_id: str = Field(examples=["client_4f1c9a2b7d3e5f60a1b2"])
    client_secret: str = Field(examples=[SECRET_EXAMPLE])
    secrets: list[SecretView]
