"""Signing in through a provider: the way there, the way back, and what must fit together."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from app.core.clock import now
from app.core.problems import NotFound
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.identity.grants import Grant, GrantType
from app.features.identity.service import Desk, Opening, SessionOpener
from app.features.sso.id_tokens import Identity, IdTokenRefused, read_id_token
from app.features.sso.problems import SsoFailed
from app.features.sso.provider import Provider
from app.features.sso.repository import LIVES, TransactionRepository, Way
from app.features.sso.schemas import SsoCompletion
from app.features.sso.service.admitting import AdmissionService
from app.features.staff.snapshot import User
from app.settings.providers import ProviderSettings

BYTES: Final = 32


class Providers:
    """The identity providers of this installation, by name."""

    def __init__(self, settings: Mapping[str, ProviderSettings]) -> None:
        self.by_name = {name: Provider(name, one) for name, one in settings.items()}

    async def close(self) -> None:
        """Let all connections go."""
        for provider in self.by_name.values():
            await provider.close()


class SsoService:
    """Sends browsers to a provider, and opens sessions for those who come back."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._providers: Providers = work.platform.tools[Providers]
        self._desk: Desk = work.platform.tools[Desk]
        self._ways = TransactionRepository(work)

    def providers(self) -> Listed:
        """List the providers that one may sign in through."""
        named = self._providers.by_name.items()
        return Listed(
            [{"provider": name, "label": one.settings.label or name} for name, one in named]
        )

    async def start(self, name: str) -> Shown:
        """Begin a way to the provider; raises NotFound, or what the way there raises."""
        provider = self._provider(name)
        way = Way(*(secrets.token_urlsafe(BYTES) for _ in range(4)))
        url = await provider.authorization_url(
            {"state": way.state, "nonce": way.nonce, "code_challenge": _challenge(way.verifier)}
        )
        await self._ways.keep(name, way)
        members = {
            "authorization_url": url,
            "transaction": way.secret,
            "expires_in": int(LIVES.total_seconds()),
        }
        return Shown(members, tagged=False)

    async def complete(self, name: str, sent: SsoCompletion) -> Shown:
        """Open a session for whoever came back; each way opens one at most."""
        provider = self._provider(name)
        who = await self._identity(provider, sent)
        user = await AdmissionService(self._work, self._desk, provider).admit(who)
        factor_at = _trusted(provider, who) or await self._own_factor(user)
        opener = SessionOpener(self._work, self._desk)
        return await opener.open(user, Opening(factor_at=factor_at))

    async def _identity(self, provider: Provider, sent: SsoCompletion) -> Identity:
        """Use the way up and return who is at its end; raises SsoFailed."""
        way = await self._ways.use(provider.name, sent.state, sent.transaction)
        if way is None:
            raise self._failed("state")
        await self._require_issuer(provider, sent.iss)
        try:
            token = await provider.exchange(sent.code, way.verifier)
            return await read_id_token(provider, token, way.nonce)
        except IdTokenRefused as refused:
            raise self._failed(str(refused)) from None
        except SsoFailed:
            raise self._failed("code") from None

    async def _require_issuer(self, provider: Provider, sent: str) -> None:
        """Refuse what another provider has sent to our page (RFC 9207)."""
        metadata = await provider.metadata()
        expected = provider.settings.issuer
        if sent != expected and (sent or metadata.authorization_response_iss_parameter_supported):
            raise self._failed("issuer of the answer")

    async def _own_factor(self, user: User) -> datetime | None:
        """Ask for the second factor that is kept here, as after a password."""
        grant = Grant(GrantType.PASSWORD, user.username, "")
        return await self._desk.factors.prove(self._work, user.user_id, grant)

    def _provider(self, name: str) -> Provider:
        provider = self._providers.by_name.get(name)
        if provider is None:
            raise NotFound
        self._work.line.detail["provider"] = name
        return provider

    def _failed(self, why: str) -> SsoFailed:
        """Note why, for those who read the audit."""
        self._work.line.detail["refused"] = why
        return SsoFailed()


def _trusted(provider: Provider, who: Identity) -> datetime | None:
    """Return when the provider has seen a second factor, if it is trusted with that."""
    told: set[Any] = {*(who.texts("amr") or ()), who.text("acr")}
    if who.auth_time is None or told.isdisjoint(provider.settings.trusted_factors):
        return None
    return min(who.auth_time, now())


def _challenge(verifier: str) -> str:
    """Return what the provider holds the verifier against (RFC 7636, S256)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
