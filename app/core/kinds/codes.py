"""Codes of one thing among many: ids, and industries by GB/T 4754."""

import re
import uuid
from typing import Final

from sqlalchemy import Text, Uuid

from app.core.kinds.characters import folded, wire_text
from app.core.kinds.invalid import Invalid
from app.core.kinds.kind import EQUALITY, TEXT, Kind, stars

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INDUSTRY: Final = re.compile(r"([A-T]?)([0-9]{2,4})|[A-T]")
# GB/T 4754-2017: the last division (first two digits) of each section, A to T.
_LAST_DIVISIONS: Final = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRST",
        (5, 12, 43, 46, 50, 52, 60, 62, 65, 69, 70, 72, 75, 79, 82, 83, 85, 90, 96, 97),
        strict=True,
    )
)


def _uuid(value: object) -> uuid.UUID:
    if isinstance(value, uuid.UUID):
        return value
    written = wire_text(value)
    if not _UUID.fullmatch(written):
        raise Invalid("uuid-invalid")
    return uuid.UUID(written)


def _mask_uuid(_: object) -> str:
    """Show nothing but the form of an id."""
    return "********-****-****-****-************"


def _industry(value: object) -> str:
    """Check that the digits belong to the section; digits alone tell it themselves."""
    code = _INDUSTRY.fullmatch(folded(value, 10).upper())
    if not code:
        raise Invalid("industry-invalid")
    if not code[2]:
        return code[0]
    section = _section(int(code[2][:2]))
    if code[1] not in {"", section}:
        raise Invalid("industry-invalid")
    return f"{section}{code[2]}"


def _section(division: int) -> str:
    for section, last in _LAST_DIVISIONS.items():
        if 1 <= division <= last:
            return section
    raise Invalid("industry-invalid")


UUID: Final = Kind(
    name="uuid",
    column=Uuid(),
    schema={"type": "string", "format": "uuid"},
    example="01900000-0000-7000-8000-000000000001",
    normalise=_uuid,
    mask=_mask_uuid,
    operators=EQUALITY,
)
INDUSTRY: Final = Kind(
    name="industry",
    column=Text(),
    schema={"type": "string", "minLength": 1, "maxLength": 5},
    example="I65",
    normalise=_industry,
    mask=stars,
    operators=TEXT,
)
