"""Privileges: what each database role may do with each table, from its declaration alone."""

from typing import Final

import asyncpg

from app.core.records import PLACED

APP: Final = "cims_app"
AUDITOR: Final = "cims_auditor"


def statements() -> list[str]:
    """Return the statements that give each role exactly what its tables declare."""
    found = [
        f"grant usage on schema public to {APP}, {AUDITOR}",
        f"grant select on alembic_version to {APP}",
    ]
    for name, placed in sorted(PLACED.items()):
        found.append(f"revoke all on {name} from {APP}, {AUDITOR}, public")
        for role, rights in ((APP, placed.app_may), (AUDITOR, placed.auditor_may)):
            if rights:
                found.append(f"grant {', '.join(rights)} on {name} to {role}")
    return found


async def apply(connection: asyncpg.Connection) -> None:
    """Set all privileges, as the owner."""
    async with connection.transaction():
        for statement in statements():
            await connection.execute(statement)
