"""Roles in the database: what is in force, what was, open drafts, and roles kept apart."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.core.clock import new_id, now
from app.core.statements import Statement
from app.core.work import UnitOfWork


def _ask(sql: str, *names: str) -> Statement:
    return Statement(sql, names, {})


ROLE: Final = "select code, en, zh, scopes, version, retired_at from roles"
DRAFT: Final = (
    "select code, based_on, en, zh, scopes, edited_at, edited_by, editors from role_drafts"
)
SEPARATION: Final = (
    "select separation_id, one, other, reason, made_at, made_by, (select count(*) from users "
    "where status <> 'departed' and users.roles @> array[one, other]) as people "
    "from role_separations"
)
ROLES: Final = _ask(f"{ROLE} order by code")
ROLE_OF: Final = _ask(f"{ROLE} where code = $1", "code")
LOCKED_ROLE: Final = _ask(f"{ROLE} where code = $1 for update", "code")
HOLDERS: Final = _ask(
    "select role, count(*) as people from users, unnest(roles) as role "
    "where status <> 'departed' group by role"
)
DRAFTS: Final = _ask("select code from role_drafts")
DRAFT_OF: Final = _ask(f"{DRAFT} where code = $1", "code")
VERSIONS: Final = _ask(
    "select code, version, en, zh, scopes, published_at, published_by, note from role_versions "
    "where code = $1 and version < $2 order by version desc limit $3",
    *("code", "before", "most"),
)
NEW_ROLE: Final = _ask(
    "insert into roles (code, en, zh, scopes) values ($1, $2, $3, '{}') "
    "on conflict (code) do nothing returning code",
    *("code", "en", "zh"),
)
PUT_DRAFT: Final = _ask(
    "insert into role_drafts (code, based_on, en, zh, scopes, edited_at, edited_by, editors) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (code) do update set based_on = $2, "
    "en = $3, zh = $4, scopes = $5, edited_at = $6, edited_by = $7, editors = $8",
    *("code", "based_on", "en", "zh", "scopes", "edited_at", "edited_by", "editors"),
)
DROP_DRAFT: Final = _ask("delete from role_drafts where code = $1", "code")
NEW_VERSION: Final = _ask(
    "insert into role_versions (code, version, en, zh, scopes, published_at, published_by, note) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8)",
    *("code", "version", "en", "zh", "scopes", "published_at", "published_by", "note"),
)
IN_FORCE: Final = _ask(
    "update roles set en = $3, zh = $4, scopes = $5, version = $2 where code = $1",
    *("code", "version", "en", "zh", "scopes"),
)
RETIRE: Final = _ask("update roles set retired_at = $2 where code = $1", "code", "retired_at")
SEPARATIONS: Final = _ask(f"{SEPARATION} order by one, other")
SEPARATIONS_OF: Final = _ask(f"{SEPARATION} where $1 in (one, other) order by one, other", "code")
SEPARATION_OF: Final = _ask(f"{SEPARATION} where separation_id = $1", "separation_id")
NEW_SEPARATION: Final = _ask(
    "insert into role_separations (separation_id, one, other, reason, made_at, made_by) "
    "values ($1, $2, $3, $4, $5, $6) on conflict (one, other) do nothing returning separation_id",
    *("separation_id", "one", "other", "reason", "made_at", "made_by"),
)
DROP_SEPARATION: Final = _ask(
    "delete from role_separations where separation_id = $1 returning one, other", "separation_id"
)
# The row stays locked to the end of the transaction: changes of the staff come one after another.
COUNT_UP: Final = _ask("update staff_epoch set epoch = epoch + 1")


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role as it is in force."""

    code: str
    en: str
    zh: str
    scopes: list[str]
    version: int
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What is to be in force; without an editor it is what is in force, and not open."""

    code: str
    based_on: int
    en: str
    zh: str
    scopes: list[str]
    edited_at: datetime | None = None
    edited_by: UUID | None = None
    editors: Sequence[UUID] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody has begun it."""
        return self.edited_at is not None


