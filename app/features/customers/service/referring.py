"""Referring: whom a customer names as its owner or as the company above it is there."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from app.core.access import Actor, ActorKind
from app.core.grants import Grade
from app.core.work import UnitOfWork
from app.core.writing import Draft
from app.features.customers.models import Customer, OrganizationProfile
from app.features.customers.problems import OwnerNotAvailable
from app.features.customers.repository import CustomerRepository
from app.features.staff.directory import StaffDirectory


def owned_by_opener(actor: Actor) -> dict[str, UUID | None]:
    """Let a person who sees owners, but may name none, own what they open: those who sell do."""
    grade = actor.policy.grade(Customer.fields["owner_id"])
    is_own = actor.kind is ActorKind.PERSON and grade is Grade.READ
    return {"owner_id": actor.actor_id} if is_own else {}


def require_owner(work: UnitOfWork, owner_id: UUID | None) -> None:
    """Refuse an owner who is no active user; the staff stands in memory.

    A command has no directory: the names in its table were looked up when it was read.
    """
    directory: StaffDirectory | None = work.platform.tools.get(StaffDirectory)
    if owner_id is None or directory is None:
        return
    user = directory.staff.users.get(owner_id)
    if user is None or not user.is_active:
        raise OwnerNotAvailable


async def unfounded(work: UnitOfWork, parents: Mapping[UUID, UUID]) -> set[UUID]:
    """Return the customers whose parent is out of reach, not there, or themselves; asks once."""
    reached = await CustomerRepository(work).within_reach([*{*parents.values()}])
    return {
        customer_id
        for customer_id, parent in parents.items()
        if parent == customer_id or str(parent) not in reached
    }


def parents_in(drafts: Iterable[Draft]) -> dict[UUID, UUID]:
    """Return by customer the parents that drafts name."""
    return {
        draft.customer_id: draft.values["parent_id"]
        for draft in drafts
        if draft.record is OrganizationProfile and draft.values.get("parent_id")
    }
