"""The catalogue: what a field is, declared once beside its column."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Column

from app.core.kinds import Kind


class Level(StrEnum):
    """The harm that a value can do in the wrong hands."""

    OPEN = "open"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are granted together; scopes are `group:grade`.

    What `leads_to` a customer, a phone or an address, is masked in the common pool.
    """

    name: str
    en: str
    zh: str
    leads_to: bool = False

    def __post_init__(self) -> None:
        if self.name in GROUPS:
            message = f"the group {self.name} is declared twice"
            raise ValueError(message)
        GROUPS[self.name] = self


GROUPS: dict[str, Group] = {}


@dataclass(slots=True, kw_only=True, eq=False)
class Field:
    """A column's entry in the catalogue; sealed fields live in their group's envelope instead.

    `lookup` names the blind index that finds whole values (`lookup_by` the field whose value
    names it); `match` yields the keys that likely doubles share, of a value in its row; `owned`
    marks a field that only the service writes; `required` one that a new record must bring; `fixed`
    one that is set when the record is made and never after; `listed` is False for a sealed one that
    lists leave out unless they are asked for it.
    """

    kind: Kind
    en: str
    zh: str
    group: Group
    level: Level = Level.OPEN
    aliases: tuple[str, ...] = ()
    lookup: str | None = None
    lookup_by: str | None = None
    match: Callable[[Any, Mapping[str, Any]], Iterable[str]] | None = None
    required: bool = False
    owned: bool = False
    fixed: bool = False
    listed: bool = True
    default: Any = None
    about: str = ""
    example: Any = None
    name: str = ""
    home: str = ""
    column: Column[Any] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if self.example is None:
            self.example = self.kind.example

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @property
    def path(self) -> str:
        """The name under which this field alone is granted: `customers.phone`."""
        return f"{self.home}.{self.name}"

    @property
    def is_sealed(self) -> bool:
        """Whether the value stands in an envelope instead of a column of its own."""
        return self.level is not Level.OPEN

    @property
    def envelope(self) -> str:
        """The column of the envelope that carries the value."""
        return f"{self.group.name}_{self.level}"

    @property
    def import_names(self) -> tuple[str, ...]:
        """The headers under which a spreadsheet may bring this field."""
        return (self.name, self.en, self.zh, *self.aliases)

    def lookup_in(self, values: Mapping[str, Any]) -> str | None:
        """Return the blind index of this field in a row with these values, if it has one."""
        return values.get(self.lookup_by) if self.lookup_by else self.lookup

    def open_column(self) -> Column[Any]:
        """Return the plain column; a sealed field has none."""
        if self.column is None:
            message = f"{self.name} is sealed"
            raise LookupError(message)
        return self.column
