"""The settings of a company's identity providers, and what makes an address safe to be sent to."""

import stat
from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

OWN_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class ProviderSettings(BaseModel):
    """A company's identity provider, by OpenID Connect."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str = Field("", description="What the sign-in page calls it.")
    issuer: str = Field(description="Its address, exactly as its tokens name it.")
    client_id: str = Field(min_length=1)
    client_secret: SecretStr | None = None
    client_secret_file: Path | None = None
    redirect_uri: str = Field(description="The page of the frontend that takes code and state.")
    scopes: list[str] = ["openid", "profile", "email"]
    groups_claim: str = "groups"
    username_claim: str = "preferred_username"
    roles: dict[str, list[str]] = Field({}, description="Roles by group; without any, none change.")
    departments: dict[str, str] = Field({}, description="Department, by code or name, by group.")
    create_users: bool = False
    link_by_mail: bool = False
    trusted_factors: list[str] = Field(
        [], description="Values of `amr` and `acr` that stand for a second factor; none at first."
    )
    ca_file: Path | None = Field(None, description="Certificates that it is known by.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name in ("issuer", "redirect_uri"):
            if not travels_safely(getattr(self, name)):
                raise ValueError(f"{name} must be an https address, or http on this machine")
        if self.client_secret is not None and self.client_secret_file is not None:
            raise ValueError("give client_secret or client_secret_file, not both")
        if "openid" not in self.scopes:
            raise ValueError("scopes must contain openid")
        self.secret()
        return self

    def secret(self) -> str | None:
        """Return what proves this service to the provider, if it asks for that."""
        if self.client_secret is not None:
            return self.client_secret.get_secret_value()
        return _private_text(self.client_secret_file) if self.client_secret_file else None


class SsoSettings(BaseModel):
    """Signing in through a company's identity provider."""

    providers: dict[Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")], ProviderSettings] = Field(
        default_factory=dict,
        description="Identity providers by name, as a JSON object: docs/single-sign-on.md.",
    )


def travels_safely(address: str) -> bool:
    """Whether what is sent to an address is read by nobody else: https, or this machine."""
    try:
        parts = urlsplit(address)
        is_whole = bool(parts.hostname) and not parts.fragment and parts.port != 0
    except ValueError:
        return False
    is_here = parts.scheme == "http" and parts.hostname in OWN_MACHINE
    return is_whole and (parts.scheme == "https" or is_here)


def _private_text(path: Path) -> str:
    """Read a secret that nobody else on this machine may read."""
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ValueError(f"{path} is open to other users: run chmod 600 on it")
        return path.read_text().strip()
    except OSError as fault:
        raise ValueError(f"{path} cannot be read: {fault.strerror}") from None
