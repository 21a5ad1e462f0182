"""Reveals: whom an actor has been shown in clear lately, as the audit trail knows it."""

from datetime import datetime
from typing import Final

from app.core.statements import Statement
from app.core.work import UnitOfWork

# One more than matters is enough to know; the index on actor and time finds the lines.
REVEALED: Final = Statement(
    "select distinct unnest(subjects) from audit_lines where actor_id = $1 and at > $2 "
    "and operation like 'reveal\\_%' and status < 400 limit $3",
    ("actor_id", "since", "most"),
    {},
)


class RevealRepository:
    """Reads the lines of reveals."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def revealed(self, since: datetime, most: int) -> set[str]:
        """Return the ids of customers revealed to the actor since, so many at most."""
        params = {"actor_id": self._work.actor.actor_id, "since": since, "most": most}
        return {str(row[0]) for row in await self._work.fetch(REVEALED, params)}
