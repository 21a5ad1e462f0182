"""Second factors in the database: what one user has, what is used up, and tries that failed."""

from collections.abc import AsyncIterator, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    BigInteger,
    DateTime,
    LargeBinary,
    Uuid,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from app.core.clock import now
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork
from app.features.factors.challenges import LIVES
from app.features.factors.models import (
    FACTOR_ATTEMPTS,
    FACTORS,
    RECOVERY_CODES,
    SPENT_CHALLENGES,
    FactorKind,
)
from app.features.factors.sessions import OpenSessions
from app.features.staff.models import USERS

FREE_TRIES: Final = 5
FIRST_WAIT: Final = 30
LONGEST_WAIT: Final = 900

_USER: Final = bindparam("of_user", type_=Uuid)
_FACTOR: Final = bindparam("of_factor", type_=Uuid)
_DIGEST: Final = bindparam("of_digest", type_=LargeBinary)
_COUNTER: Final = bindparam("counter", type_=BigInteger)
_AT: Final = bindparam("at", type_=DateTime(timezone=True))
_THIS: Final = and_(FACTORS.c.user_id == _USER, FACTORS.c.factor_id == _FACTOR)
# Passkeys that are kept in step over several devices count nothing: theirs stays at zero.
_COUNTS_NOT: Final = and_(
    FACTORS.c.kind == FactorKind.PASSKEY.value, FACTORS.c.last_counter == 0, _COUNTER == 0
)

