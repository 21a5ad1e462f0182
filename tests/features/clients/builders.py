"""Other systems for tests: opened by an administrator, signed in from anywhere."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from jose import jwt

from app.core.clock import now
from tests.features.staff.builders import a_colleague
from tests.service import Service

PATH = "/v1/api-clients"
TOKEN = "/v1/auth/token"
HOME = "192.0.2.10"
PATIENCE = 40


@dataclass(frozen=True, slots=True)
class System:
    """Another system as its administrator sees it, with its first secret."""

    service: Service
    api_client_id: str
    client_id: str
    secret: str

    async def ask(
        self, secret: str | None = None, source: str = HOME, **form: str
    ) -> httpx.Response:
        """Ask for a token with a secret, from an address."""
        sent = {"grant_type": "client_credentials", "client_id": self.client_id, **form}
        async with self.service.anonymous(source) as client:
            return await client.post(TOKEN, data={**sent, "client_secret": secret or self.secret})

    async def token(self, secret: str | None = None, source: str = HOME, **form: str) -> str:
        """Return a token."""
        answer = await self.ask(secret, source, **form)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    async def signed_in(self, source: str = HOME, **form: str) -> httpx.AsyncClient:
        """Return a client that bears a token."""
        return bearing(self.service, await self.token(source=source, **form), source)

    async def act(self, verb: str, **body: Any) -> httpx.Response:
        """Let the administrator do something with the system."""
        administrator = await self.service.as_("administrator")
        return await administrator.post(f"{PATH}/{self.api_client_id}/{verb}", json=body or None)

    async def change(self, **change: Any) -> httpx.Response:
        """Let the administrator change the system."""
        administrator = await self.service.as_("administrator")
        path, seen = f"{PATH}/{self.api_client_id}", {"If-Match": "*"}
        return await administrator.patch(path, json=change, headers=seen)

    async def shown(self) -> dict[str, Any]:
        """Return what the administrator sees of the system."""
        administrator = await self.service.as_("administrator")
        found: dict[str, Any] = (await administrator.get(f"{PATH}/{self.api_client_id}")).json()
        return found

    async def rotated(self, **body: Any) -> str:
        """Return a second secret."""
        answer = await self.act("rotate-secret", **(body or {"old_secret_expires_in": None}))
        assert answer.status_code == 200, answer.text
        secret: str = answer.json()["client_secret"]
        return secret


def bearing(service: Service, token: str, source: str = HOME) -> httpx.AsyncClient:
    """Return a client at an address that bears a token."""
    client = service.anonymous(source)
    client.headers["Authorization"] = f"Bearer {token}"
    return client


async def terms(service: Service, **given: Any) -> dict[str, Any]:
    """Return the terms of a new system, with an owner of its own."""
    owner_id = given.pop("owner_id", None)
    if owner_id is None:
        owner_id = str((await a_colleague(service.owner_url)).user_id)
    return {
        "name": "Web shop",
        "description": "Tested.",
        "owner_id": owner_id,
        "roles": ["integration"],
        "expires_at": in_days(30),
        **given,
    }


async def a_system(service: Service, **given: Any) -> System:
    """Open another system, once the service has taken notice of the roles that it gets."""
    administrator = await service.as_("administrator")
    asked = await terms(service, **given)
    answer = await administrator.post(PATH, json=asked)
    for _ in range(PATIENCE):
        if answer.status_code != httpx.codes.CONFLICT:
            break
        await asyncio.sleep(0.1)
        answer = await administrator.post(PATH, json=asked)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return System(service, made["api_client_id"], made["client_id"], made["client_secret"])


def in_days(days: float) -> str:
    """Write a moment so many days from now."""
    return (now() + timedelta(days=days)).isoformat()


def scopes_in(token: str) -> set[str]:
    """Return the scopes that a token bears."""
    return {*str(jwt.get_unverified_claims(token)["scope"]).split()}


def kinds_of(answers: Iterable[httpx.Response]) -> set[tuple[int, str, str]]:
    """Return which refusals there are, but for the ids of the requests."""
    found = [answer.json() for answer in answers]
    return {(one["status"], one["type"], one["error"]) for one in found}
