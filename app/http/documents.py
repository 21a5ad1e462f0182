"""What routes say of themselves beyond their signature: pages, list parameters, headers."""

from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, Field

from app.core.records import Record

Item = TypeVar("Item")


class ListOf(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_cursor: str | None = Field(
        description="Pass it as `cursor` for the next page.", examples=[None]
    )
    has_more: bool = Field(description="Whether there is a next page.", examples=[False])
    count: int | None = Field(None, description="How many in all, when `count` asked for it.")

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """Name a list after what it shows: `CustomerList`."""
        return f"{params[0].__name__.removesuffix('View')}List"


PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "limit": {
        "name": "limit",
        "in": "query",
        "description": "Size of a page.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
    },
    "cursor": {
        "name": "cursor",
        "in": "query",
        "description": "`next_cursor` of the page before; the other parameters stay the same.",
        "schema": {"type": "string"},
    },
    "sort": {
        "name": "sort",
        "in": "query",
        "description": "Members to order by, comma-separated, `-` for descending.",
        "schema": {"type": "string"},
    },
    "fields": {
        "name": "fields",
        "in": "query",
        "description": "These members only, comma-separated; also those that lists leave out.",
        "schema": {"type": "string"},
    },
    "include": {
        "name": "include",
        "in": "query",
        "description": "Parts to bring along, comma-separated: contact_points, addresses, ...",
        "schema": {"type": "string"},
    },
    "count": {
        "name": "count",
        "in": "query",
        "description": "Count the rows as well.",
        "schema": {"type": "string", "enum": ["exact", "estimated"]},
    },
    "at": {
        "name": "at",
        "in": "query",
        "description": "A moment, RFC 3339.",
        "schema": {"type": "string", "format": "date-time"},
    },
    "resource": {
        "name": "resource",
        "in": "query",
        "description": "Which record: the customer itself or a profile.",
        "schema": {
            "type": "string",
            "enum": ["customers", "person-profiles", "organization-profiles"],
            "default": "customers",
        },
    },
    "last_event_id": {
        "name": "Last-Event-ID",
        "in": "header",
        "description": "The `id` of the event that you saw last; what you know is not sent again.",
        "schema": {"type": "string"},
    },
    "if_none_match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag you hold; 304 when you would see the same.",
        "schema": {"type": "string"},
    },
}
LISTING: Final = ("limit", "cursor", "sort", "fields", "count")


def parameters(*names: str) -> dict[str, Any]:
    """Return the OpenAPI parameters of these names."""
    return {"parameters": [PARAMETERS[name] for name in names]}


def list_route(record: type[Record], *, include: bool = False) -> dict[str, Any]:
    """Return the parameters of a list: paging, and a filter for every comparable member."""
    names = (*LISTING, "include") if include else LISTING
    filters = [
        _filter(entry.name, operator, entry.kind.schema, entry.group.name)
        for entry in (*record.fields.values(), *(lent for _, lent in record.also_found_by.values()))
        if not entry.is_sealed
        for operator in sorted(entry.kind.operators)
    ]
    return {"parameters": [*(PARAMETERS[name] for name in names), *filters]}


def _filter(name: str, operator: str, schema: Any, group: str) -> dict[str, Any]:
    shape = {key: value for key, value in schema.items() if key in {"type", "format", "enum"}}
    if operator in {"in", "any", "all", "prefix"}:
        shape = {"type": "string"}
    if operator == "null":
        shape = {"type": "boolean"}
    return {
        "name": name if operator == "eq" else f"{name}.{operator}",
        "in": "query",
        "required": False,
        "schema": shape,
        "x-group": group,
    }


def table_body(example: str) -> dict[str, Any]:
    """Return what a route says of a table that it takes in place of JSON."""
    schema = {"type": "string", "description": "CSV in UTF-8; the first row names the members."}
    dry_run = {
        "name": "dry_run",
        "in": "query",
        "description": "With CSV only, in place of the member: whether to check without a change.",
        "schema": {"type": "boolean", "default": False},
    }
    body = {"content": {"text/csv": {"schema": schema, "example": example}}}
    return {"parameters": [dry_run], "requestBody": body}
