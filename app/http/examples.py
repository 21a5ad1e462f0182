"""Examples: a request and an answer for every operation, made from the catalogue's own examples."""

from collections.abc import Mapping
from typing import Any, Final

from app.core import kinds
from app.core.fields import Level
from app.core.records import RESOURCES, TRACE, Record

Schema = Mapping[str, Any]
REFERENCE: Final = "#/components/schemas/"
FORMATS: Final = {
    "uuid": kinds.UUID.example,
    "date": kinds.DATE.example,
    "date-time": kinds.TIMESTAMP.example,
}
PLAIN: Final = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "null": None}
PATCHED: Final = 3


class Examples:
    """Makes values that fit the schemas of the document."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._records = {
            f"{record.__name__}{kind}": record
            for record in RESOURCES.values()
            for kind in ("View", "SummaryView")
        }

    def answer(self, schema: Schema) -> Any:
        """Return what the service might answer; of a view, what a usual role would see."""
        if name := _referred(schema):
            record = self._records.get(name)
            return self._view(name, record) if record else self.answer(self._schemas[name])
        if "examples" in schema:
            return schema["examples"][0]
        if schema.get("type") == "array":
            return [self.answer(schema["items"])]
        if "properties" in schema:
            members = schema["properties"]
            return {name: self.answer(members[name]) for name in schema.get("required", ())}
        return self.answer(chosen) if (chosen := _chosen(schema)) else _plain(schema)

    def words(self, schema: Schema) -> str:
        """Return the first line that describes a schema."""
        described = self._schemas[name] if (name := _referred(schema)) else schema
        return str(described.get("description", "The answer.")).split("\n", maxsplit=1)[0]

    def masked_member(self, view: str) -> str:
        """Return the first member of a view that a usual role sees masked."""
        record = self._records[view]
        return next(name for name in record.fields if _is_masked(record, name))

    def revealed(self, view: str) -> dict[str, Any]:
        """Return that member in clear, with the record's id."""
        members = self._schemas[view]["properties"]
        names = (self._records[view].key, self.masked_member(view))
        return {**{name: self.answer(members[name]) for name in names}, "withheld": {}}

    def request(self, schema: Schema, *, patch: bool) -> Any:
        """Return what a client might send; a patch has few members and names no other record."""
        if name := _referred(schema):
            return self.request(self._schemas[name], patch=patch)
        if "examples" in schema:
            return schema["examples"][0]
        if schema.get("type") == "array":
            return [self.request(schema["items"], patch=patch)]
        if "properties" in schema:
            return self._members(schema, patch=patch)
        return self.request(chosen, patch=patch) if (chosen := _chosen(schema)) else _plain(schema)

    def _members(self, schema: Schema, *, patch: bool) -> dict[str, Any]:
        members, required = schema["properties"], schema.get("required", ())
        told = [name for name in members if name in required or _is_told(members[name])]
        if patch:
            sealed = [
                name for name in told if members[name].get("x-level", Level.OPEN) != Level.OPEN
            ]
            told = (sealed or told)[:PATCHED]
        elif not required and not any("x-group" in member for member in members.values()):
            told = told[:1]
        return {name: self.request(members[name], patch=False) for name in told}

    def _view(self, name: str, record: type[Record]) -> dict[str, Any]:
        """Mask what can be looked up, and hide who changed the record: so most roles see it."""
        schema = self._schemas[name]
        seen = {member: self.answer(schema["properties"][member]) for member in schema["required"]}
        withheld: dict[str, str] = {}
        for member, entry in record.fields.items():
            if member not in seen:
                continue
            if entry.group is TRACE:
                seen[member], withheld[member] = None, "hidden"
            elif _is_masked(record, member):
                seen[member], withheld[member] = entry.kind.mask(seen[member]), "masked"
        return {**seen, "withheld": withheld}


def _is_masked(record: type[Record], name: str) -> bool:
    entry = record.fields[name]
    return bool(entry.lookup or entry.lookup_by) or (entry.is_sealed and not _has_lookup(record))


def _has_lookup(record: type[Record]) -> bool:
    return any(entry.lookup or entry.lookup_by for entry in record.fields.values())


def _is_told(schema: Schema) -> bool:
    """Whether an optional member belongs into an example: it has one, and names no other record."""
    if schema.get("type") == "array":
        return True
    return "examples" in schema and _chosen(schema).get("format") != "uuid"


def _chosen(schema: Schema) -> Schema:
    """Return the first alternative that is not null."""
    return next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), {})


def _referred(schema: Schema) -> str | None:
    reference: str | None = schema.get("$ref")
    return reference.removeprefix(REFERENCE) if reference else None


def _plain(schema: Schema) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    return schema.get("minimum", PLAIN.get(schema.get("type", ""), {}))
