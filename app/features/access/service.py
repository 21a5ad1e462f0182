"""What may be asked about access: who would see what of a customer, and why."""

from dataclasses import replace
from uuid import UUID

from app.core.access import Actor, ActorKind, an_actor
from app.core.permissions import Permission
from app.core.problems import NotPermitted
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.access.explaining import Rule, explained, reach_words, rules_of
from app.features.access.problems import NobodyToExplain
from app.features.access.repository import AccessRepository
from app.features.access.schemas import Explain
from app.features.customers.service import CustomerService
from app.features.staff.directory import StaffDirectory
from app.features.staff.snapshot import Snapshot

ANYBODY = UUID(int=0)


class AccessService:
    """Explains access by the rules that decide it."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.customers = AccessRepository(work)
        directory: StaffDirectory = work.platform.tools[StaffDirectory]
        self.staff: Snapshot = directory.staff

    async def explain(self, asked: Explain) -> Shown:
        """Explain field by field; raises NotFound, NobodyToExplain."""
        own = await CustomerService(self.work).granted(asked.customer_id)
        if not own.allows(Permission.ACCESS_EXPLAIN):
            raise NotPermitted
        department_id = await self.customers.department_of(asked.customer_id)
        seer = self._seer(asked, department_id)
        granted, within = await self.customers.granted(asked.customer_id, seer)
        rules = await self._rules(asked.customer_id, seer)
        self.work.line.detail["explained"] = {"user": str(asked.user_id), "roles": [*seer.roles]}
        return Shown(
            {
                "customer_id": str(asked.customer_id),
                "user_id": str(asked.user_id) if asked.user_id else None,
                "roles": list(seer.roles),
                "is_within_reach": within,
                "reach_words": reach_words(within=within),
                "fields": explained(granted, rules),
            },
            tagged=False,
        )

    def _seer(self, asked: Explain, department_id: UUID) -> Actor:
        """Return whose eyes are looked through."""
        if (asked.user_id is None) is (asked.role is None):
            raise NobodyToExplain
        if asked.user_id is not None:
            user = self.staff.users.get(asked.user_id)
            if user is None:
                raise NobodyToExplain
            return self.staff.actor(user, "explained")
        return self._somebody(asked.role or "", department_id)

    def _somebody(self, code: str, department_id: UUID) -> Actor:
        """Return somebody of a role in a department, who owns no customer."""
        role = self.staff.roles.get(code)
        if role is None:
            raise NobodyToExplain
        somebody = an_actor(
            ActorKind.PERSON,
            ANYBODY,
            roles=(code,),
            scopes=role.scopes,
            department_id=department_id,
            departments=self.staff.below.get(department_id, (department_id,)),
        )
        return self.staff.weighed(somebody)

    async def _rules(self, customer_id: UUID, seer: Actor) -> list[Rule]:
        """Return the grants of the roles, each with whether it is about the customer."""
        rules = rules_of({code: self._scopes(code) for code in seer.roles})
        wheres = tuple(dict.fromkeys(rule.where for rule in rules))
        held = dict(zip(wheres, await self.customers.hold(wheres, customer_id, seer), strict=True))
        return [replace(rule, applies=held[rule.where]) for rule in rules]

    def _scopes(self, code: str) -> frozenset[str]:
        role = self.staff.roles.get(code)
        return role.scopes if role else frozenset()
