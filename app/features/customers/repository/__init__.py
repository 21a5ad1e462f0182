"""The repositories of the archive."""

from app.features.customers.repository.customers import CustomerRepository
from app.features.customers.repository.doubles import DoubleRepository
from app.features.customers.repository.history import HistoryRepository
from app.features.customers.repository.known import KnownRepository
from app.features.customers.repository.opening import OpeningRepository
from app.features.customers.repository.parts import (
    AddressRepository,
    ContactPointRepository,
    ExternalIdRepository,
    NoteRepository,
    OrganizationProfileRepository,
    PartRepository,
    PersonProfileRepository,
    RelationshipRepository,
)
from app.features.customers.repository.reveals import RevealRepository

__all__ = [
    "AddressRepository",
    "ContactPointRepository",
    "CustomerRepository",
    "DoubleRepository",
    "ExternalIdRepository",
    "HistoryRepository",
    "KnownRepository",
    "NoteRepository",
    "OpeningRepository",
    "OrganizationProfileRepository",
    "PartRepository",
    "PersonProfileRepository",
    "RelationshipRepository",
    "RevealRepository",
]
