"""Access tokens: ES256 only, signed and read back by this one wrapper of python-jose.

The library reads more than it should (a missing audience, unknown critical headers, text after the
signature), so nothing reaches it that is not exactly what `issue` writes.
"""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from jose import jws
from jose.backends.base import Key
from jose.backends.cryptography_backend import CryptographyECKey
from pydantic import BaseModel, ConfigDict

from app.core.clock import new_id, now
from app.core.keys import KeyRing

ALGORITHM: Final = "ES256"
TYPE: Final = "at+jwt"
MOST: Final = timedelta(minutes=15)
LONGEST: Final = 4096
SIGNATURE_LENGTH: Final = 64
# Servers of one installation may differ by so many seconds.
SKEW: Final = 5


class TokenRefused(Exception):  # noqa: N818 - an answer; that it says no more is its purpose
    """The token will not do; why is not said."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says."""

    subject: UUID
    client_id: str
    token_id: str
    session: UUID
    scopes: frozenset[str]
    expires_at: datetime
    factor_at: datetime | None = None


class _Payload(BaseModel):
    """The claims by name and type; one too many may be a condition that we do not know."""

    model_config = ConfigDict(strict=True, extra="forbid")

    iss: str
    aud: str
    sub: UUID
    client_id: str
    jti: str
    sid: UUID
    iat: int
    nbf: int
    exp: int
    scope: str
    auth_time: int | None = None


class Tokens:
    """Issues and verifies the access tokens of this installation."""

    def __init__(
        self, ring: KeyRing, issuer: str, audience: str, lifetime: timedelta = MOST
    ) -> None:
        if not timedelta() < lifetime <= MOST:
            raise ValueError("an access token lives for at most 15 minutes")
        self.lifetime = lifetime
        self._issuer = issuer
        self._audience = audience
        self._kid = ring.signing[-1].kid
        self._signer: Key = CryptographyECKey(ring.signing[-1].private, ALGORITHM)
        self._verifiers: dict[str, Key] = {
            key.kid: CryptographyECKey(key.private.public_key(), ALGORITHM) for key in ring.signing
        }
        self._kid_of_header = {_header(kid, self._signer): kid for kid in self._verifiers}

    def issue(
        self,
        subject: UUID,
        client_id: str,
        scopes: frozenset[str],
        session: UUID,
        factor_at: datetime | None = None,
    ) -> str:
        """Sign a token for a user, valid from now on; a second factor is named by its moment."""
        at = int(now().timestamp())
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(subject),
            "client_id": client_id,
            "jti": str(new_id()),
            "sid": str(session),
            "iat": at,
            "nbf": at,
            "exp": at + int(self.lifetime.total_seconds()),
            "scope": " ".join(sorted(scopes)),
        }
        if factor_at is not None:
            claims["auth_time"] = int(factor_at.timestamp())
        return _signed(claims, self._kid, self._signer)

    def verify(self, token: str) -> Claims:
        """Return the claims of one of our tokens, now valid; raises TokenRefused."""
        try:
            return self._valid(_Payload.model_validate_json(self._payload(token)))
        except Exception:  # noqa: BLE001 - whatever a token brings the libraries to, it is refused
            raise TokenRefused from None

    def jwks(self) -> dict[str, Any]:
        """Return the public keys (RFC 7517), for those who verify our tokens themselves."""
        keys = self._verifiers.items()
        return {"keys": [{**key.to_dict(), "kid": kid, "use": "sig"} for kid, key in keys]}

    def _payload(self, token: str) -> bytes:
        if len(token) > LONGEST:
            raise TokenRefused
        header, payload, signature = token.split(".")
        # A header of ours has one spelling, so algorithm, type and key id are known by comparison.
        verifier = self._verifiers[self._kid_of_header[header]]
        _canonical(payload)
        if len(_canonical(signature)) != SIGNATURE_LENGTH:
            raise TokenRefused
        return jws.verify(token, verifier, algorithms=["ES256"])

    def _valid(self, found: _Payload) -> Claims:
        at = now().timestamp()
        ours = found.iss == self._issuer and found.aud == self._audience and found.jti
        begun = max(found.iat, found.nbf) <= at + SKEW
        short = found.iat < found.exp <= found.iat + MOST.total_seconds()
        proven = found.auth_time is None or 0 < found.auth_time <= found.iat + SKEW
        if not (ours and begun and short and proven and at < found.exp):
            raise TokenRefused
        return Claims(
            found.sub,
            found.client_id,
            found.jti,
            found.sid,
            frozenset(found.scope.split()),
            datetime.fromtimestamp(found.exp, UTC),
            datetime.fromtimestamp(found.auth_time, UTC) if found.auth_time else None,
        )


def _signed(claims: dict[str, Any], kid: str, key: Key) -> str:
    return jws.sign(claims, key, headers={"typ": TYPE, "kid": kid}, algorithm=ALGORITHM)


def _header(kid: str, key: Key) -> str:
    """Return the first part of all tokens that bear this key id."""
    return _signed({}, kid, key).split(".")[0]


def _canonical(part: str) -> bytes:
    """Decode base64url, refusing every spelling but the one that encoding yields."""
    octets = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if base64.urlsafe_b64encode(octets).rstrip(b"=").decode() != part:
        raise TokenRefused
    return octets
