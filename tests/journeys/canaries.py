"""Canaries: values that can be told anywhere, one for every sealed field of the catalogue."""

from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any, Final

from app.core.fields import Field
from app.core.records import RESOURCES, Record

_numbers: Final = count(1)
_OF_KIND: Final[dict[str, str]] = {
    "credit-code": "91220000MA00B0000H",
    "date": "1937-11-29",
    "email": "kanarie{0}@cage.example.com",
    "id_number": "KNR9137QX",
    "phone": "+86139770012{0:02d}",
    "postcode": "KNR {0}QX",
    "wechat": "kanarie_wx{0}",
}


def canary(record: type[Record], entry: Field) -> str:
    """Return a value of the field's kind that stands nowhere else."""
    if record.noun == "contact_point":
        return f"+86139770099{next(_numbers):02d}"
    text = f"Kanarie {record.noun} {entry.name} {next(_numbers)}"
    return _OF_KIND.get(entry.kind.name, text).format(next(_numbers))


def canaries() -> dict[str, dict[str, str]]:
    """Return a canary for every sealed field that a caller may set, by resource."""
    return {
        name: {e.name: canary(record, e) for e in record.fields.values() if _is_caged(e)}
        for name, record in RESOURCES.items()
    }


def _is_caged(entry: Field) -> bool:
    return entry.is_sealed and not entry.owned


def _short(bird: str) -> bytes:
    return bird.removeprefix("+86").lower().encode()


class Watch:
    """Looks for canaries in texts and files, in clear or as the hexadecimal digits of a dump."""

    def __init__(self, flock: dict[str, dict[str, Any]], *others: str) -> None:
        self.caged = {_short(bird) for cage in flock.values() for bird in cage.values()}
        birds = self.caged | {_short(bird) for bird in others}
        self._forms = {form for bird in birds for form in (bird, bird.hex().encode())}

    def found_in(self, text: bytes) -> set[bytes]:
        """Return the canaries in a text."""
        lowered = text.lower()
        return {form for form in self._forms if form in lowered}

    def found_in_files(self, paths: Iterable[Path]) -> dict[str, set[bytes]]:
        """Return the canaries in files, by file."""
        found = {str(path): self.found_in(path.read_bytes()) for path in paths}
        return {path: birds for path, birds in found.items() if birds}
