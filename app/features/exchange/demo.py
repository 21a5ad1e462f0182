"""Demo customers: a small made-up world in two languages, as tables that are loaded like any."""

import hashlib
from collections.abc import Sequence
from typing import Final

from app.features.customers.models import (
    Customer,
    ExternalId,
    OrganizationProfile,
    PersonProfile,
)
from app.features.exchange.demo_writing import (
    CHINESE,
    ENGLISH,
    ORGANIZATIONS,
    PERSONS,
    Team,
    Writer,
    number_of,
)
from app.features.exchange.sheets import Sheet, SheetRow

SYSTEM: Final = "demo"


def demo_sheets(teams: Sequence[Team]) -> list[Sheet]:
    """Return the tables: half of the customers under Chinese headers, half under English ones."""
    return [_sheet(Writer(language, teams)) for language in (CHINESE, ENGLISH)]


def last_number() -> str:
    """Return the number of the customer that is loaded last."""
    return number_of(ENGLISH, PERSONS + ORGANIZATIONS - 1)


def _sheet(writer: Writer) -> Sheet:
    records = (ExternalId, Customer, PersonProfile, OrganizationProfile)
    written = list(writer.rows())
    used = {entry for row in written for entry in row}
    fields = [entry for record in records for entry in record.fields.values() if entry in used]
    headers = [(entry.zh, entry.en)[writer.language] for entry in fields]
    cells = [[row.get(entry, "") for entry in fields] for row in written]
    digest = hashlib.sha256(repr(cells).encode()).hexdigest()
    rows = (SheetRow(number, row) for number, row in enumerate([headers, *cells], 1))
    return Sheet(rows, len(written), digest)
