"""Two valid values for each field of the catalogue, in the form in which they leave again."""

from typing import Any, Final

from app.core.fields import Field
from app.core.records import Record

ORIGINAL, OTHER = 0, 1
# Fields whose values hang together, or whose form the kind's name does not tell.
NAMED: Final[dict[str, tuple[Any, Any]]] = {
    "contact-points.type": ("phone", "fax"),
    "contact-points.value": ("+8619911110001", "+8619911110002"),
    "addresses.postcode": ("200001", "510002"),
    "customers.kind": ("person", "person"),
    "person-profiles.id_number": ("110000190001010012", "E90000001"),
}
BY_KIND: Final[dict[str, tuple[Any, Any]]] = {
    "boolean": (True, False),
    "country": ("CN", "DE"),
    "credit-code": ("91110000MA0000000H", "91110000000000004T"),
    "date": ("2001-02-03", "2004-05-06"),
    "email": ("anna@one.example.com", "bert@two.example.com"),
    "industry": ("I65", "C13"),
    "language": ("zh-CN", "de"),
    "money": ({"amount": "12.50", "currency": "CNY"}, {"amount": "99.00", "currency": "EUR"}),
    "phone": ("+8619911110003", "+8618822220004"),
    "postcode": ("200003", "510004"),
    "time-zone": ("Asia/Shanghai", "Europe/Berlin"),
    "timestamp": ("2001-02-03T04:05:06Z", "2007-08-09T10:11:12Z"),
    "uuid": ("01890000-0000-7000-8000-00000000000a", "01890000-0000-7000-8000-00000000000b"),
    "wechat": ("abc_weixin1", "xyz_weixin2"),
    "whole-number": (34, 56),
}


def sample(record: type[Record], entry: Field, which: int) -> Any:
    """Return one of the two values of a field."""
    known = NAMED.get(f"{record.resource}.{entry.name}") or BY_KIND.get(entry.kind.name)
    if known is not None:
        return known[which]
    if entry.kind.choices is not None:
        return list(entry.kind.choices)[which].value
    return f"{'甲乙'[which]} {record.noun} {entry.name}"


def samples(record: type[Record]) -> dict[str, Any]:
    """Return a value for every field that a caller may set."""
    return {n: sample(record, e, ORIGINAL) for n, e in record.fields.items() if not e.owned}
