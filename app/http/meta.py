"""The field catalogue as data: what a form or a filter can be drawn from, as far as one may see."""

from typing import Any

from pydantic import BaseModel, Field

from app.core.access import Decision, Policy
from app.core.fields import Field as Entry
from app.core.permissions import Permission
from app.core.problems import NotFound
from app.core.records import RESOURCES, Record
from app.core.views import Listed, Shown
from app.http.documents import ListOf
from app.http.routes import Work, feature_router

router = feature_router("meta")


class Labels(BaseModel):
    """A word in both languages."""

    en: str
    zh: str


class ChoiceMeta(Labels):
    """One of a closed set."""

    value: str


class FieldMeta(BaseModel):
    """A member of a resource."""

    name: str
    kind: str = Field(examples=["phone"])
    label: Labels
    group: str
    group_label: Labels
    level: str = Field(examples=["personal"])
    value: dict[str, Any] = Field(description="JSON Schema of the value: type, limits, choices.")
    choices: list[ChoiceMeta] | None
    operators: list[str] = Field(description="Comparisons that lists take.")
    is_looked_up: bool = Field(description="Whether search finds it by its whole value.")
    is_required: bool
    is_listed: bool = Field(description="Whether lists show it without being asked.")
    read: str = Field(examples=["show"])
    write: bool
    import_names: list[str]


class ResourceMeta(BaseModel):
    """A resource and those of its members that you may see."""

    resource: str
    fields: list[FieldMeta]


@router.get("/resources", permission=Permission.SIGNED_IN, response_model=ListOf[ResourceMeta])
async def list_resources(work: Work) -> Listed:
    """List every resource with its fields, as far as your grades reach."""
    policy = work.actor.policy
    shown = [_resource(record, policy) for _, record in sorted(RESOURCES.items())]
    return Listed([resource for resource in shown if resource["fields"]])


@router.get(
    "/{resource}",
    permission=Permission.SIGNED_IN,
    response_model=ResourceMeta,
    problems=(NotFound,),
)
async def get_resource(resource: str, work: Work) -> Shown:
    """Show the fields of one resource, as far as your grades reach."""
    record = RESOURCES.get(resource)
    if record is None:
        raise NotFound
    shown = _resource(record, work.actor.policy)
    if not shown["fields"]:
        raise NotFound
    return Shown(shown)


def _resource(record: type[Record], policy: Policy) -> dict[str, Any]:
    seen = [e for e in record.fields.values() if policy.on_read(e) is not Decision.HIDE]
    return {"resource": record.resource, "fields": [_field(entry, policy) for entry in seen]}


def _field(entry: Entry, policy: Policy) -> dict[str, Any]:
    decision = policy.on_read(entry)
    comparable = not entry.is_sealed and decision is Decision.SHOW
    return {
        "name": entry.name,
        "kind": entry.kind.name,
        "label": {"en": entry.en, "zh": entry.zh},
        "group": entry.group.name,
        "group_label": {"en": entry.group.en, "zh": entry.group.zh},
        "level": entry.level.value,
        "value": dict(entry.kind.schema),
        "choices": _choices(entry),
        "operators": sorted(entry.kind.operators) if comparable else [],
        "is_looked_up": entry.lookup is not None,
        "is_required": entry.required and not entry.owned,
        "is_listed": entry.listed,
        "read": decision.value,
        "write": policy.may_write(entry),
        "import_names": list(dict.fromkeys(entry.import_names)),
    }


def _choices(entry: Entry) -> list[dict[str, str]] | None:
    choices = entry.kind.choices
    if choices is None:
        return None
    return [{"value": one.value, "en": one.en, "zh": one.zh} for one in choices]
