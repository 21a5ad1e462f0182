"""Publishing: who may put a draft in force, what it would change, and that it then is."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from app.core.access import ActorKind
from app.core.permissions import Permission
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.roles.comparison import compare
from app.features.roles.problems import (
    DraftIsYourOwn,
    NothingToPublish,
    RoleIsYourOwn,
    SeparationBroken,
)
from app.features.roles.repository import (
    DraftRepository,
    DraftRow,
    RoleRepository,
    RoleRow,
    SeparationRepository,
)
from app.features.roles.service.desk import RoleDesk, the_role, the_role_in_use
from app.features.roles.service.drafts import moved, require_seen
from app.features.roles.service.roles import RoleService
from app.features.staff.snapshot import User


class PublishingService:
    """Compares a draft with what is in force, and puts it in its place."""

    def __init__(self, work: UnitOfWork, desk: RoleDesk) -> None:
        self._work = work
        self._desk = desk
        self._roles = RoleRepository(work)
        self._drafts = DraftRepository(work)
        self._separations = SeparationRepository(work)

    async def comparison(self, code: str) -> Shown:
        """Show what publishing would change, for how many, and which rules stand against it."""
        role = await the_role(self._roles, code)
        draft = await self._drafts.of(role)
        return Shown(
            {
                "code": code,
                "version": role.version,
                "people": (await self._roles.holders()).get(code, 0),
                **compare(role.scopes, draft.scopes),
                "separations": await self._broken(code),
            }
        )

    async def publish(self, code: str, seen: str, note: str | None) -> Shown:
        """Put the draft in force as the next version, exactly as it was seen.

        Raises RoleIsYourOwn, DraftIsYourOwn, NothingToPublish, SeparationBroken and Stale.
        """
        async with self._roles.changing_staff():
            role = await the_role_in_use(self._roles, code)
            draft = await self._drafts.of(role)
            self._require_change(role, draft)
            require_seen(role, draft, seen)
            self._require_another(draft)
            if await self._broken(code):
                raise SeparationBroken
            await self._roles.publish(draft, role.version + 1, note)
            await self._drafts.drop(code)
            self._note(role, draft)
        await self._desk.directory.refresh()
        return await RoleService(self._work, self._desk).get(code)

    def _require_change(self, role: RoleRow, draft: DraftRow) -> None:
        now_in_force = (role.en, role.zh, sorted(role.scopes))
        is_same = (draft.en, draft.zh, sorted(draft.scopes)) == now_in_force
        if not draft.is_open or (is_same and role.version):
            raise NothingToPublish

    def _require_another(self, draft: DraftRow) -> None:
        """Hold maker and checker apart, as long as somebody else is there to check."""
        actor = self._work.actor
        if draft.code in actor.roles:
            raise RoleIsYourOwn
        if actor.kind is ActorKind.PERSON and actor.actor_id not in draft.editors:
            return
        if not self._desk.publish_alone and any(self._others(draft, actor.actor_id)):
            raise DraftIsYourOwn
        self._work.line.detail["alone"] = True

    def _others(self, draft: DraftRow, publisher: UUID | None) -> Iterator[User]:
        """Name the people who could publish this draft in the publisher's place."""
        staff = self._desk.directory.staff
        for user in staff.users.values():
            is_other = user.user_id != publisher and user.user_id not in draft.editors
            is_fit = user.kind is ActorKind.PERSON and user.is_active
            may = Permission.ROLES_PUBLISH in staff.scopes_of(user)
            if is_other and is_fit and may and draft.code not in user.roles:
                yield user

    async def _broken(self, code: str) -> list[dict[str, Any]]:
        return [rule for rule in await self._separations.all(code) if rule["people"]]

    def _note(self, role: RoleRow, draft: DraftRow) -> None:
        """Say on the line what came in force, by the names of groups, fields and operations."""
        line = self._work.line
        line.changed.update(dict.fromkeys(("en", "scopes", "version", "zh")))
        line.detail.update(
            role=role.code, version=role.version + 1, **moved(role.scopes, draft.scopes)
        )
