"""The groups of settings: each a typed object, with what its members mean."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Final, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

OWN_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
SENDER: Final = re.compile(r"[a-z0-9._+-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
LINK: Final = re.compile(r"https?://[^\s#?<>\"]+", re.IGNORECASE)


class DatabaseSettings(BaseModel):
    """Where the database is; without a URL the service starts its own."""

    url: SecretStr | None = Field(None, description="PostgreSQL URL of the app role.")
    owner_url: SecretStr | None = Field(None, description="URL of the owner role, to migrate.")
    binaries: Path | None = Field(None, description="Folder of PostgreSQL programs to start.")
    pool_size: int = Field(12, ge=2, le=100, description="Connections of one process.")


class TokenSettings(BaseModel):
    """Access tokens."""

    issuer: str = Field("cims", description="The `iss` of tokens.")
    audience: str = Field("cims", description="The `aud` of tokens.")
    minutes: int = Field(15, ge=1, le=15, description="Life of an access token.")


class FactorSettings(BaseModel):
    """Second factors."""

    issuer: str = Field("CIMS", description="The name that authenticator apps and browsers show.")
    site: str = Field("localhost", description="The domain that passkeys belong to.")
    origins: list[str] = Field(
        ["http://localhost:8000"], description="Where passkeys may be used, as a JSON list."
    )
    compulsory_for: list[str] | None = Field(
        None,
        description="Roles and permissions that demand a second factor, as a JSON list; "
        "unset: those that reveal or administer.",
    )


class SessionSettings(BaseModel):
    """How long one stays signed in."""

    idle_hours: int = Field(
        12, ge=1, le=720, description="A session ends when it was not refreshed for so long."
    )
    longest_days: int = Field(
        30, ge=1, le=365, description="A session ends then, however much it is used."
    )


class LimitSettings(BaseModel):
    """How long things may take."""

    request_seconds: float = Field(
        2.0, ge=0.2, le=30, description="From the first byte of a request to its answer."
    )
    requests_per_minute: int = Field(
        60_000, ge=1, description="Requests of one actor in a minute, in one process."
    )
    unknown_per_minute: int = Field(
        1_200, ge=1, description="Requests of one source that is not signed in, in a minute."
    )


class QuotaSettings(BaseModel):
    """What one may be shown in a calendar day; 0 is no limit."""

    zone: str = Field("Asia/Shanghai", description="The time zone in which a day begins.")
    records_per_day: int = Field(
        50_000, ge=0, description="Customers that a person is shown in a day; 0 is no limit."
    )
    records_per_day_clients: int = Field(
        5_000_000, ge=0, description="Customers that another system is shown in a day."
    )
    lookups_per_day: int = Field(
        5_000,
        ge=0,
        description="Look-ups by a whole phone, mail or document, of a person in a day.",
    )
    lookups_per_day_clients: int = Field(
        500_000, ge=0, description="Such look-ups of another system in a day."
    )
    reveals_per_day: int = Field(2_000, ge=0, description="Reveals of one actor in a day.")
    extensions_per_day: int = Field(
        2, ge=0, le=100, description="How often a fresh second factor extends a quota in a day."
    )
    reveals_without_factor: int = Field(
        20,
        ge=0,
        description="Customers revealed within an hour before a fresh second factor is asked for; "
        "0 is no limit.",
    )

    @field_validator("zone")
    @classmethod
    def _require_known(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError("must name a time zone, such as Asia/Shanghai")
        return zone


class MailSecurity(StrEnum):
    """How the way to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class MailSettings(BaseModel):
    """The mail server; without a host no mail is sent, and links are shown once."""

    host: str = Field("", description="Mail server; empty for none.")
    port: int = Field(587, ge=1, le=65535, description="Its port.")
    security: MailSecurity = Field(
        MailSecurity.STARTTLS, description="`starttls`, `tls`, or `none` on this machine only."
    )
    authorities: Path | None = Field(
        None, description="File of authorities that vouch for it, beside those of the system."
    )
    username: str = Field("", description="Who signs in there; empty for nobody.")
    password: SecretStr | None = Field(None, description="The password of that.")
    sender: str = Field("", description="Address that mail comes from.")
    link_base: str = Field("", description="Where links in mail lead to: the address of the pages.")
    seconds: float = Field(20.0, ge=0.1, le=60, description="What sending a message may take.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Refuse half a mail server, and passwords and letters that anybody could read."""
        if not self.host:
            return self
        if not SENDER.fullmatch(self.sender):
            raise ValueError("CIMS_MAIL__SENDER must be a mail address")
        if not LINK.fullmatch(self.link_base):
            raise ValueError("CIMS_MAIL__LINK_BASE must be an address of pages")
        if self.security is MailSecurity.NONE and self.host not in OWN_MACHINE:
            raise ValueError("CIMS_MAIL__SECURITY may be none on this machine only")
        return self

    @property
    def is_there(self) -> bool:
        """Whether there is a mail server."""
        return bool(self.host)

    @property
    def domain(self) -> str:
        """The domain that mail comes from: in message ids and greetings it stands for us."""
        return self.sender.rpartition("@")[2]


class JobSettings(BaseModel):
    """What is done after the answer."""

    worker: bool = Field(
        default=True, description="Whether `cims run` and `cims serve` start a worker."
    )
    at_once: int = Field(4, ge=1, le=32, description="Jobs that a worker runs at once.")
    lease_seconds: float = Field(
        15, ge=1, le=600, description="A killed worker's jobs are taken up again after so long."
    )


class AccessSettings(BaseModel):
    """How rights are administered."""

    publish_alone: bool = Field(
        default=False,
        description="Whether one may publish a role's draft of one's own though others could.",
    )


class ClientSettings(BaseModel):
    """Other systems that call."""

    longest_days: int = Field(
        366, ge=1, le=3660, description="An API client expires after so many days at most."
    )


class AuditSettings(BaseModel):
    """How the audit is looked after."""

    verify_hours: int = Field(
        24, ge=1, le=744, description="How often what is new in the audit is verified by itself."
    )


class EmergencySettings(BaseModel):
    """Emergency access: opening customers out of reach."""

    minutes: int = Field(60, ge=1, le=60, description="How long an emergency access lasts.")
    most_a_day: int = Field(
        5, ge=1, le=1000, description="Emergency accesses that one person may open in 24 hours."
    )
    reason_characters: int = Field(
        20, ge=1, le=500, description="The least that the reason of one has to say."
    )


class ImportSettings(BaseModel):
    """Spreadsheets that become customers."""

    most_megabytes: int = Field(200, ge=1, le=2000, description="Size of one file.")
    most_rows: int = Field(1_000_000, ge=1, le=5_000_000, description="Rows of one file.")
    most_a_day: int = Field(
        20, ge=1, le=1000, description="Files that one person may upload in 24 hours."
    )
    undo_days: int = Field(7, ge=1, le=90, description="How long an import can be taken back.")
    open_days: int = Field(
        14, ge=1, le=90, description="How long a file waits that nobody has approved."
    )


class SelfServiceSettings(BaseModel):
    """Customers who look at what is held on them."""

    days: int = Field(14, ge=1, le=90, description="How long a customer's link serves.")
    link_base: str = Field(
        "", description="Where customers reach this service; its own address unless given."
    )


class ExportSettings(BaseModel):
    """Customers that leave in files."""

    hours: int = Field(24, ge=1, le=168, description="How long a file waits to be taken.")
    link_minutes: int = Field(15, ge=1, le=60, description="How long a link to a file serves.")
    most_rows: int = Field(
        500_000, ge=1, le=1_000_000, description="Customers that may leave in one file."
    )
    most_a_day: int = Field(
        10, ge=1, le=1000, description="Exports that one person may ask for in 24 hours."
    )
