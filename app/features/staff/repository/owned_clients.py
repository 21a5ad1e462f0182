"""The other systems that somebody answers for, when that somebody leaves."""

from typing import Final
from uuid import UUID

from app.core.statements import Statement
from app.core.work import UnitOfWork

PASS_ON: Final = Statement(
    "update api_clients set owner_id = $2 where owner_id = $1", ("leaver", "successor"), {}
)
# A client that has ended needs nobody any more; its owner stays on record all the same.
OWNED: Final = Statement(
    "select count(*) from api_clients c join users u on u.user_id = c.api_client_id "
    "where c.owner_id = $1 and u.status <> 'departed'",
    ("user_id",),
    {},
)


class OwnedClientRepository:
    """Passes on what a leaver answers for; writes only within `changing_staff`."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def pass_on(self, leaver: UUID, successor: UUID | None) -> None:
        """Let the successor answer for the leaver's systems, or nobody."""
        await self._work.fetch(PASS_ON, {"leaver": leaver, "successor": successor})

    async def count(self, user_id: UUID) -> int:
        """Count the systems that somebody answers for."""
        return int((await self._work.fetch(OWNED, {"user_id": user_id}))[0][0])
