"""Incoming rows: from cells to checked values, or to the reasons why a row will not do."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import orjson

from app.core.fields import Field
from app.core.kinds import Invalid
from app.core.records import Record
from app.core.remembering import remembered
from app.features.customers.models import (
    Customer,
    ExternalId,
    OrganizationProfile,
    PersonProfile,
)
from app.features.exchange.cells import is_filled
from app.features.exchange.headings import Column, Headings
from app.features.exchange.references import References, id_reader
from app.features.exchange.sheets import SheetRow

PROFILES: Final[Mapping[str, tuple[str, type[Record]]]] = {
    "person": ("person_profile", PersonProfile),
    "organization": ("organization_profile", OrganizationProfile),
}
# What the names of organisations end in; whoever has no such name is taken for a person.
_ORGANIZATION: Final = re.compile(
    r"(?:公司|集团|商行|银行|医院|学校|大学|学院|协会|研究院|研究所|事务所|工作室|合作社|有限合伙"
    r"|..[厂店]|\b(?:ltd|inc|llc|llp|plc|gmbh|corp|corporation|company|co|group)\.?)[)）]?\s*$",
    re.IGNORECASE,
)
REMEMBERED: Final = 4096
Convert = Callable[[str], Any]


class Outcome(StrEnum):
    """What becomes of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row will not do: a code, and the column if it is one column's fault."""

    code: str
    header: str = ""


@dataclass(slots=True)
class Incoming:
    """A row that was read: its members as an input has them, and the claim that tells it again."""

    row: SheetRow
    kind: str
    values: dict[str, Any]
    claim: Mapping[str, str]
    refusals: list[Refusal] = field(default_factory=list)
    outcome: Outcome = Outcome.REFUSED

    def refuse(self, code: str) -> None:
        """Refuse the row as a whole."""
        self.refusals.append(Refusal(code))
        self.outcome = Outcome.REFUSED


class RowReader:
    """Reads the rows of one table by its headings."""

    def __init__(self, headings: Headings, references: References, system: str) -> None:
        self._headers = headings.row.cells
        self._system = system
        special = {
            Customer.department_id: id_reader(references.departments, "department-unknown"),
            Customer.owner_id: id_reader(references.colleagues, "colleague-unknown"),
        }
        self._plans = {
            kind: _Plan(headings.columns[kind], record, special)
            for kind, (_, record) in PROFILES.items()
        }
        places = {kind: plan.places for kind, plan in self._plans.items()}
        person, organization = places["person"], places["organization"]
        self._foreign = {"person": organization - person, "organization": person - organization}
        own = {column.entry: column for column in headings.columns["person"]}
        self._kind, self._name = own.get(Customer.kind), own.get(Customer.name)
        self._read_kind = Customer.kind.kind.from_text or Customer.kind.kind.normalise

    def read(self, row: SheetRow) -> Incoming:
        """Check every cell of a row."""
        refusals = self._misplaced(row)
        cells = row.cells + [""] * (len(self._headers) - len(row.cells))
        given = self._given_kind(cells, refusals)
        kind = given or self._derived_kind(cells)
        if any(is_filled(cells[place]) for place in self._foreign[kind]):
            refusals.append(Refusal("profile-mismatch"))
        members = self._plans[kind].read(cells, refusals)
        values = members.own
        if given:
            values["kind"] = given
        if members.profile:
            values[PROFILES[kind][0]] = members.profile
        if "value" not in members.external:
            return Incoming(row, kind, values, self._plans[kind].identity(members), refusals)
        claim = {"system": self._system, **members.external}
        values["external_ids"] = [claim]
        return Incoming(row, kind, values, claim, refusals)

    def _misplaced(self, row: SheetRow) -> list[Refusal]:
        """Refuse rows that seem to have slipped, and numbers that lost their last digits."""
        beyond = row.cells[len(self._headers) :]
        found = [Refusal("too-many-cells")] if any(map(is_filled, beyond)) else []
        return found + [
            Refusal("number-inexact", self._headers[place])
            for place in row.inexact
            if place < len(self._headers)
        ]

    def _given_kind(self, cells: Sequence[str], refusals: list[Refusal]) -> str | None:
        if self._kind is None or not is_filled(cells[self._kind.place]):
            return None
        try:
            kind: str = self._read_kind(cells[self._kind.place])
        except Invalid as refused:
            refusals.append(Refusal(refused.code, self._kind.header))
            return None
        return kind

    def _derived_kind(self, cells: Sequence[str]) -> str:
        """Take for an organisation what has facts that only one has, or is called like one."""
        if any(is_filled(cells[place]) for place in self._foreign["person"]):
            return "organization"
        name = cells[self._name.place] if self._name else ""
        return "organization" if _ORGANIZATION.search(name) else "person"


@dataclass(frozen=True, slots=True)
class _Members:
    """What a row brings: to the master record, to the profile, and as an id elsewhere."""

    own: dict[str, Any] = field(default_factory=dict)
    profile: dict[str, Any] = field(default_factory=dict)
    external: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Step:
    """One column: where its cells stand, what converts them, and where their values go."""

    place: int
    header: str
    name: str
    convert: Convert
    part: int


class _Plan:
    """The columns of one kind of customer, as steps."""

    def __init__(
        self, columns: Sequence[Column], profile: type[Record], special: Mapping[Field, Convert]
    ) -> None:
        self.places = {column.place for column in columns}
        records = (Customer, profile, ExternalId)
        self._steps = tuple(
            _Step(
                column.place,
                column.header,
                column.entry.name,
                special.get(column.entry) or _converter(column),
                records.index(column.record),
            )
            for column in columns
            if column.entry is not Customer.kind
        )
        looked_up = [column.entry.name for column in columns if column.entry.lookup]
        self._telling = sorted(looked_up)

    def read(self, cells: Sequence[str], refusals: list[Refusal]) -> _Members:
        """Convert the cells that are filled."""
        members = _Members()
        parts = (members.own, members.profile, members.external)
        for step in self._steps:
            cell = cells[step.place]
            if not cell or cell.isspace():
                continue
            try:
                parts[step.part][step.name] = step.convert(cell)
            except Invalid as refused:
                refusals.append(Refusal(refused.code, step.header))
        return members

    def identity(self, members: _Members) -> Mapping[str, str]:
        """Claim a row that has no number by its name and all that tells it from others.

        Without any of those it is the whole row: two people may well have one name. The system is
        empty, which no real one is.
        """
        values = members.own | members.profile
        told = [f"{name}={values[name]}" for name in self._telling if name in values]
        if told:
            return {"system": "", "value": "\x1f".join([str(values.get("name")), *told])}
        whole = orjson.dumps(values, option=orjson.OPT_SORT_KEYS, default=str)
        return {"system": "", "value": whole.decode()}


def _converter(column: Column) -> Convert:
    """Return what reads a cell; of what is not personal, values come again and are remembered."""
    kind = column.entry.kind
    convert = kind.from_text or kind.normalise
    return convert if column.entry.is_sealed else remembered(REMEMBERED)(convert)
