"""Whom a campaign is about: read as the list of customers reads its filter."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.core.access import Policy
from app.core.filters import EVERYTHING, Branch, FilterReader, Leaf, Node
from app.core.paging import Page, both, build_page
from app.features.customers.models import Customer
from app.features.customers.service import still_there


def scope_of(policy: Policy, asked: Mapping[str, str], departments: Sequence[UUID]) -> Page:
    """Return a page of the customers in scope; names hidden from the actor are refused."""
    read: Node = FilterReader(Customer, policy).from_query([*asked.items()])
    if departments:
        within: Any = Leaf("department_id", "in", [*departments])
        read = Branch("all", (read, within))
    page = build_page(Customer, policy, filters=both(still_there(read), both(EVERYTHING, read)))
    return replace(page, names=frozenset({"customer_id"}))
