"""Reading the settings, once at start, from CIMS_* variables; nothing else reads those."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field, IPvAnyNetwork, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.settings.groups import (
    AccessSettings,
    AuditSettings,
    ClientSettings,
    DatabaseSettings,
    EmergencySettings,
    ExportSettings,
    FactorSettings,
    ImportSettings,
    JobSettings,
    LimitSettings,
    MailSettings,
    QuotaSettings,
    SelfServiceSettings,
    SessionSettings,
    TokenSettings,
)
from app.settings.providers import SsoSettings

PREFIX: Final = "CIMS_"


class SettingsRefusedError(Exception):
    """A setting will not do; the message says which and what to do."""


class Settings(BaseSettings):
    """Everything that can be set from outside."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid")

    home: Path = Field(Path(".cims"), description="Where data, keys and logs live.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    docs: bool = Field(default=True, description="Whether /docs and /openapi.json are served.")
    cors_origins: list[str] = Field(
        default_factory=list, description="Origins of browsers that may call, as a JSON list."
    )
    trusted_proxies: list[IPvAnyNetwork] = Field(
        default_factory=list,
        description="Networks of proxies whose `X-Forwarded-For` is believed, as a JSON list.",
    )
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    tokens: TokenSettings = Field(default_factory=TokenSettings)
    factors: FactorSettings = Field(default_factory=FactorSettings)
    sessions: SessionSettings = Field(default_factory=SessionSettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)
    access: AccessSettings = Field(default_factory=AccessSettings)
    quotas: QuotaSettings = Field(default_factory=QuotaSettings)
    mail: MailSettings = Field(default_factory=MailSettings)
    sso: SsoSettings = Field(default_factory=SsoSettings)
    jobs: JobSettings = Field(default_factory=JobSettings)
    clients: ClientSettings = Field(default_factory=ClientSettings)
    audit: AuditSettings = Field(default_factory=AuditSettings)
    emergency: EmergencySettings = Field(default_factory=EmergencySettings)
    self_service: SelfServiceSettings = Field(default_factory=SelfServiceSettings)
    exports: ExportSettings = Field(default_factory=ExportSettings)
    imports: ImportSettings = Field(default_factory=ImportSettings)

    @property
    def keys_folder(self) -> Path:
        """Where the keys stand, outside the database."""
        return self.home / "keys"

    @property
    def heads_file(self) -> Path:
        """Where the signed heads of the audit chain stand, outside the database."""
        return self.home / "audit" / "heads.jsonl"


@lru_cache(maxsize=1)
def read_settings() -> Settings:
    """Read the settings; raises SettingsRefusedError with one sentence."""
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and not _known(name))
    if unknown:
        raise SettingsRefusedError(f"Unknown settings: {', '.join(unknown)}; see README.md.")
    try:
        settings = Settings()
    except ValueError as error:
        raise SettingsRefusedError(f"The settings will not do: {_reasons(error)}") from None
    if "*" in settings.cors_origins:
        raise SettingsRefusedError("CIMS_CORS_ORIGINS must name origins, not *.")
    return settings


def _known(name: str) -> bool:
    group, _, member = name.removeprefix(PREFIX).lower().partition("__")
    entry = Settings.model_fields.get(group)
    if entry is None:
        return False
    kind = entry.annotation
    if member:
        return (
            isinstance(kind, type) and issubclass(kind, BaseModel) and member in kind.model_fields
        )
    return True


def _reasons(error: ValueError) -> str:
    faults = error.errors(include_input=False) if isinstance(error, ValidationError) else []
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)


def settings_table() -> list[tuple[str, str, str]]:
    """Return name, default and description of every setting, for README.md."""
    rows = []
    for name, entry in Settings.model_fields.items():
        kind = entry.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            for member, inner in kind.model_fields.items():
                full = f"{PREFIX}{name}__{member}".upper()
                rows.append((full, _default(inner.default), inner.description or ""))
        else:
            rows.append(
                (f"{PREFIX}{name}".upper(), _default(entry.default), entry.description or "")
            )
    return rows


def _default(value: object) -> str:
    return "" if value is None or "Undefined" in repr(value) else str(value)
