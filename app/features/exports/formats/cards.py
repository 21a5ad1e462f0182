"""vCard 4.0 (RFC 6350): people and organisations for address books."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from app.core.fields import Field
from app.features.exports.formats.values import text_of

WIDEST: Final = 75  # octets of a line, without its end (RFC 6350, 3.2)
ADDRESS: Final = ("address", "district", "city", "province", "postcode", "country")
SIMPLE: Final = {
    "other_name": "NICKNAME",
    "phone": "TEL;VALUE=text",
    "email": "EMAIL",
    "wechat": "X-WECHAT",
    "tier": "CATEGORIES",
    "remark": "NOTE",
}
# What a card has a place for; the id of the customer is on each.
CARDED: Final = ("customer_id", "kind", "name", *SIMPLE, *ADDRESS)
ESCAPED: Final = str.maketrans(
    {"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", "\r": "", "\0": ""}
)


class CardWriter:
    """Writes a card for each customer; what is masked stands there masked."""

    media_type = "text/vcard; charset=utf-8"
    suffix = "vcf"

    def __init__(self, columns: Sequence[Field], *, chinese: bool, state: dict[str, Any]) -> None:
        del chinese  # names of properties are the same in every language
        self._columns = {entry.name for entry in columns}
        self.state = state

    def head(self) -> bytes:
        """Return nothing."""
        return b""

    def page(self, views: Sequence[dict[str, Any]]) -> bytes:
        """Return a card for each view."""
        return b"".join(self._card(view) for view in views)

    def tail(self) -> bytes:
        """Return nothing."""
        return b""

    def _card(self, view: dict[str, Any]) -> bytes:
        lines = ["BEGIN:VCARD", "VERSION:4.0", *self._properties(view), "END:VCARD"]
        return b"".join(_folded(line) for line in lines)

    def _properties(self, view: dict[str, Any]) -> Iterator[str]:
        told = {name: text_of(view.get(name)).translate(ESCAPED) for name in self._columns}
        identity = text_of(view["customer_id"])
        yield f"UID:urn:uuid:{identity}"
        if kind := told.get("kind"):
            yield f"KIND:{'individual' if kind == 'person' else 'org'}"
        yield f"FN:{told.get('name') or identity}"  # a card has to have one
        if kind == "organization" and told.get("name"):
            yield f"ORG:{told['name']}"
        yield from (f"{word}:{told[name]}" for name, word in SIMPLE.items() if told.get(name))
        street, *places = (told.get(name, "") for name in ADDRESS)
        if street or any(places):
            district, city, province, postcode, country = places
            first = " ".join(part for part in (district, street) if part)
            yield f"ADR:;;{first};{city};{province};{postcode};{country}"


def _folded(line: str) -> bytes:
    """Fold a line; no character is parted (RFC 6350, 3.2)."""
    if len(whole := line.encode()) <= WIDEST:
        return whole + b"\r\n"
    parts, part = [], b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > WIDEST:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
