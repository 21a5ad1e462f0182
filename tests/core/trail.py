"""An audit trail to build and to tamper with: lines as the service writes them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.access import Actor, ActorKind, an_actor
from app.core.audit import Line, MacKey
from app.core.database import Database, Waits
from app.core.differences import FirstBad
from app.core.sealer import Sealer
from app.core.verification import Newest, Progress, Proof, Report, verify
from app.core.work import INSERT_LINE

PASSED = (
    "select not exists (select from audit_lines "
    "where xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint)"
)
MAC_KEY = MacKey(1, b"m" * 32)


class Urls(Protocol):
    """What the fixture `database_urls` offers: a migrated, empty database."""

    superuser: str
    owner: str
    app: str
    auditor: str


def a_clerk(*roles: str) -> Actor:
    """Return somebody who reads customers."""
    return an_actor(
        ActorKind.PERSON, uuid4(), roles=roles or ("sales",), scopes=("customers:read",)
    )


def a_line(**other: object) -> Line:
    """Return the line of a customer having been looked at."""
    subjects = other.pop("subjects", (str(uuid4()),))
    values: dict[str, Any] = {"actor": a_clerk(), "operation": "get_customer", "status": 200}
    line = Line(str(uuid4()), **{**values, **other})
    line.note_subjects(subjects)  # type: ignore[arg-type]  # ids, whatever the test calls them
    return line


class Trail:
    """The trail of one database, with the keys that belong to it."""

    def __init__(
        self, urls: Urls, database: Database, root: asyncpg.Connection, heads: Path
    ) -> None:
        self.urls = urls
        self.database = database
        self.root = root
        self.heads = heads
        self.key = Ed25519PrivateKey.generate()
        self.proof = Proof({1: MAC_KEY.key}, [self.key.public_key()], heads)
        self.sealer = Sealer(database, self.key, heads)

    async def write(self, count: int = 1, **line: object) -> list[Line]:
        """Write lines, each in a transaction of its own."""
        lines = [a_line(**line) for _ in range(count)]
        async with self.database.connection() as connection:
            for one in lines:
                await connection.execute(INSERT_LINE, *one.row(MAC_KEY))
        return lines

    async def seal(self, count: int = 5) -> list[Line]:
        """Write lines, and close them into a segment.

        What is under way in other databases of the server holds the horizon back, too.
        """
        lines = await self.write(count)
        while not await self.root.fetchval(PASSED):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
        await self.sealer.seal_now()
        return lines

    async def tamper(self, sql: str, *args: object) -> None:
        """Do what only somebody with all rights in the database can do."""
        await self.root.execute(sql, *args)

    async def verify(
        self, *, newest: Newest | None = None, on_progress: Progress | None = None
    ) -> Report:
        """Verify, as the app role."""
        async with self.database.connection() as connection:
            return await verify(connection, self.proof, newest=newest, on_progress=on_progress)

    async def first_bad(self) -> FirstBad:
        """Verify, and return what was found."""
        report = await self.verify()
        assert report.first_bad is not None
        assert not report.ok
        return report.first_bad

    async def seq(self, line: Line) -> int:
        """Return the number that the database gave a line."""
        return int(
            await self.root.fetchval("select seq from audit_lines where line_id = $1", line.line_id)
        )


@asynccontextmanager
async def opened(urls: Urls, folder: Path) -> AsyncIterator[Trail]:
    """Provide an empty trail."""
    root = await asyncpg.connect(urls.superuser)
    await root.execute("truncate audit_lines, audit_segments, projections")
    database = await Database.connect(urls.app, size=4, waits=Waits())
    try:
        yield Trail(urls, database, root, folder / "audit" / "heads.jsonl")
    finally:
        await database.close()
        await root.close()
