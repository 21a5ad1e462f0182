"""Inputs of the archive, and views of what leaves; their members come from the catalogue."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, Strict, create_model

from app.core.schemas import Input, ItemProblem, View, input_of, view_of
from app.features.customers.models import (
    Address,
    ContactPoint,
    Customer,
    ExternalId,
    Note,
    OrganizationProfile,
    PersonProfile,
    Relationship,
)

DUPLICATES_TOLD = "Only in answers to a change that brought a phone, mail or document."


class PossibleDuplicate(BaseModel):
    """Another record within your reach that carries the same value."""

    customer_id: UUID
    matched: list[str]


class TellsDuplicates(View):
    """A view whose change may tell of possible doubles."""

    possible_duplicates: list[PossibleDuplicate] | None = Field(None, description=DUPLICATES_TOLD)


@view_of(PersonProfile)
class PersonProfileView(TellsDuplicates):
    """The profile of a person."""


@view_of(OrganizationProfile)
class OrganizationProfileView(TellsDuplicates):
    """The profile of an organisation."""


@view_of(ContactPoint)
class ContactPointView(TellsDuplicates):
    """A further way to reach a customer."""


@view_of(Address)
class AddressView(View):
    """A place of a customer."""


@view_of(Note)
class NoteView(View):
    """A colleague's note."""


@view_of(Relationship)
class RelationshipView(View):
    """A tie to another customer."""


@view_of(ExternalId)
class ExternalIdView(View):
    """The customer's id in another system."""


class WithParts(View):
    """A view that brings along what `include` asks for."""

    person_profile: PersonProfileView | None = None
    organization_profile: OrganizationProfileView | None = None
    contact_points: list[ContactPointView] | None = None
    addresses: list[AddressView] | None = None
    notes: list[NoteView] | None = None
    relationships: list[RelationshipView] | None = None
    external_ids: list[ExternalIdView] | None = None


@view_of(Customer)
class CustomerView(WithParts, TellsDuplicates):
    """A customer as far as your grades reach."""

    merged_into: UUID | None = Field(
        None, description="Only where you asked for a merged id: the customer that it has become."
    )


@view_of(Customer, summary=True)
class CustomerSummaryView(WithParts):
    """A customer as lists show it; `fields` asks for what is left out."""


@input_of(PersonProfile, partial=True)
class PersonProfileChange(Input):
    """What is known of a person; a merge patch, null empties a member."""


@input_of(OrganizationProfile, partial=True)
class OrganizationProfileChange(Input):
    """What is known of an organisation; a merge patch, null empties a member."""


@input_of(ContactPoint)
class NewContactPoint(Input):
    """A further way to reach a customer."""


@input_of(ContactPoint, partial=True)
class ContactPointChange(Input):
    """A merge patch of a contact point."""


@input_of(Address)
class NewAddress(Input):
    """A place of a customer."""


@input_of(Address, partial=True)
class AddressChange(Input):
    """A merge patch of an address."""


@input_of(Note)
class NewNote(Input):
    """A note about a customer."""


@input_of(Note, partial=True)
class NoteChange(Input):
    """A merge patch of a note."""


@input_of(Relationship)
class NewRelationship(Input):
    """A tie to another customer within your reach."""


@input_of(Relationship, partial=True)
class RelationshipChange(Input):
    """A merge patch of a relationship, on this customer's side."""


@input_of(ExternalId)
class NewExternalId(Input):
    """The customer's id in another system."""


@input_of(Customer, optional=("department_id",))
class NewCustomer(Input):
    """A customer to open, with all that is known already."""

    person_profile: PersonProfileChange | None = None
    organization_profile: OrganizationProfileChange | None = None
    contact_points: list[NewContactPoint] = Field(default_factory=list, max_length=50)
    addresses: list[NewAddress] = Field(default_factory=list, max_length=50)
    external_ids: list[NewExternalId] = Field(default_factory=list, max_length=20)


@input_of(Customer, partial=True)
class CustomerChange(Input):
    """A merge patch of a customer; null empties a member."""


class Reveal(Input):
    """Which masked members to show, for what."""

    fields: list[str] = Field(min_length=1, max_length=20, examples=[["phone"]])
    purpose: str = Field(min_length=1, max_length=100, examples=["service_call_back"])
    reason: str | None = Field(
        None, max_length=200, examples=["The customer asked to be called back."]
    )


class SearchCustomers(Input):
    """Free text over names, and a tree of comparisons."""

    q: str | None = Field(
        None,
        max_length=200,
        description="Part of a name: Chinese characters, pinyin, initials or Latin letters.",
        examples=["zhang"],
    )
    filter: dict[str, Any] | None = Field(
        None,
        description=(
            "`{field, op, value}` or `{all: [...]}`, `{any: [...]}`, `{not: ...}`. Phone, mail and "
            "document numbers are found by their whole value in any spelling (`op` `eq`)."
        ),
        examples=[{"all": [{"field": "tier", "op": "in", "value": ["A", "B"]}]}],
    )
    sort: str | None = Field(None, max_length=200, examples=["-created_at"])
    limit: int | None = Field(None, ge=1, le=200)
    cursor: str | None = Field(None, max_length=2000)
    count: Literal["exact", "estimated"] | None = None
    fields: list[str] | None = Field(None, max_length=100)


class BatchItem(Input):
    """One record to open, or one to change."""

    create: dict[str, Any] | None = Field(
        None,
        description="A NewCustomer.",
        examples=[{"kind": "person", "name": "张伟", "phone": "+8613800000000"}],
    )
    customer_id: Annotated[UUID, Strict(strict=False)] | None = None
    if_match: str | None = Field(None, max_length=100)
    change: dict[str, Any] | None = Field(None, description="A CustomerChange.")


class Batch(Input):
    """Up to 1,000 items; `atomic` takes all or none."""

    atomic: bool = False
    items: list[BatchItem] = Field(min_length=1, max_length=1000)


class BatchResult(BaseModel):
    """The outcome of one item, in the order sent."""

    status: int
    customer: CustomerView | None = None
    etag: str | None = None
    problem: ItemProblem | None = None


class BatchAnswer(BaseModel):
    """An answer for each item."""

    items: list[BatchResult]


class Span(BaseModel):
    """A span of time over which a record looked the same to you."""

    valid_from: datetime | None
    valid_to: datetime | None
    changed_by: str | None
    changed: list[str]


def history_of(view: type[BaseModel]) -> type[Span]:
    """Return the span of what a view shows, named after it: `NoteHistoryEntry`."""
    return create_model(
        f"{view.__name__.removesuffix('View')}HistoryEntry",
        __base__=Span,
        __doc__="It as it was over a span of time, as far as your grades reach.",
        record=(view, ...),
    )


class HistoryEntry(Span):
    """The record as it was over a span of time, as far as your grades reach."""

    record: CustomerView | PersonProfileView | OrganizationProfileView
