"""ID tokens (OpenID Connect Core 1.0, 3.1.3.7): believed only when everything about them fits."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.core.clock import now
from app.core.signatures import ES256, RS256, SignatureRefused, canonical
from app.features.sso.provider import Provider

ALGORITHMS: Final = frozenset({RS256, ES256})
LONGEST: Final = 65_536
SKEW: Final = 60
OLDEST: Final = 600


class IdTokenRefused(Exception):  # noqa: N818 - an answer; the reason is for the audit line
    """The token will not do; the reason is one word."""


class _Claims(BaseModel):
    """The claims by name and type; what else there is may be groups and names."""

    model_config = ConfigDict(strict=True, extra="allow")

    iss: str
    sub: Annotated[str, Field(min_length=1, max_length=255)]
    aud: str | list[str]
    azp: str | None = None
    exp: float
    iat: float
    nbf: float = 0
    nonce: str
    auth_time: float | None = None

    @model_validator(mode="after")
    def _finite(self) -> Self:
        moments = (self.exp, self.iat, self.nbf, self.auth_time or 0)
        if not all(0 <= moment < 2**40 for moment in moments):
            raise ValueError("no moment")
        return self


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Who came back from the provider, in its own words."""

    issuer: str
    subject: str
    auth_time: datetime | None
    claims: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        """Return a claim that is a text."""
        value = self.claims.get(name)
        return value if isinstance(value, str) and value else None

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Return a claim that is a text or a list of them; None when it is not there at all."""
        value = self.claims.get(name)
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list):
            return tuple(one for one in value if isinstance(one, str))
        return None

    @property
    def mail(self) -> str | None:
        """The mail address, if the provider has verified it."""
        return self.text("email") if self.claims.get("email_verified") is True else None


async def read_id_token(provider: Provider, token: str, nonce: str) -> Identity:
    """Return whom an ID token names; raises IdTokenRefused, or what the way to the keys raises."""
    payload = await _payload(provider, token)
    try:
        claims = _Claims.model_validate_json(payload)
    except ValidationError:
        raise IdTokenRefused("claims") from None
    if fault := _fault(claims, provider, nonce):
        raise IdTokenRefused(fault)
    proven = datetime.fromtimestamp(claims.auth_time, UTC) if claims.auth_time else None
    return Identity(claims.iss, claims.sub, proven, claims.model_extra or {})


async def _payload(provider: Provider, token: str) -> bytes:
    """Return what the token says once its signature fits a key of the provider."""
    header = _header(token)
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS or "crit" in header:
        raise IdTokenRefused("algorithm")
    if kid is not None and not isinstance(kid, str):
        raise IdTokenRefused("key")
    verifier = await provider.verifier(kid, algorithm)
    if verifier is None:
        raise IdTokenRefused("key")
    try:
        return verifier.payload(token)
    except SignatureRefused:
        raise IdTokenRefused("signature") from None


def _header(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(token) > LONGEST or len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
        raise IdTokenRefused("form")
    try:
        header, _ = (orjson.loads(canonical(part)) for part in parts[:2])
    except (SignatureRefused, ValueError):
        raise IdTokenRefused("form") from None
    if not isinstance(header, dict):
        raise IdTokenRefused("form")
    return header


def _fault(claims: _Claims, provider: Provider, nonce: str) -> str | None:
    """Return what is wrong with the claims, if anything is."""
    at = now().timestamp()
    if claims.iss != provider.settings.issuer:
        return "issuer"
    if not _is_for(claims, provider.settings.client_id):
        return "audience"
    if not hmac.compare_digest(claims.nonce.encode("utf-8", "replace"), nonce.encode()):
        return "nonce"
    if claims.exp <= at - SKEW:
        return "expired"
    begun = at - OLDEST <= claims.iat <= at + SKEW and claims.nbf <= at + SKEW
    return None if begun else "time"


def _is_for(claims: _Claims, client_id: str) -> bool:
    """Whether we are the audience, and the one it was issued to where there are several."""
    audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    if client_id not in audience:
        return False
    return claims.azp == client_id or (claims.azp is None and len(audience) == 1)
