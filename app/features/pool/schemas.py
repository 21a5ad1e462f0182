"""The rules of a pool, the acts on its customers, and how those look."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.schemas import Input, Tagged, View, view_of
from app.features.customers.models import Address, ContactPoint, Customer

Number = Annotated[int, Field(ge=1, le=10_000)]
Days = Annotated[int, Field(ge=1, le=3_650)]
Wait = Annotated[int, Field(ge=0, le=3_650)]

HELD = "The most customers one person may hold when taking another; null for any number."
RETURNED = "A customer not followed up for so many days goes back by itself; null for never."
WARNED = "How far ahead the list of what goes back looks unless asked."
COOLED = "For so many days nobody takes back what they gave back."


class PoolView(Tagged):
    """A department's pool; it holds for those below, too, unless they have their own."""

    pool_id: UUID
    department_id: UUID
    takes_per_day: int = Field(examples=[20])
    contact_views_per_day: int = Field(examples=[50])
    most_held: int | None = Field(description=HELD, examples=[200])
    return_after_days: int | None = Field(description=RETURNED, examples=[90])
    warn_days: int = Field(description=WARNED, examples=[7])
    cool_down_days: int = Field(description=COOLED, examples=[30])
    counts_from: date = Field(
        description="The day from which days without follow-up count at the earliest.",
        examples=["2026-11-01"],
    )


class NewPool(Input):
    """A pool to open."""

    department_id: UUID = Field(strict=False, examples=["01890000-0000-7000-8000-00000000000b"])
    takes_per_day: Number = Field(examples=[20])
    contact_views_per_day: Number = Field(examples=[50])
    most_held: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description=HELD, examples=[200]
    )
    return_after_days: Days | None = Field(None, description=RETURNED, examples=[90])
    warn_days: Wait = Field(7, description=WARNED)
    cool_down_days: Wait = Field(30, description=COOLED)


class PoolChange(Input):
    """A merge patch of a pool's rules; null lifts a limit that may be without."""

    takes_per_day: Number = Field(1, examples=[20])
    contact_views_per_day: Number = Field(1, examples=[50])
    most_held: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description=HELD, examples=[200]
    )
    return_after_days: Days | None = Field(None, description=RETURNED, examples=[90])
    warn_days: Wait = Field(7, description=WARNED)
    cool_down_days: Wait = Field(30, description=COOLED)


class PoolEndView(BaseModel):
    """A pool that has ended."""

    pool_id: UUID
    ended_at: datetime


class Release(Input):
    """Why a customer is given back."""

    reason: Literal["unreachable", "no_need", "lost", "too_many", "other"] = Field(
        description="A choice of `pooled_for`, labelled in both languages in the field catalogue.",
        examples=["no_need"],
    )
    text: str | None = Field(
        None,
        max_length=200,
        description="Kept sealed on the audit line.",
        examples=["Asked to be called again next year."],
    )


class ContactViewing(Input):
    """What the contact data are viewed for."""

    purpose: str = Field(min_length=1, max_length=100, examples=["first_call"])


@view_of(Customer)
class PoolCustomerView(View):
    """A customer after an act of the pool, as far as your grades reach."""


@view_of(Customer, summary=True)
class DueCustomerView(View):
    """A customer that goes back to the pool by itself."""

    due_on: date = Field(description="The day on which it goes back.", examples=["2026-12-01"])


@view_of(ContactPoint)
class PoolContactPointView(View):
    """A further way to reach a customer in the pool."""


@view_of(Address)
class PoolAddressView(View):
    """A place of a customer in the pool."""


@view_of(Customer)
class PoolContactView(View):
    """A customer in the pool with what leads to it in clear, and how many views are left."""

    contact_points: list[PoolContactPointView]
    addresses: list[PoolAddressView]
    left_today: int = Field(
        description="Of how many further customers you may view them today.", examples=[49]
    )
