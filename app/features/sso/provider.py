"""One identity provider: its metadata and keys, remembered for an hour, and its token endpoint."""

import asyncio
import time
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus, urlencode

from pydantic import BaseModel, ConfigDict, ValidationError

from app.core.signatures import SignatureRefused, Verifier
from app.features.sso.problems import ProviderMistaken, SsoFailed
from app.settings.providers import ProviderSettings, travels_safely

if TYPE_CHECKING:
    from app.features.sso.outgoing import Outgoing

REMEMBERED: Final = 3600.0
# A key that is not known is asked for anew, though not by every token that names one.
ASKED_ANEW: Final = 10.0
MOST_KEYS: Final = 50
METADATA: Final = "/.well-known/openid-configuration"
CHALLENGE_METHOD: Final = "S256"
BASIC: Final = "client_secret_basic"
BAD_CODE: Final = "invalid_grant"


class Metadata(BaseModel):
    """What a provider says of itself (OpenID Connect Discovery 1.0)."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    code_challenge_methods_supported: list[str] | None = None
    token_endpoint_auth_methods_supported: list[str] = [BASIC]
    authorization_response_iss_parameter_supported: bool = False


class Provider:
    """Where a provider is asked, and by which keys it signs."""

    def __init__(self, name: str, settings: ProviderSettings) -> None:
        self.name = name
        self.settings = settings
        self.changing = asyncio.Lock()
        # Its HTTP client takes some 10 MB: who has no provider does without.
        outgoing = import_module("app.features.sso.outgoing")
        self._outgoing: Outgoing = outgoing.Outgoing(settings.ca_file)
        self._fetching = asyncio.Lock()
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, dict[str, Verifier]] | None = None
        self._asked_anew_at = 0.0

    async def metadata(self) -> Metadata:
        """Return what the provider says of itself; raises what the way to it raises."""
        async with self._fetching:
            known = self._metadata
            if known is None or time.monotonic() - known[0] > REMEMBERED:
                issuer = self.settings.issuer
                found = await self._outgoing.get(issuer.rstrip("/") + METADATA)
                known = self._metadata = (time.monotonic(), _checked(found, issuer))
        return known[1]

    async def authorization_url(self, questions: Mapping[str, str]) -> str:
        """Return the address that the browser is sent to."""
        endpoint = (await self.metadata()).authorization_endpoint
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.redirect_uri,
            "scope": " ".join(self.settings.scopes),
            "code_challenge_method": CHALLENGE_METHOD,
            **questions,
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def exchange(self, code: str, verifier: str) -> str:
        """Exchange a code for an ID token; raises SsoFailed for a code that will not do."""
        metadata = await self.metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.settings.redirect_uri,
            "code_verifier": verifier,
        }
        basic = self._prove(form, metadata)
        reply = await self._outgoing.post(metadata.token_endpoint, form, basic)
        if reply.members.get("error") == BAD_CODE:
            raise SsoFailed
        token = reply.members.get("id_token")
        if not isinstance(token, str):
            raise ProviderMistaken
        return token

    async def verifier(self, kid: str | None, algorithm: str) -> Verifier | None:
        """Return the key of that id, or the only one there is; one unknown may be a new one."""
        found = _chosen(await self._held(), kid, algorithm)
        if found is not None or time.monotonic() - self._asked_anew_at < ASKED_ANEW:
            return found
        self._asked_anew_at = time.monotonic()
        return _chosen(await self._held(anew=True), kid, algorithm)

    async def close(self) -> None:
        """Let the connections go."""
        await self._outgoing.close()

    def _prove(self, form: dict[str, str], metadata: Metadata) -> tuple[str, str] | None:
        """Show the client's secret in the way that the provider takes it, or the id alone."""
        client_id, secret = self.settings.client_id, self._secret()
        if secret is not None and BASIC in metadata.token_endpoint_auth_methods_supported:
            return quote_plus(client_id), quote_plus(secret)  # RFC 6749, 2.3.1
        form["client_id"] = client_id
        if secret is not None:
            form["client_secret"] = secret
        return None

    def _secret(self) -> str | None:
        """Read the secret, which may stand in a file and be another one since the last time."""
        try:
            return self.settings.secret()
        except ValueError:
            raise ProviderMistaken from None

    async def _held(self, *, anew: bool = False) -> dict[str, Verifier]:
        metadata = await self.metadata()
        async with self._fetching:
            known = self._keys
            if anew or known is None or time.monotonic() - known[0] > REMEMBERED:
                found = await self._outgoing.get(metadata.jwks_uri)
                known = self._keys = (time.monotonic(), _read_keys(found))
        return known[1]


def _checked(found: dict[str, Any], issuer: str) -> Metadata:
    """Refuse what is another issuer's, what can be listened to, and a provider without PKCE."""
    try:
        metadata = Metadata.model_validate(found)
    except ValidationError:
        raise ProviderMistaken from None
    ways = (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri)
    methods = metadata.code_challenge_methods_supported
    has_pkce = methods is None or CHALLENGE_METHOD in methods
    if metadata.issuer != issuer or not has_pkce or not all(map(travels_safely, ways)):
        raise ProviderMistaken
    return metadata


def _read_keys(found: dict[str, Any]) -> dict[str, Verifier]:
    """Return the keys that sign; those of kinds that we do not take are passed over."""
    listed = found.get("keys")
    if not isinstance(listed, list):
        raise ProviderMistaken
    keys: dict[str, Verifier] = {}
    for place, jwk in enumerate(listed[:MOST_KEYS]):
        key = _read_key(jwk) if isinstance(jwk, dict) else None
        if key is not None:
            keys[str(jwk.get("kid", f"({place})"))] = key
    return keys


def _read_key(jwk: dict[str, Any]) -> Verifier | None:
    if jwk.get("use", "sig") != "sig":
        return None
    try:
        key = Verifier.read(jwk)
    except SignatureRefused:
        return None
    return key if jwk.get("alg", key.algorithm) == key.algorithm else None


def _chosen(keys: dict[str, Verifier], kid: str | None, algorithm: str) -> Verifier | None:
    fitting = {one: key for one, key in keys.items() if key.algorithm == algorithm}
    if kid is not None:
        return fitting.get(kid)
    return next(iter(fitting.values())) if len(fitting) == 1 else None
