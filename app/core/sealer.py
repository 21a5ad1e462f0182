"""The sealer: about every second it closes what was committed into the chain, in each process."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import asyncpg
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.database import Database
from app.core.heads import Head, HeadsFile
from app.core.problems import NotNow
from app.core.segments import TRY_LOCK, WAIT_FOR_LOCK, ChainOutOfStepError, seal_next

EVERY: Final = 1.0
LAST_SEAL: Final = 5.0
MOST_HEADS: Final = 1000
MOST_WAITING: Final = 100_000
NOTHING: Final = b""
NEWEST: Final = (
    "select segment_no, to_xid, sealed_at, hash from audit_segments "
    "order by segment_no desc limit 1"
)
WAITING: Final = (
    "select count(*) from (select from audit_lines where xid >= $1 limit $2) as waiting"
)
HEADS: Final = (
    "select segment_no, first_seq, last_seq, sealed_at, key_id, hash, signature "
    "from audit_segments where segment_no >= $1 order by segment_no limit $2"
)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SealerState:
    """What readiness and metrics ask: how far the chain reaches, and what stands in its way."""

    segment_no: int = 0
    sealed_at: datetime | None = None
    waiting: int = 0
    heads_written: int = 0
    trouble: str | None = None


class Sealer:
    """Seals committed lines, and writes the signed heads outside the database.

    Any number of processes may run one each: a lock in the transaction lets one seal at a time.
    """

    def __init__(self, database: Database, key: Ed25519PrivateKey, heads: Path) -> None:
        self._database = database
        self._key = key
        self._heads = HeadsFile(heads)
        self._written: bytes | None = None
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._state = SealerState()

    @property
    def state(self) -> SealerState:
        """How far sealing has come, and what hinders it."""
        if self._task is not None and self._task.done() and not self._stopping.is_set():
            return replace(self._state, trouble="sealer-ended")
        return self._state

    def start(self) -> None:
        """Begin to seal; a database that is not there yet is waited for."""
        self._task = asyncio.create_task(self._run(), name="sealer")
        self._task.add_done_callback(_note_end)

    async def stop(self) -> None:
        """End the task, and seal a last time as far as that can be done in five seconds."""
        self._stopping.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=LAST_SEAL)
            self._task.cancel()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._attempt(), LAST_SEAL)

    async def seal_now(self) -> SealerState:
        """Seal all that ended before the oldest open transaction; raises what hinders it."""
        await self._turn(WAIT_FOR_LOCK)
        return self.state

    async def _run(self) -> None:
        while not self._stopping.is_set():
            await self._attempt()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), EVERY)

    async def _attempt(self) -> None:
        """Take one turn; what stands in its way is shown in the state and tried again."""
        try:
            await self._turn(TRY_LOCK)
        except (NotNow, asyncpg.PostgresError) as fault:
            self._note_trouble("database-unable", fault)
        except OSError as fault:
            self._note_trouble("heads-file-unable", fault)
        except ChainOutOfStepError as fault:
            self._note_trouble(fault.args[0], fault)

    async def _turn(self, lock: str) -> None:
        async with self._database.connection() as connection:
            while await seal_next(connection, self._key, lock=lock):
                pass
            newest = await self._look(connection)
        if self._written != newest:
            await self._write_heads()
        self._state = replace(self._state, trouble=None)

    async def _look(self, connection: asyncpg.Connection) -> bytes:
        """Take the state from the database; returns the hash of the newest segment."""
        newest = await connection.fetchrow(NEWEST) or (0, 0, None, NOTHING)
        number, reached, sealed_at, digest = newest
        waiting = await connection.fetchval(WAITING, reached, MOST_WAITING)
        self._state = replace(
            self._state, segment_no=number, sealed_at=sealed_at, waiting=int(waiting)
        )
        return bytes(digest)

    async def _write_heads(self) -> None:
        """Append what the file lacks; another process, or a crash, may have left more than one."""
        last = await asyncio.to_thread(self._heads.last)
        while True:
            heads = await self._heads_from(last)
            await asyncio.to_thread(self._heads.append, heads)
            last = heads[-1] if heads else last
            if len(heads) < MOST_HEADS:
                break
        self._written = bytes.fromhex(last.hash) if last else NOTHING
        self._state = replace(self._state, heads_written=last.segment_no if last else 0)

    async def _heads_from(self, last: Head | None) -> list[Head]:
        """Return the heads from the file's last one on, which must be the database's too."""
        number = last.segment_no if last else 1
        heads = [_head(row) for row in await self._database.fetch(HEADS, [number, MOST_HEADS])]
        if last is not None and not heads:
            raise ChainOutOfStepError("heads-ahead")
        if last is not None and heads[0].hash != last.hash:
            raise ChainOutOfStepError("heads-differ")
        return heads

    def _note_trouble(self, trouble: str, fault: Exception) -> None:
        if self._state.trouble != trouble:
            log.error("sealing hindered", trouble=trouble, kind=type(fault).__name__)
        self._state = replace(self._state, trouble=trouble)


def _note_end(task: asyncio.Task[None]) -> None:
    """Log the fault of ours that ended the task; readiness sees it in the state."""
    if not task.cancelled() and (fault := task.exception()) is not None:
        log.error("sealer ended", kind=type(fault).__name__, exc_info=fault)


def _head(row: asyncpg.Record) -> Head:
    return Head(
        segment_no=row["segment_no"],
        first_seq=row["first_seq"],
        last_seq=row["last_seq"],
        sealed_at=row["sealed_at"].isoformat(),
        key_id=row["key_id"],
        hash=row["hash"].hex(),
        signature=row["signature"].hex(),
    )
