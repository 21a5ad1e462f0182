"""Roles as they are in force, what they were, their beginning and their end."""

from typing import Any, Final

from app.core.clock import now
from app.core.cursors import read_cursor, write_cursor
from app.core.paging import Asked, read_limit
from app.core.permissions import Permission
from app.core.problems import Fault, FieldNotAvailable, Malformed
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.roles.contents import Contents
from app.features.roles.matrix import matrix_of
from app.features.roles.problems import RoleCodeTaken, RoleHeld, RoleIsYourOwn
from app.features.roles.repository import DraftRepository, DraftRow, RoleRepository, RoleRow
from app.features.roles.schemas import is_code
from app.features.roles.service.desk import RoleDesk, the_role, the_role_in_use
from app.features.staff.pages import page_of

NEWEST: Final = 2**31 - 1
PAGING: Final = frozenset({"limit", "cursor"})


class RoleService:
    """What may be done with a role as a whole."""

    def __init__(self, work: UnitOfWork, desk: RoleDesk) -> None:
        self._work = work
        self._desk = desk
        self._roles = RoleRepository(work)
        self._drafts = DraftRepository(work)

    async def page(self, asked: Asked) -> Listed:
        """List the roles by code, retired ones too."""
        drafts, holders = await self._drafts.open(), await self._roles.holders()
        shown = [
            _view(role, role.code in drafts, holders.get(role.code, 0))
            for role in await self._roles.roles()
        ]
        return page_of(shown, "code", asked, self._work.platform.sealing)

    async def get(self, code: str) -> Shown:
        """Show a role as it is in force."""
        return await self._shown(await the_role(self._roles, code))

    async def versions(self, code: str, asked: Asked) -> Listed:
        """List what a role was, newest first."""
        if unknown := [name for name, _ in asked.pairs if name not in PAGING]:
            raise FieldNotAvailable(names=unknown)
        await the_role(self._roles, code)
        limit, cursor = read_limit(asked.one("limit")), asked.one("cursor")
        sealing, name = self._work.platform.sealing, f"versions of {code}"
        before = read_cursor(sealing, name, cursor)[0] if cursor else NEWEST
        found = await self._roles.versions(code, before, limit + 1)
        more = len(found) > limit
        following = write_cursor(sealing, name, [found[limit - 1]["version"]]) if more else None
        return Listed([_version(one) for one in found[:limit]], following)

    async def create(self, code: str, en: str, zh: str) -> Shown:
        """Begin a role that grants nothing, with an open draft of nothing."""
        if not is_code(code):
            raise Malformed(faults=[Fault("/code", "unacceptable")])
        author = self._work.actor.actor_id
        async with self._roles.changing_staff():
            if not await self._roles.add(code, en, zh):
                raise RoleCodeTaken
            scopes = [Permission.SIGNED_IN.value]
            editors = [author] if author else []
            await self._drafts.keep(DraftRow(code, 0, en, zh, scopes, now(), author, editors))
            self._work.line.changed.update(dict.fromkeys(("code", "en", "zh")))
            self._work.line.detail["role"] = code
        await self._desk.directory.refresh()
        shown = await self.get(code)
        shown.location = f"/v1/roles/{code}"
        return shown

    async def retire(self, code: str) -> Shown:
        """Take a role out of use that nobody holds; it stays readable, its code stays taken."""
        async with self._roles.changing_staff():
            role = await the_role_in_use(self._roles, code)
            if code in self._work.actor.roles:
                raise RoleIsYourOwn
            if (await self._roles.holders()).get(code):
                raise RoleHeld
            await self._roles.retire(role.code)
            await self._drafts.drop(role.code)
            self._work.line.changed["retired_at"] = None
            self._work.line.detail["role"] = code
        await self._desk.directory.refresh()
        return await self.get(code)

    async def matrix(self) -> Shown:
        """Show which role may call which operation, as it is in force in this process."""
        return Shown(matrix_of(self._desk.directory.staff.roles.values(), self._desk.operations))

    async def _shown(self, role: RoleRow) -> Shown:
        drafts, holders = await self._drafts.open(), await self._roles.holders()
        return Shown(_view(role, role.code in drafts, holders.get(role.code, 0)))


def _view(role: RoleRow, has_draft: bool, held_by: int) -> dict[str, Any]:  # noqa: FBT001 - a fact
    return {
        "code": role.code,
        "en": role.en,
        "zh": role.zh,
        "version": role.version,
        **Contents.of(role.scopes).shown(),
        "scopes": sorted(role.scopes),
        "status": _status(role),
        "has_draft": has_draft,
        "held_by": held_by,
    }


def _status(role: RoleRow) -> str:
    if role.retired_at is not None:
        return "retired"
    return "published" if role.version else "new"


def _version(found: dict[str, Any]) -> dict[str, Any]:
    scopes = found.pop("scopes")
    return {**found, **Contents.of(scopes).shown()}
