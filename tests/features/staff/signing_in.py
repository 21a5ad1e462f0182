"""Signing in through the token endpoint."""

from collections.abc import Mapping
from typing import Any

import httpx

from tests.features.staff.builders import PASSWORD
from tests.service import Service

TOKEN = "/v1/auth/token"


def form_of(username: str, password: str = PASSWORD) -> dict[str, str]:
    """Fill in the form of a person."""
    return {"grant_type": "password", "username": username, "password": password}


async def sent(service: Service, form: Mapping[str, str], **options: Any) -> httpx.Response:
    """Send a token request."""
    async with service.anonymous() as client:
        return await client.post(TOKEN, data=form, **options)


def password_of(service: Service, username: str) -> str:
    """Return the password of a demo user."""
    return next(user.password for user in service.users if user.username == username)
