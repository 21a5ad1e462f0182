"""What comes in and what leaves when one signs in through a provider."""

from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, Field

from app.core.schemas import Input

SECRET: Final[dict[str, Any]] = {"format": "password"}


class IdentityProviderView(BaseModel):
    """A provider that one may sign in through."""

    provider: str = Field(description="Its name in addresses.", examples=["company"])
    label: str = Field(description="What the page calls it.", examples=["Example company"])


class SsoStartView(BaseModel):
    """Where to send the browser, and what to keep until it comes back."""

    authorization_url: str = Field(examples=["https://login.example.com/authorize?state=..."])
    transaction: str = Field(
        description="Keep it in this tab (`sessionStorage`): only with it `code` and `state` count."
    )
    expires_in: int = Field(description="Seconds from now.", examples=[600])


class SsoCompletion(Input):
    """What the provider sent back with the browser, and what the page has kept."""

    code: str = Field(min_length=1, max_length=4096, examples=["SplxlOBeZQQYbYS6WxSbIA"])
    state: str = Field(min_length=1, max_length=200, examples=["af0ifjsldkj"])
    transaction: str = Field(
        min_length=1, max_length=200, examples=["mJq5c2Zt0b7x..."], json_schema_extra=SECRET
    )
    iss: str = Field(
        "",
        max_length=2048,
        description="If the provider sent it (RFC 9207).",
        examples=["https://login.example.com"],
    )


class ExternalIdentityView(BaseModel):
    """A provider's account that opens this user's; which one it is stands nowhere in clear."""

    issuer: str = Field(examples=["https://login.example.com"])
    linked_at: datetime
