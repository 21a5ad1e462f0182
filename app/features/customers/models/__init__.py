"""The tables of the archive; importing this package declares them all."""

from app.core.records import found_by
from app.features.customers.models.contacts import Address, ContactPoint
from app.features.customers.models.customer import Customer
from app.features.customers.models.links import ExternalId, Note, Relationship
from app.features.customers.models.organization import OrganizationProfile
from app.features.customers.models.person import PersonProfile

found_by(Customer, (PersonProfile, OrganizationProfile))

__all__ = [
    "Address",
    "ContactPoint",
    "Customer",
    "ExternalId",
    "Note",
    "OrganizationProfile",
    "PersonProfile",
    "Relationship",
]
