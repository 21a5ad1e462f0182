"""Separation of duties: rules about two roles that no person may hold together."""

from collections.abc import Sequence
from uuid import UUID

from app.core.paging import Asked
from app.core.problems import Fault, Malformed, NotFound
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.roles.problems import SeparationBroken, SeparationExists
from app.features.roles.repository import RoleRepository, SeparationRepository
from app.features.roles.schemas import is_code
from app.features.staff.pages import page_of


class SeparationService:
    """Makes and removes rules; assigning roles obeys them (app/features/staff/separation.py)."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._roles = RoleRepository(work)
        self._separations = SeparationRepository(work)

    async def page(self, asked: Asked) -> Listed:
        """List the rules, in the order in which they were made."""
        rules = await self._separations.all()
        return page_of(rules, "separation_id", asked, self._work.platform.sealing)

    async def create(self, roles: Sequence[str], reason: str) -> Shown:
        """Keep two roles apart; refused while somebody holds both."""
        async with self._roles.changing_staff():
            await self._require_roles(roles)
            made = await self._separations.add(roles[0], roles[1], reason)
            if made is None:
                raise SeparationExists
            if made["people"]:
                raise SeparationBroken
            self._note([*roles])
        location = f"/v1/role-separations/{made['separation_id']}"
        return Shown(made, tagged=False, location=location)

    async def remove(self, separation_id: UUID) -> None:
        """Let two roles meet again; raises NotFound."""
        async with self._roles.changing_staff():
            roles = await self._separations.remove(separation_id)
            if not roles:
                raise NotFound
            self._note(roles)

    async def _require_roles(self, roles: Sequence[str]) -> None:
        known = [is_code(code) and await self._roles.role(code) is not None for code in roles]
        faults = [
            Fault(f"/roles/{place}", "role-unknown")
            for place, is_known in enumerate(known)
            if not is_known
        ]
        if roles[0] == roles[1]:
            faults = [Fault("/roles/1", "given-twice")]
        if faults:
            raise Malformed(faults=faults)

    def _note(self, roles: list[str]) -> None:
        self._work.line.changed["separation"] = None
        self._work.line.detail["roles"] = sorted(roles)
