"""What may be done with the staff: see oneself and one's rights, look colleagues up."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from app.core.problems import NotFound
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.staff.directory import StaffDirectory
from app.features.staff.rights import rights_of
from app.features.staff.snapshot import Role

NO_ID: Final = UUID(int=0)


class StaffService:
    """What may be done with the staff."""

    def __init__(self, work: UnitOfWork, directory: StaffDirectory) -> None:
        self._work = work
        self._directory = directory

    async def me(self) -> Shown:
        """Show the user behind the token."""
        staff = self._directory.staff
        user = staff.users.get(self._work.actor.actor_id or NO_ID)
        if user is None:
            raise NotFound
        department = staff.departments.get(user.department_id or NO_ID)
        return Shown(
            {
                "user_id": user.user_id,
                "username": user.username,
                "display_name": user.display_name,
                "kind": user.kind,
                "roles": [_labels(staff.roles[code]) for code in user.roles if code in staff.roles],
                "department": asdict(department) if department else None,
                "emergencies": [asdict(one) for one in self._work.actor.emergencies],
            }
        )

    async def my_permissions(self) -> Shown:
        """Show what the actor may do, field by field."""
        return Shown(rights_of(self._work.actor))


def _labels(role: Role) -> dict[str, Any]:
    return {"code": role.code, "en": role.en, "zh": role.zh}
