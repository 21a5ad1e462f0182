"""What stands in the two worlds: the same where a role sees it, and different where it does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.core.access import Decision
from app.core.fields import Field
from app.core.permissions import Permission
from app.core.records import TRACE, Record
from tests.journeys.matrix.cells import RECORDS, Seat
from tests.journeys.matrix.samples import sample

# Beside the first sample, another value with the same mask.
TWINS: Final[dict[str, Any]] = {
    "phone": "+8619922220003",
    "email": "axel@three.example.com",
    "wechat": "axy_weixin9",
    "party-name": "甲 somebody else",
    "credit-code": "91220000MA00B0000H",
    "id_number": "110000195512010092",
}
CONTACT_TWIN: Final = "+8619922220001"
MOST_PLACES: Final = 6
KNOWN_PHONE: Final = "+8613912345678"


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses values for one role's eyes in one of the two worlds.

    `real` has two values for each field that has to name somebody who is there.
    """

    seat: Seat
    world: int
    real: Mapping[str, tuple[str, str]]

    @property
    def is_free(self) -> bool:
        """Whether even the number of hidden rows and changes may differ without being seen."""
        log = {Permission.AUDIT_READ, Permission.ACCESS_LOG_READ}
        return TRACE.name not in self.seat.policy.grades and not any(map(self.seat.may, log))

    def sample(self, record: type[Record], entry: Field, which: int) -> Any:
        """Return one of the two values of a field."""
        real = self.real.get(entry.name)
        return sample(record, entry, which) if real is None else real[which]

    def near(self, record: type[Record], place: int) -> dict[str, Any]:
        """Return a row of a customer within reach."""
        row = {
            name: self._near(record, entry, place)
            for name, entry in record.fields.items()
            if not entry.owned
        }
        return {name: value for name, value in row.items() if value is not None}

    def far(self, record: type[Record], place: int) -> dict[str, Any]:
        """Return a row of a customer out of reach: nothing of it is alike in both worlds."""
        row = {
            n: self.sample(record, e, self.world) for n, e in record.fields.items() if not e.owned
        }
        if record.noun == "customer":
            row["phone"] = KNOWN_PHONE if self.world else f"+861391111000{place}"
        return row

    def unseen(self, record: type[Record], place: int) -> dict[str, Any]:
        """Return a change of all that the role sees masked or not at all."""
        known = {"department_id"}
        return {
            entry.name: self._near(record, entry, place)
            for home, entry in concealed(self.seat)
            if home is record and entry.name not in known
        }

    def _near(self, record: type[Record], entry: Field, place: int) -> Any:
        decision = self.seat.policy.on_read(entry)
        if decision is Decision.SHOW:
            return self.sample(record, entry, place % 2)
        if decision is Decision.MASK:
            return self.twin(record, entry)
        is_empty = not entry.required and place % 3 == 2 - self.world
        return None if is_empty else self.sample(record, entry, self.world)

    def twin(self, record: type[Record], entry: Field) -> Any:
        """Return one of two values that look the same when masked."""
        first = self.sample(record, entry, 0)
        if not self.world:
            return first
        if record.noun == "contact_point":
            return CONTACT_TWIN
        return TWINS.get(entry.kind.name) or self.sample(record, entry, 1)


def concealed(seat: Seat) -> list[tuple[type[Record], Field]]:
    """Return every settable field that the role does not see in clear."""
    return [
        (record, entry)
        for record in RECORDS
        for entry in record.fields.values()
        if not (entry.owned or entry.fixed or seat.shows(entry))
    ]
