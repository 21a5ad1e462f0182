"""Access tokens: ES256 only, and nothing is read but exactly what `issue` writes."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from app.core.clock import new_id, now
from app.core.keys import KeyRing, SigningKey
from app.core.remembering import remembered
from app.core.signatures import Signer, Verifier, canonical

TYPE: Final = "at+jwt"
MOST: Final = timedelta(minutes=15)
# A key that was superseded so long ago has no token left, on whichever clock.
OUTLIVED: Final = MOST + timedelta(minutes=5)
LONGEST: Final = 4096
MOST_TOLD: Final = 2000
# Servers of one installation may differ by so many seconds.
SKEW: Final = 5


@remembered(256)
def told(held: frozenset[str]) -> frozenset[str]:
    """Return what a token says of all that its user holds: the scopes, or their digest.

    However many roles somebody has, and however fine their grants are, a token stays short: what
    is longer than 2,000 characters is told as `sha256:` and 43 more of the sorted scopes.
    """
    text = " ".join(sorted(held))
    if len(text) <= MOST_TOLD:
        return held
    digest = urlsafe_b64encode(sha256(text.encode()).digest()).rstrip(b"=")
    return frozenset({f"sha256:{digest.decode()}"})


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
    """Issues and verifies the access tokens of this installation.

    `changed` returns the signing keys when they are others than before: after a rotation the new
    one signs at once, also where another process has noticed it first.
    """

    def __init__(
        self,
        ring: KeyRing,
        issuer: str,
        audience: str,
        lifetime: timedelta = MOST,
        changed: Callable[[], tuple[SigningKey, ...] | None] = lambda: None,
    ) -> None:
        if not timedelta() < lifetime <= MOST:
            raise ValueError("an access token lives for at most 15 minutes")
        self.lifetime = lifetime
        self.version = 0
        self.issuer = issuer
        self._audience = audience
        self._changed = changed
        self._take(ring.signing)

    def refresh(self) -> None:
        """Look for other signing keys; a new version says that tokens of some may have ended."""
        found = self._changed()
        if found is not None:
            self._take(found)
            self.version += 1

    def _take(self, signing: tuple[SigningKey, ...]) -> None:
        self._kid = signing[-1].kid
        self._signer = Signer(signing[-1].private)
        self._verifiers = {key.kid: Verifier.of(key.private.public_key()) for key in signing}
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
        self.refresh()
        at = int(now().timestamp())
        claims = {
            "iss": self.issuer,
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
        self.refresh()
        keys = self._verifiers.items()
        return {"keys": [{**key.to_dict(), "kid": kid, "use": "sig"} for kid, key in keys]}

    def _payload(self, token: str) -> bytes:
        if len(token) > LONGEST:
            raise TokenRefused
        header, payload, _ = token.split(".")
        canonical(payload)
        return self._verifier(header).payload(token)

    def _verifier(self, header: str) -> Verifier:
        """Find the key by the header, which has one spelling: comparing it reads all of it."""
        if header not in self._kid_of_header:
            self.refresh()
        return self._verifiers[self._kid_of_header[header]]

    def _valid(self, found: _Payload) -> Claims:
        at = now().timestamp()
        ours = found.iss == self.issuer and found.aud == self._audience and found.jti
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


def _signed(claims: dict[str, Any], kid: str, signer: Signer) -> str:
    return signer.sign(claims, {"typ": TYPE, "kid": kid})


def _header(kid: str, signer: Signer) -> str:
    """Return the first part of all tokens that bear this key id."""
    return _signed({}, kid, signer).split(".")[0]