OF_USER: Final = compile_statement(
    select(FACTORS).where(FACTORS.c.user_id == _USER).order_by(FACTORS.c.factor_id)
)
CODES_LEFT: Final = compile_statement(
    select(func.count()).where(
        RECOVERY_CODES.c.user_id == _USER, RECOVERY_CODES.c.used_at.is_(None)
    )
)
IS_USER: Final = compile_statement(select(USERS.c.user_id).where(USERS.c.user_id == _USER))
USE: Final = compile_statement(
    update(FACTORS)
    .where(
        _THIS,
        FACTORS.c.confirmed_at.is_not(None),
        or_(FACTORS.c.last_counter < _COUNTER, _COUNTS_NOT),
    )
    .values(last_counter=_COUNTER, last_used_at=_AT)
    .returning(FACTORS.c.factor_id)
)
USE_CODE: Final = compile_statement(
    update(RECOVERY_CODES)
    .where(
        RECOVERY_CODES.c.user_id == _USER,
        RECOVERY_CODES.c.digest == _DIGEST,
        RECOVERY_CODES.c.used_at.is_(None),
    )
    .values(used_at=_AT)
    .returning(RECOVERY_CODES.c.digest)
)
SPEND: Final = compile_statement(
    upsert(SPENT_CHALLENGES)
    .values(digest=_DIGEST, spent_at=_AT)
    .on_conflict_do_nothing()
    .returning(SPENT_CHALLENGES.c.digest)
)
IS_SPENT: Final = compile_statement(
    select(SPENT_CHALLENGES.c.digest).where(SPENT_CHALLENGES.c.digest == _DIGEST)
)
FORGET_SPENT: Final = compile_statement(
    delete(SPENT_CHALLENGES).where(SPENT_CHALLENGES.c.spent_at < _AT)
)
# Counted before the code is looked at, so that tries at the same time cannot all be the first.
TRY: Final = Statement(
    "insert into factor_attempts as a (user_id, wrong, next_at) values ($1, 1, $2) "
    "on conflict (user_id) do update set wrong = a.wrong + 1, next_at = $2 + make_interval("
    "secs => case when a.wrong + 1 < $3 then 0 "
    "else least($4 * power(2, least(a.wrong + 1 - $3, 10)), $5) end) "
    "where a.next_at <= $2 returning a.wrong",
    ("of_user", "at", "free", "first", "longest"),
    {"free": FREE_TRIES, "first": FIRST_WAIT, "longest": LONGEST_WAIT},
)
NEXT_TRY: Final = compile_statement(
    select(FACTOR_ATTEMPTS.c.next_at).where(FACTOR_ATTEMPTS.c.user_id == _USER)
)
FORGIVE: Final = compile_statement(
    delete(FACTOR_ATTEMPTS).where(FACTOR_ATTEMPTS.c.user_id == _USER)
)
LOCK: Final = "select pg_advisory_xact_lock($1)"
PUT: Final = compile_statement(insert(FACTORS))
CONFIRM: Final = compile_statement(
    update(FACTORS)
    .where(_THIS, FACTORS.c.confirmed_at.is_(None))
    .values(confirmed_at=_AT, last_used_at=_AT, last_counter=_COUNTER)
)
REMOVE: Final = compile_statement(delete(FACTORS).where(_THIS))
REMOVE_ALL: Final = compile_statement(delete(FACTORS).where(FACTORS.c.user_id == _USER))
REMOVE_CODES: Final = compile_statement(
    delete(RECOVERY_CODES).where(RECOVERY_CODES.c.user_id == _USER)
)
PUT_CODE: Final = "insert into recovery_codes (user_id, digest, created_at) values ($1, $2, $3)"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Factor:
    """A factor of a user; its secret is a sealed seed or a public key."""

    user_id: UUID
    factor_id: UUID
    kind: FactorKind
    label: str
    secret: bytes
    credential_id: bytes | None = None
    last_counter: int = 0
    created_at: datetime
    confirmed_at: datetime | None = None
    last_used_at: datetime | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether it counts: its user has shown that it works."""
        return self.confirmed_at is not None


class FactorChanges:
    """Changes to the factors of one user, one request at a time, in one transaction."""

    def __init__(self, connection: asyncpg.Connection, user_id: UUID) -> None:
        self._connection = connection
        self._user_id = user_id
        self.ended: AbstractSet[UUID] = frozenset()

    async def all(self) -> list[Factor]:
        """Return the factors, oldest first."""
        sql, args = OF_USER.sql, OF_USER.args({"of_user": self._user_id})
        return [_factor(row) for row in await self._connection.fetch(sql, *args)]

    async def put(self, factor: Factor) -> None:
        """Add a factor."""
        await self._run(PUT, **{name: getattr(factor, name) for name in Factor.__slots__})

    async def confirm(self, factor: Factor, counter: int) -> None:
        """Let an app count from now on; the code that showed it is used up."""
        await self._run(CONFIRM, of_factor=factor.factor_id, counter=counter, at=now())

    async def remove(self, factor: Factor) -> None:
        """Remove a factor."""
        await self._run(REMOVE, of_factor=factor.factor_id)

    async def remove_all(self) -> None:
        """Remove all factors, the recovery codes, and what was counted of wrong tries."""
        for statement in (REMOVE_ALL, REMOVE_CODES, FORGIVE):
            await self._run(statement)

    async def replace_codes(self, digests: Sequence[bytes]) -> None:
        """Put a new set of recovery codes in the place of the old one."""
        await self._run(REMOVE_CODES)
        rows = [(self._user_id, digest, now()) for digest in digests]
        await self._connection.executemany(PUT_CODE, rows)

    async def end_sessions(self, work: UnitOfWork, sessions: OpenSessions) -> None:
        """End the sessions of the user, but for the one that asks, together with the change."""
        self.ended = await sessions.end_others(work, self._connection, self._user_id)

    async def _run(self, statement: Statement, **params: Any) -> None:
        args = statement.args({"of_user": self._user_id, **params})
        await self._connection.execute(statement.sql, *args)


class FactorRepository:
    """The factors of users, for the length of a request.

    What uses something up is a statement of its own, never within a transaction of the request:
    a code stays used, and a wrong try counted, whatever becomes of the answer.
    """

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def of(self, user_id: UUID) -> list[Factor]:
        """Return the factors of a user, oldest first."""
        rows = await self._work.fetch(OF_USER, {"of_user": user_id})
        return [_factor(row) for row in rows]

    async def codes_left(self, user_id: UUID) -> int:
        """Count the recovery codes that are not used yet."""
        rows = await self._work.fetch(CODES_LEFT, {"of_user": user_id})
        return int(rows[0][0])

    async def is_user(self, user_id: UUID) -> bool:
        """Whether there is such a user."""
        return bool(await self._work.fetch(IS_USER, {"of_user": user_id}))

    async def use(self, factor: Factor, counter: int) -> bool:
        """Use a counter up; False when it, or a later one, was used before."""
        params = {"of_user": factor.user_id, "of_factor": factor.factor_id, "counter": counter}
        return bool(await self._fetch(USE, {**params, "at": now()}))

    async def use_code(self, user_id: UUID, digest: bytes) -> bool:
        """Use a recovery code up; False when there is none of this digest.

        Together with the notice of it, in a transaction that ends before the answer does.
        """
        params = {"of_user": user_id, "of_digest": digest, "at": now()}
        return bool(await self._work.fetch(USE_CODE, params))

    async def spend(self, digest: bytes) -> bool:
        """Use a challenge up; False when it was before."""
        await self._fetch(FORGET_SPENT, {"at": now() - 2 * LIVES})
        return bool(await self._fetch(SPEND, {"of_digest": digest, "at": now()}))

    async def is_spent(self, digest: bytes) -> bool:
        """Whether a challenge was used up."""
        return bool(await self._fetch(IS_SPENT, {"of_digest": digest}))

    async def claim_try(self, user_id: UUID) -> int:
        """Count a try as wrong until it proves right; returns the seconds to wait, if any."""
        at = now()
        if await self._fetch(TRY, {"of_user": user_id, "at": at}):
            return 0
        rows = await self._fetch(NEXT_TRY, {"of_user": user_id})
        left = (rows[0][0] - at).total_seconds() if rows else 0
        return max(1, round(left))

    async def forgive(self, user_id: UUID) -> None:
        """Forget the wrong tries: the right one has come."""
        await self._fetch(FORGIVE, {"of_user": user_id})

    @asynccontextmanager
    async def changing(self, user_id: UUID) -> AsyncIterator[FactorChanges]:
        """Change the factors of a user, with the line; other requests for the same user wait."""
        self._work.line.changed["second_factors"] = None
        async with self._work.changing() as connection:
            number = int.from_bytes(user_id.bytes[-8:], "big", signed=True)
            await connection.execute(LOCK, number)
            yield FactorChanges(connection, user_id)

    async def _fetch(self, statement: Statement, params: dict[str, Any]) -> list[asyncpg.Record]:
        return await self._work.platform.database.fetch(statement.sql, statement.args(params))


def confirmed(factors: Iterable[Factor], kind: FactorKind | None = None) -> list[Factor]:
    """Return those that count, of a kind or of any."""
    return [one for one in factors if one.is_confirmed and kind in {None, one.kind}]


def _factor(row: asyncpg.Record) -> Factor:
    return Factor(**{**row, "kind": FactorKind(row["kind"])})
