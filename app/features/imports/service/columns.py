"""Columns: which one brings which field, proposed by the headers and corrected by a person."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.core.access import Decision, Policy
from app.core.fields import Field
from app.core.problems import Fault, FieldNotAvailable, FieldReadOnly, Malformed
from app.core.records import Record
from app.features.customers.models import Customer, ExternalId, OrganizationProfile
from app.features.exchange.headings import RECORDS, Column, Headings, recognise
from app.features.exchange.sheets import SheetRow
from app.features.imports.models import MatchKey

Mapped = Sequence[Sequence[str]]
KNOWN: Final[Mapping[str, tuple[type[Record], Field]]] = {
    entry.path: (record, entry)
    for records in RECORDS.values()
    for record in records
    for entry in record.fields.values()
}
# What a match key needs a column for, and the look-up that it is found by.
KEYS: Final[Mapping[str, Field]] = {
    MatchKey.EXTERNAL_ID: ExternalId.value,
    MatchKey.IDENTITY: Customer.name,
    MatchKey.PHONE: Customer.phone,
    MatchKey.EMAIL: Customer.email,
    MatchKey.CREDIT_CODE: OrganizationProfile.registration_no,
}


def proposed(row: SheetRow, policy: Policy) -> list[list[str]]:
    """Propose fields by column, of those that the actor may write; others are unknown headers."""
    found: list[list[str]] = [[] for _ in row.cells]
    taken: set[str] = set()
    for columns in recognise(row).columns.values():
        for column in columns:
            path = column.entry.path
            is_there = path in found[column.place]
            if is_there or path in taken or not policy.may_write(column.entry):
                continue
            found[column.place].append(path)
            taken.add(path)
    return found


def usual_key(mapped: Mapped) -> str:
    """Return the match key that a mapping suggests: a number of another system, if it has one."""
    given = {path for paths in mapped for path in paths}
    return MatchKey.EXTERNAL_ID if ExternalId.value.path in given else MatchKey.IDENTITY


def require_columns(mapped: Mapped, policy: Policy) -> None:
    """Refuse fields that are unknown or hidden, in the same words; then those not to be written.

    Raises FieldNotAvailable, FieldReadOnly, Malformed for a field that two columns bring.
    """
    paths = [path for given in mapped for path in given]
    unknown = [path for path in paths if not _is_seen(path, policy)]
    if unknown:
        raise FieldNotAvailable(names=unknown)
    closed = [path for path in paths if not policy.may_write(KNOWN[path][1])]
    if closed:
        raise FieldReadOnly(names=closed)
    seen: set[str] = set()
    for place, given in enumerate(mapped):
        if len({*given}) < len(given) or not seen.isdisjoint(given):
            raise Malformed(faults=[Fault(f"/columns/{place}", "given-twice")])
        seen.update(given)


def require_key(mapped: Mapped, match: str) -> None:
    """Refuse a match key that no column brings."""
    if not any(KEYS[match].path in given for given in mapped):
        raise Malformed(faults=[Fault("/match", "match-not-mapped")])


def headings_of(headers: Sequence[str], number: int, mapped: Mapped) -> Headings:
    """Return the headings that a mapping makes of a row of headers."""
    columns = {
        kind: tuple(
            Column(place, headers[place].strip(), *KNOWN[path])
            for place, paths in enumerate(mapped)
            for path in paths
            if KNOWN[path][0] in records
        )
        for kind, records in RECORDS.items()
    }
    return Headings(SheetRow(number, list(headers)), columns, ())


def is_shown(paths: Sequence[str], policy: Policy) -> bool:
    """Whether an actor sees in clear what a column brings; what is not mapped is nobody's."""
    return bool(paths) and all(
        path in KNOWN and policy.on_read(KNOWN[path][1]) is Decision.SHOW for path in paths
    )


def is_written(paths: Sequence[str], policy: Policy) -> bool:
    """Whether an actor may write what a column brings."""
    return bool(paths) and all(path in KNOWN and policy.may_write(KNOWN[path][1]) for path in paths)


def may_judge(mapped: Mapped, policy: Policy) -> bool:
    """Whether an actor sees something of every field that a mapping brings."""
    return all(_is_seen(path, policy) for given in mapped for path in given)


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a row brings by the path of their field."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name in Customer.fields:
            found[Customer.fields[name].path] = value
        elif name == "external_ids":
            found |= {ExternalId.fields[n].path: v for one in value for n, v in one.items()}
        else:
            home = f"{name.removesuffix('_profile')}-profiles"
            found |= {f"{home}.{n}": v for n, v in value.items()}
    return found


def _is_seen(path: str, policy: Policy) -> bool:
    known = KNOWN.get(path)
    return known is not None and policy.on_read(known[1]) is not Decision.HIDE
