"""Demo users: made once, their secrets kept in a file that only its owner may read."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict

import asyncpg

from app.commands.surroundings import demo_users_file
from app.core import keys
from app.core.passwords import Passwords
from app.core.sealing import Sealing
from app.features.factors.seeding import ensure_demo_factors
from app.features.roles.seeding import ensure_demo_roles
from app.features.staff.seeding import DemoUser, ensure_demo_staff
from app.settings import Settings
from app.tools import factor_rules


def demo_users(settings: Settings) -> list[DemoUser]:
    """Return the demo users of an earlier run."""
    path = demo_users_file(settings)
    return [DemoUser(**user) for user in json.loads(path.read_text())] if path.exists() else []


async def make_demo_users(settings: Settings, owner_url: str) -> None:
    """Have the demo users, each with what an earlier run gave out, or else with new secrets."""
    known = demo_users(settings)
    connection = await asyncpg.connect(owner_url)
    passwords = Passwords()
    try:
        await ensure_demo_roles(connection)
        made = await ensure_demo_staff(
            connection, passwords, {user.username: user.password for user in known}
        )
        users = await ensure_demo_factors(
            connection,
            _sealing(settings),
            factor_rules(settings.factors),
            made,
            {user.username: user.totp_secret for user in known if user.totp_secret},
        )
    finally:
        await connection.close()
        passwords.close()
    _keep(settings, users)


def _sealing(settings: Settings) -> Sealing:
    ring = keys.load(settings.keys_folder)
    return Sealing(ring.wrapping, ring.index)


def _keep(settings: Settings, users: Sequence[DemoUser]) -> None:
    """Write the file anew, whole or not at all."""
    path = demo_users_file(settings)
    listed = [{n: v for n, v in asdict(user).items() if v is not None} for user in users]
    fresh = path.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(listed, file, indent=2, ensure_ascii=False)
    fresh.replace(path)