class RoleRepository:
    """Reads and writes roles within one unit of work."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[None]:
        """Change drafts, in one transaction with the line."""
        async with self._work.pinned(), self._work.changing():
            yield

    @asynccontextmanager
    async def changing_staff(self) -> AsyncIterator[None]:
        """Change what is in force: one after another, and every process takes notice."""
        async with self.changing():
            await self._work.fetch(COUNT_UP, {})
            yield

    async def roles(self) -> list[RoleRow]:
        """Return all roles by code, retired ones too."""
        return [RoleRow(*row) for row in await self._work.fetch(ROLES, {})]

    async def role(self, code: str, *, locked: bool = False) -> RoleRow | None:
        """Return a role, for a change locked against other changes of it."""
        rows = await self._work.fetch(LOCKED_ROLE if locked else ROLE_OF, {"code": code})
        return RoleRow(*rows[0]) if rows else None

    async def holders(self) -> Mapping[str, int]:
        """Return how many people, who have not left, hold each role."""
        return {row["role"]: row["people"] for row in await self._work.fetch(HOLDERS, {})}

    async def versions(self, code: str, before: int, most: int) -> list[dict[str, Any]]:
        """Return the newest versions before one."""
        params = {"code": code, "before": before, "most": most}
        return [dict(row) for row in await self._work.fetch(VERSIONS, params)]

    async def add(self, code: str, en: str, zh: str) -> bool:
        """Add a role that grants nothing; False when there is one of this code."""
        return bool(await self._work.fetch(NEW_ROLE, {"code": code, "en": en, "zh": zh}))

    async def publish(self, draft: DraftRow, version: int, note: str | None) -> None:
        """Put a draft in force as the next version."""
        params = {
            **{name: getattr(draft, name) for name in ("code", "en", "zh", "scopes")},
            "version": version,
            "published_at": now(),
            "published_by": self._work.actor.actor_id,
            "note": note,
        }
        await self._work.fetch(NEW_VERSION, params)
        await self._work.fetch(IN_FORCE, params)

    async def retire(self, code: str) -> None:
        """Take a role out of use."""
        await self._work.fetch(RETIRE, {"code": code, "retired_at": now()})


class DraftRepository:
    """Reads and writes the open drafts."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def open(self) -> frozenset[str]:
        """Return the codes of the roles that have an open draft."""
        return frozenset(row["code"] for row in await self._work.fetch(DRAFTS, {}))

    async def of(self, role: RoleRow) -> DraftRow:
        """Return the open draft of a role, or one that says what is in force."""
        rows = await self._work.fetch(DRAFT_OF, {"code": role.code})
        if rows:
            return DraftRow(*rows[0])
        return DraftRow(role.code, role.version, role.en, role.zh, role.scopes)

    async def keep(self, draft: DraftRow) -> None:
        """Keep the one open draft of a role."""
        await self._work.fetch(PUT_DRAFT, {name: getattr(draft, name) for name in PUT_DRAFT.order})

    async def drop(self, code: str) -> None:
        """Drop the open draft of a role."""
        await self._work.fetch(DROP_DRAFT, {"code": code})


class SeparationRepository:
    """Reads and writes which roles may not meet in one person."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def all(self, code: str | None = None) -> list[dict[str, Any]]:
        """Return the rules, or those about one role, with how many people break each."""
        statement = SEPARATIONS if code is None else SEPARATIONS_OF
        return [dict(row) for row in await self._work.fetch(statement, {"code": code})]

    async def add(self, one: str, other: str, reason: str) -> dict[str, Any] | None:
        """Keep two roles apart and return the rule; None when they are kept apart already."""
        params = {
            "separation_id": new_id(),
            "one": min(one, other),
            "other": max(one, other),
            "reason": reason,
            "made_at": now(),
            "made_by": self._work.actor.actor_id,
        }
        if not await self._work.fetch(NEW_SEPARATION, params):
            return None
        return dict((await self._work.fetch(SEPARATION_OF, params))[0])

    async def remove(self, separation_id: UUID) -> list[str]:
        """Let two roles meet again and return them; none when there is no such rule."""
        rows = await self._work.fetch(DROP_SEPARATION, {"separation_id": separation_id})
        return [*rows[0]] if rows else []
