"""What comes in about second factors, and the form of what leaves."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.core import kinds
from app.core.kinds import MESSAGES, Invalid
from app.core.schemas import Input
from app.http.documents import ListOf

LABEL: Final = kinds.text(max_length=60)
A_CODE: Final = "MZXW-6YTB-OI2D-KNRR"
A_SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - an example


def _label(value: object) -> str:
    try:
        return str(LABEL.normalise(value))
    except Invalid as refusal:
        english, _ = MESSAGES[refusal.code]
        raise PydanticCustomError(refusal.code, english) from None


Label = Annotated[str, PlainValidator(_label), WithJsonSchema(dict(LABEL.schema))]


class NewApp(Input):
    """An authenticator app to be added."""

    label: Label = Field(
        "Authenticator app", description="What you call it.", examples=["My phone"]
    )


class Confirmation(Input):
    """What shows that a new app works."""

    code: str = Field(
        min_length=1,
        max_length=20,
        description="The six digits that the app shows.",
        examples=["492039"],
    )


class NewPasskey(Input):
    """A passkey to be added."""

    label: Label = Field("Passkey", description="What you call it.", examples=["My laptop"])
    credential: dict[str, Any] = Field(
        description="What `navigator.credentials.create` returned, by its `toJSON`.",
        examples=[
            {
                "id": "AQIDBA",
                "rawId": "AQIDBA",
                "type": "public-key",
                "response": {"clientDataJSON": "e30", "attestationObject": "oA"},
            }
        ],
    )


class FactorView(BaseModel):
    """A second factor."""

    factor_id: UUID
    kind: str = Field(description="`totp` or `passkey`.", examples=["totp"])
    label: str = Field(examples=["My phone"])
    created_at: datetime
    confirmed_at: datetime | None = Field(description="Until then it does not count.")
    last_used_at: datetime | None


class MyFactors(ListOf[FactorView]):
    """Your second factors, oldest first."""

    recovery_codes_left: int = Field(examples=[10])


class NewAppView(BaseModel):
    """An authenticator app that waits for its first code; the secret is shown this once."""

    factor_id: UUID
    label: str = Field(examples=["My phone"])
    secret: str = Field(description="To type into the app.", examples=[A_SECRET])
    otpauth_uri: str = Field(
        description="The same for a QR code.",
        examples=[f"otpauth://totp/CIMS:sales?secret={A_SECRET}&issuer=CIMS"],
    )


class ConfirmedView(BaseModel):
    """A factor that counts from now on."""

    factor: FactorView
    recovery_codes: list[str] | None = Field(
        description="With your first factor, and shown this once: keep them apart from it.",
        examples=[[A_CODE]],
    )


class RecoveryCodesView(BaseModel):
    """A new set of recovery codes, shown this once; the old ones are void."""

    recovery_codes: list[str] = Field(examples=[[A_CODE]])


class PasskeyOptionsView(BaseModel):
    """What to pass to `navigator.credentials.create`; good for five minutes."""

    public_key: dict[str, Any] = Field(
        description="By `PublicKeyCredential.parseCreationOptionsFromJSON`.",
        examples=[{"rp": {"id": "localhost", "name": "CIMS"}, "challenge": "q83v..."}],
    )
