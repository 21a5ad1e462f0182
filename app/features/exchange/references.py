"""References: the names by which a table may call departments and colleagues."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.core.kinds import Invalid
from app.features.exchange.headings import plain_name

Named = Mapping[str, UUID | None]


@dataclass(frozen=True, slots=True)
class References:
    """Ids by plain name; a name that several have leads to none of them."""

    departments: Named = field(default_factory=dict)
    colleagues: Named = field(default_factory=dict)


def named(entries: Iterable[tuple[UUID, Iterable[str | None]]]) -> dict[str, UUID | None]:
    """Index ids by all their names."""
    found: dict[str, UUID | None] = {}
    for one, names in entries:
        for name in {plain_name(name) for name in names if name}:
            found[name] = None if found.get(name, one) != one else one
    return found


def id_reader(known: Named, refusal: str) -> Callable[[str], UUID]:
    """Return what reads a cell with a name or an id; any other cell it refuses with this code."""
    by_name = {**{plain_name(str(one)): one for one in known.values() if one}, **known}

    def read(cell: str) -> UUID:
        found = by_name.get(plain_name(cell))
        if found is None:
            raise Invalid(refusal)
        return found

    return read
