"""Every field: declared once and whole, in a group that somebody holds, sealed where it must be."""

from collections import Counter
from typing import Final

import pytest
from sqlalchemy import LargeBinary

from app.core.access import policy_of
from app.core.fields import GROUPS, Field, Level
from app.core.permissions import Permission
from app.core.records import RESOURCES, Record
from app.features.staff.roles import SHIPPED
from app.tables import load_all

load_all()
FIELDS: Final = [(record, e) for record in RESOURCES.values() for e in record.fields.values()]
# Columns of our own beside the catalogue, which no projection knows.
INTERNAL: Final = {"version", "name_tokens", "merged_into_id"}

each_field = pytest.mark.parametrize(
    ("record", "entry"), FIELDS, ids=[f"{r.resource}.{e.name}" for r, e in FIELDS]
)
each_record = pytest.mark.parametrize("record", RESOURCES.values(), ids=RESOURCES)


@each_field
def test_it_is_declared_whole(record: type[Record], entry: Field) -> None:
    """A field has its name, kind, group, level and a label in both languages."""
    assert record.fields[entry.name] is entry
    assert entry.kind.operators
    assert GROUPS[entry.group.name] is entry.group
    assert entry.level in Level
    assert entry.en.isprintable()
    assert any("\u4e00" <= character <= "\u9fff" or character == "Q" for character in entry.zh)


@each_field
def test_it_stands_in_a_column_or_in_an_envelope(record: type[Record], entry: Field) -> None:
    """A sealed field has no column of its own, an open one no envelope."""
    columns = record.table.c

    assert (entry.name in columns) is (entry.level is Level.OPEN)
    if entry.level is not Level.OPEN:
        assert entry.column is None
        assert isinstance(columns[entry.envelope].type, LargeBinary)
        assert entry in record.envelopes[entry.envelope]


@each_record
def test_no_column_is_unknown_to_the_catalogue(record: type[Record]) -> None:
    """Whatever stands in a table is a field, an envelope or one of the few internal columns."""
    known = {*record.fields, *record.envelopes, *INTERNAL}

    assert set(record.table.c.keys()) <= known


@each_record
def test_headers_of_spreadsheets_name_one_field(record: type[Record]) -> None:
    """No two fields of a record answer to the same header."""
    headers = Counter(
        header
        for entry in record.fields.values()
        if not entry.owned
        for header in {name.casefold() for name in entry.import_names}
    )

    assert [header for header, times in headers.items() if times > 1] == []


@each_record
def test_an_envelope_holds_one_group_and_level(record: type[Record]) -> None:
    """What is sealed together is granted together."""
    for entries in record.envelopes.values():
        assert len({(entry.group.name, entry.level) for entry in entries}) == 1


@each_record
def test_look_ups_are_of_sealed_fields(record: type[Record]) -> None:
    """A blind index serves a value that has no column to be found by."""
    looked_up = [e for e in record.fields.values() if e.lookup or e.lookup_by]

    assert all(entry.is_sealed for entry in looked_up)
    assert all(e.lookup_by in record.fields for e in looked_up if e.lookup_by)


def test_every_group_is_held_by_somebody() -> None:
    """No shipped field is in a group that no shipped role can read."""
    policies = [policy_of(frozenset(role.scopes())) for role in SHIPPED]
    used = {entry.group.name for _, entry in FIELDS}

    assert {name for name in used if not any(name in p.grades for p in policies)} == set()


def test_who_writes_reads_the_permission_to_write() -> None:
    """A role that may write a group may also call the operations that write."""
    for role in SHIPPED:
        scopes = role.scopes()
        writes = any(scope.endswith(":write") and scope in _grants() for scope in scopes)
        assert not writes or Permission.CUSTOMERS_WRITE in scopes, role.code


def _grants() -> set[str]:
    return {f"{entry.group.name}:write" for _, entry in FIELDS}
