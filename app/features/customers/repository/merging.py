"""Merging: whole rows of two customers, as one becomes part of the other and back."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select, update

from app.core.lending import SHARING_GRANTS
from app.core.reading import Question
from app.core.records import CLAIMS, Record
from app.core.repository import by_id
from app.core.statements import any_of, compile_statement
from app.core.work import UnitOfWork
from app.features.customers.models import Customer, OrganizationProfile, PersonProfile
from app.features.customers.repository.customers import CustomerRepository
from app.features.customers.repository.parts import PartRepository

CUSTOMERS: Final = Customer.table
LOCK: Final = compile_statement(
    select(CUSTOMERS.c.customer_id)
    .where(CUSTOMERS.c.customer_id == any_of("ids"))
    .order_by(CUSTOMERS.c.customer_id)
    .with_for_update()
)
CLAIM_OVER: Final = compile_statement(
    update(CLAIMS)
    .where(CLAIMS.c.hash == bindparam("claimed", type_=CLAIMS.c.hash.type))
    .values(customer_id=bindparam("now_of", type_=Uuid))
)
LENT: Final = compile_statement(
    select(func.count())
    .select_from(SHARING_GRANTS)
    .where(
        SHARING_GRANTS.c.customer_id == any_of("ids"),
        SHARING_GRANTS.c.ended_at.is_(None),
        SHARING_GRANTS.c.until > func.now(),
    )
)


class MergingRepository(CustomerRepository):
    """The master records, merged ones too; what one is merged into changes with its status."""

    record: ClassVar[type[Record]] = Customer
    BY_ID: ClassVar[Question] = by_id(Customer)
    into: UUID | None = None

    def follows(self, values: Mapping[str, Any]) -> bool:
        """Only the status is changed here."""
        return "status" in values

    def derived(self, stored: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Set what the record is merged into, beside its status."""
        del stored
        return {}, {"merged_into_id": self.into}

    async def lock(self, ids: Sequence[UUID]) -> None:
        """Hold customers to the end of the transaction, always in the same order."""
        await self.work.fetch(LOCK, {"ids": list(ids)})

    async def count_lent(self, ids: Sequence[UUID]) -> int:
        """Count what is lent of customers now."""
        return int((await self.work.fetch(LENT, {"ids": list(ids)}))[0][0])


class PersonSideRepository(PartRepository):
    """Person profiles, those of merged customers too."""

    record: ClassVar[type[Record]] = PersonProfile
    BY_ID: ClassVar[Question] = by_id(PersonProfile)


class OrganizationSideRepository(PartRepository):
    """Organisation profiles, those of merged customers too."""

    record: ClassVar[type[Record]] = OrganizationProfile
    BY_ID: ClassVar[Question] = by_id(OrganizationProfile)


PROFILES: Final[Mapping[str, type[PartRepository]]] = {
    "person": PersonSideRepository,
    "organization": OrganizationSideRepository,
}


async def claim_over(work: UnitOfWork, digest: bytes, customer_id: UUID) -> None:
    """Let the claim of an id in another system be of another customer."""
    await work.fetch(CLAIM_OVER, {"claimed": digest, "now_of": customer_id})
