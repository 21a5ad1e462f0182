"""Signing in through the token endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from jose import jwt

from tests.features.staff.builders import PASSWORD
from tests.service import Service

TOKEN = "/v1/auth/token"


def form_of(username: str, password: str = PASSWORD) -> dict[str, str]:
    """Fill in the form of a person."""
    return {"grant_type": "password", "username": username, "password": password}


async def sent(
    service: Service, form: Mapping[str, str], source: str = "127.0.0.1", **options: Any
) -> httpx.Response:
    """Send a token request; wrong ones come from an address that other tests do not share."""
    async with service.anonymous(source) as client:
        return await client.post(TOKEN, data=form, **options)


def password_of(service: Service, username: str) -> str:
    """Return the password of a demo user."""
    return next(user.password for user in service.users if user.username == username)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who has signed in: the answer's members, and a client that bears the token."""

    client: httpx.AsyncClient
    members: dict[str, Any]

    @property
    def claims(self) -> dict[str, Any]:
        """What the token says, unverified."""
        return jwt.get_unverified_claims(self.members["access_token"])

    @property
    def session_id(self) -> str:
        """The session of the token."""
        session: str = self.claims["sid"]
        return session

    async def is_in(self) -> bool:
        """Whether the token still opens the door."""
        return (await self.client.get("/v1/me")).status_code == 200


async def signed_in(
    service: Service, username: str, password: str = PASSWORD, **options: Any
) -> SignedIn:
    """Sign in with a session of one's own."""
    answer = await sent(service, form_of(username, password), **options)
    assert answer.status_code == 200, answer.text
    return bearing(service, answer)


def bearing(service: Service, answer: httpx.Response) -> SignedIn:
    """Return a client that bears the token of an answer."""
    client = service.anonymous()
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return SignedIn(client, answer.json())


async def refreshed(service: Service, token: str) -> httpx.Response:
    """Send a refresh token."""
    return await sent(service, {"grant_type": "refresh_token", "refresh_token": token})
