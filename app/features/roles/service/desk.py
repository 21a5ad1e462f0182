"""The desk: what a process has once for the administration of roles, and how roles are found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.problems import NotFound
from app.features.roles.contents import Contents
from app.features.roles.matrix import Operation
from app.features.roles.problems import RoleRetired
from app.features.roles.repository import DraftRow, RoleRepository, RoleRow
from app.features.roles.schemas import is_code
from app.features.staff.directory import StaffDirectory


@dataclass(frozen=True, slots=True)
class RoleDesk:
    """The staff, every operation of the service, and whether one person may publish alone."""

    directory: StaffDirectory
    operations: Sequence[Operation] = field(repr=False)
    publish_alone: bool


async def the_role(roles: RoleRepository, code: str, *, locked: bool = False) -> RoleRow:
    """Return a role by its code; raises NotFound."""
    found = await roles.role(code, locked=locked) if is_code(code) else None
    if found is None:
        raise NotFound
    return found


async def the_role_in_use(roles: RoleRepository, code: str) -> RoleRow:
    """Return a role, locked for a change; raises NotFound and RoleRetired."""
    found = await the_role(roles, code, locked=True)
    if found.retired_at is not None:
        raise RoleRetired
    return found


def draft_view(role: RoleRow, draft: DraftRow) -> dict[str, Any]:
    """Show a draft; its ETag changes with what is in force, too, which it would replace."""
    return {
        "code": draft.code,
        "en": draft.en,
        "zh": draft.zh,
        "version": role.version,
        **Contents.of(draft.scopes).shown(),
        "is_open": draft.is_open,
        "based_on": draft.based_on,
        "edited_at": draft.edited_at,
        "edited_by": draft.edited_by,
    }
