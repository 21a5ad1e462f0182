"""Drafts: what a role is to grant, edited by anybody who may, in force for nobody."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from app.core.clock import now
from app.core.problems import NotFound, Stale
from app.core.views import Shown, etag_of
from app.core.work import UnitOfWork
from app.features.roles.contents import Contents, changed_contents
from app.features.roles.repository import DraftRepository, DraftRow, RoleRepository, RoleRow
from app.features.roles.service.desk import draft_view, the_role, the_role_in_use

ANY_STATE: Final = "*"


class DraftService:
    """What may be done with the one draft of a role."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._roles = RoleRepository(work)
        self._drafts = DraftRepository(work)

    async def get(self, code: str) -> Shown:
        """Show the draft of a role; one that is not open says what is in force."""
        role = await the_role(self._roles, code)
        return Shown(draft_view(role, await self._drafts.of(role)))

    async def change(self, code: str, seen: str, sent: Mapping[str, Any]) -> Shown:
        """Change the draft, or open it; raises Stale, RoleRetired and Malformed."""
        async with self._roles.changing():
            role = await the_role_in_use(self._roles, code)
            draft = await self._drafts.of(role)
            require_seen(role, draft, seen)
            after = self._edited(role, draft, sent)
            await self._drafts.keep(after)
            self._work.line.changed.update(dict.fromkeys(sent))
            self._work.line.detail.update(role=code, **moved(draft.scopes, after.scopes))
        return Shown(draft_view(role, after))

    async def discard(self, code: str, seen: str) -> None:
        """Drop the open draft; raises NotFound when none is open, and Stale."""
        async with self._roles.changing():
            role = await the_role(self._roles, code, locked=True)
            draft = await self._drafts.of(role)
            if not draft.is_open:
                raise NotFound
            require_seen(role, draft, seen)
            await self._drafts.drop(code)
            self._work.line.changed["draft"] = None
            self._work.line.detail["role"] = code

    def _edited(self, role: RoleRow, draft: DraftRow, sent: Mapping[str, Any]) -> DraftRow:
        editor = self._work.actor.actor_id
        return replace(
            draft,
            based_on=role.version,
            en=sent.get("en", draft.en),
            zh=sent.get("zh", draft.zh),
            scopes=changed_contents(Contents.of(draft.scopes), sent).scopes(),
            edited_at=now(),
            edited_by=editor,
            editors=[*{*draft.editors, *([editor] if editor else ())}],
        )


def require_seen(role: RoleRow, draft: DraftRow, seen: str) -> None:
    """Refuse, as Stale, a change that starts from another state than that of now."""
    etag = etag_of(draft_view(role, draft))
    if seen not in {ANY_STATE, etag}:
        raise Stale(headers={"ETag": etag})


def moved(before: list[str], after: list[str]) -> dict[str, list[str]]:
    """Return what a line says of changed scopes: names of groups, fields and operations."""
    return {
        "granted": sorted({*after} - {*before}),
        "withdrawn": sorted({*before} - {*after}),
    }
