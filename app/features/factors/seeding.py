"""Seeding: authenticator apps of demo users whose roles let nobody in without one.

Takes a connection of the owner and the keys, for the command line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

import asyncpg

from app.core.access import ActorKind
from app.core.clock import new_id, now
from app.core.sealing import Sealing
from app.features.factors.models import FactorKind
from app.features.factors.repository import Factor, FactorChanges
from app.features.factors.rules import FactorRules
from app.features.factors.seeds import seal_seed
from app.features.factors.totp import new_seed
from app.features.staff.seeding import DemoUser

LABEL: Final = "Demo"
FIND: Final = (
    "select user_id, kind, roles, array(select unnest(r.scopes) from roles r "
    "where r.code = any (u.roles)) as scopes from users u where username = $1"
)


async def ensure_demo_factors(
    connection: asyncpg.Connection,
    sealing: Sealing,
    rules: FactorRules,
    users: Sequence[DemoUser],
    known: Mapping[str, str],
) -> list[DemoUser]:
    """Return the demo users, each of whom a factor is demanded with the secret of an app.

    A known secret stays; what takes the place of a lost one counts alone.
    """
    async with connection.transaction():
        return [
            await _with_factor(connection, sealing, rules, user, known.get(user.username))
            for user in users
        ]


async def _with_factor(
    connection: asyncpg.Connection,
    sealing: Sealing,
    rules: FactorRules,
    user: DemoUser,
    known: str | None,
) -> DemoUser:
    (found,) = await connection.fetch(FIND, user.username)
    is_asked = found["kind"] == ActorKind.PERSON and rules.demand(found["roles"], found["scopes"])
    secret = known
    if secret is None and is_asked:
        secret = await _give_app(connection, sealing, found["user_id"])
    return replace(user, totp_secret=secret)


async def _give_app(connection: asyncpg.Connection, sealing: Sealing, user_id: UUID) -> str:
    seed, factor_id = new_seed(), new_id()
    changes = FactorChanges(connection, user_id)
    await changes.remove_all()
    await changes.put(
        Factor(
            user_id=user_id,
            factor_id=factor_id,
            kind=FactorKind.TOTP,
            label=LABEL,
            secret=seal_seed(sealing, factor_id, seed),
            created_at=now(),
            confirmed_at=now(),
        )
    )
    return seed
