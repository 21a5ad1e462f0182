"""What may be done with customers."""

from app.features.customers.repository.carrying import Part
from app.features.customers.repository.customers import still_there
from app.features.customers.service.batch import BatchService
from app.features.customers.service.bulk import BulkReveals
from app.features.customers.service.customers import ARCHIVED, CustomerService
from app.features.customers.service.duplicates import DuplicateService
from app.features.customers.service.history import HistoryService
from app.features.customers.service.known import Comparison, KnownService
from app.features.customers.service.matching import MatchingService
from app.features.customers.service.merging import MergingService, Side
from app.features.customers.service.opening import Opening, OpeningService
from app.features.customers.service.parts import (
    ContactPointService,
    OrganizationProfileService,
    PartService,
    RelationshipService,
)
from app.features.customers.service.probing import ProbeService
from app.features.customers.service.revealing import RevealService, keep_reason
from app.features.customers.service.scanning import ScanService
from app.features.customers.service.searching import SearchService

__all__ = [
    "ARCHIVED",
    "BatchService",
    "BulkReveals",
    "Comparison",
    "ContactPointService",
    "CustomerService",
    "DuplicateService",
    "HistoryService",
    "KnownService",
    "MatchingService",
    "MergingService",
    "Opening",
    "OpeningService",
    "OrganizationProfileService",
    "Part",
    "PartService",
    "ProbeService",
    "RelationshipService",
    "RevealService",
    "ScanService",
    "SearchService",
    "Side",
    "keep_reason",
    "still_there",
]
