"""A provider, and a service that signs in through it by several settings."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from app.http.wire import GuardedProtocol
from app.settings import Settings
from app.settings.providers import ProviderSettings, SsoSettings
from tests.conftest import NewDatabase
from tests.features.sso.idp import CLIENT_ID, CLIENT_SECRET, REDIRECT, Idp, Key
from tests.http.listening import listening
from tests.journeys.running import free_port
from tests.service import Service, running_service

ROLES = {"Sellers": ["sales"], "Desk": ["service"], "Auditors": ["auditor"]}
DEPARTMENTS = {"Shanghai": "Shanghai sales", "Service": "客服中心"}


@pytest.fixture(scope="session")
async def running_idp() -> AsyncIterator[Idp]:
    """A provider that listens."""
    idp = Idp(Key.draw())
    async with listening(idp, GuardedProtocol) as where:
        idp.issuer = f"http://{where.host}:{where.port}"
        yield idp


@pytest.fixture
def idp(running_idp: Idp, sso_service: Service) -> Iterator[Idp]:
    """The provider, without the faults of other tests."""
    yield running_idp
    running_idp.answers.clear()
    running_idp.published.clear()
    running_idp.public_client = False


def provider_settings(issuer: str, **others: Any) -> ProviderSettings:
    """Describe a provider."""
    members = {
        "issuer": issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uri": REDIRECT,
        **others,
    }
    return ProviderSettings(**members)


def all_providers(issuer: str) -> dict[str, ProviderSettings]:
    """Describe the same provider in every way that it may be trusted."""
    open_ = {"link_by_mail": True, "create_users": True}
    return {
        "company": provider_settings(issuer, label="Example company", link_by_mail=True),
        "strict": provider_settings(issuer),
        "newcomers": provider_settings(issuer, create_users=True),
        "groups": provider_settings(issuer, roles=ROLES, departments=DEPARTMENTS, **open_),
        "unknown-role": provider_settings(issuer, roles={"Sellers": ["nothing"]}, **open_),
        "trusted": provider_settings(issuer, trusted_factors=["mfa", "gold"], **open_),
        "public": provider_settings(issuer, client_secret=None, link_by_mail=True),
        "down": provider_settings(f"http://127.0.0.1:{free_port()}"),
        "stranger": provider_settings(f"{issuer}/"),
    }


@pytest.fixture(scope="session")
async def sso_service(
    new_database: NewDatabase, settings: Settings, running_idp: Idp
) -> AsyncIterator[Service]:
    """A service of these tests' own that knows the provider."""
    urls = await new_database()
    sso = SsoSettings(providers=all_providers(running_idp.issuer))
    knowing = settings.model_copy(update={"sso": sso})
    async with running_service(knowing, urls.app, urls.owner) as running:
        yield running
