"""Schemas derived from the catalogue: inputs that check themselves, views that only describe."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Final, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    WrapValidator,
    create_model,
)

from app.core.access import Decision, Policy
from app.core.fields import Field as Entry
from app.core.problems import Fault, FieldNotAvailable, FieldReadOnly, Malformed
from app.core.projections import is_seen
from app.core.records import Record

Model = TypeVar("Model", bound=type[BaseModel])
CODES: Final = {
    "missing": "missing",
    "model_type": "type-object",
    "dict_type": "type-object",
    "list_type": "type-list",
    "string_type": "type-string",
    "uuid_type": "type-string",
    "int_type": "type-integer",
    "bool_type": "type-boolean",
    "uuid_parsing": "uuid-invalid",
    "literal_error": "choice-unknown",
    "enum": "choice-unknown",
    "string_too_long": "text-too-long",
    "string_too_short": "text-empty",
    "too_long": "list-too-long",
    "too_short": "list-empty",
    "greater_than_equal": "number-out-of-range",
    "less_than_equal": "number-out-of-range",
}


class Tagged(BaseModel):
    """What leaves with an ETag."""


class View(Tagged):
    """What leaves; only describes, since projections fill it."""

    withheld: dict[str, str] = Field(
        description="Members that you do not see in clear: name to `masked` or `hidden`.",
        examples=[{"phone": "masked", "id_number": "hidden"}],
    )


class Input(BaseModel):
    """What comes in: members of one record, and inputs nested in it."""

    model_config = ConfigDict(extra="forbid", strict=True)
    record: ClassVar[type[Record]]

    def values(self) -> dict[str, Any]:
        """Return the members that were sent, normalised."""
        return self.model_dump(exclude_unset=True)


class ItemFault(BaseModel):
    """A value of an item that will not do."""

    pointer: str = Field(description="A JSON pointer into the item.")
    code: str
    message: str


class ItemProblem(BaseModel):
    """Why an item was refused."""

    type: str
    title: str
    status: int
    errors: list[ItemFault] | None = None
    names: list[str] | None = None


def view_of(record: type[Record], *, summary: bool = False) -> Callable[[Model], Model]:
    """Give a view every member of the record; all of them always present, any of them null.

    A summary may lack those that a list leaves out.
    """

    def derive(cls: Model) -> Model:
        members = {
            name: (_shown(entry), _left_out() if summary and not entry.listed else ...)
            for name, entry in record.fields.items()
        }
        return _model(cls, members)

    return derive


def input_of(
    record: type[Record],
    *,
    partial: bool = False,
    optional: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Callable[[Model], Model]:
    """Give an input the record's settable members; a partial one requires none of them.

    Null empties a member, unless every row has to have it.
    `without` leaves out what the place of an input says already.
    """

    def derive(cls: Model) -> Model:
        cls.record = record  # type: ignore[attr-defined]  # the class is an Input
        members = {
            name: _taken(entry, partial=partial, optional=name in optional)
            for name, entry in record.fields.items()
            if not (entry.owned or name in without or (partial and entry.fixed))
        }
        return _model(cls, members)

    return derive


def _model(cls: Model, members: Mapping[str, Any]) -> Model:
    return create_model(  # type: ignore[return-value]  # a subclass of cls
        cls.__name__, __base__=cls, __module__=cls.__module__, __doc__=cls.__doc__, **members
    )


def describe(entry: Entry) -> dict[str, Any]:
    """Return the JSON Schema of a member with its labels, group and level."""
    return {
        **entry.kind.schema,
        "title": entry.en,
        "description": " ".join(filter(None, [entry.zh + ".", entry.about])),
        "examples": [entry.example],
        "x-group": entry.group.name,
        "x-level": entry.level.value,
    }


def _shown(entry: Entry) -> Any:
    schema = describe(entry)
    kept = {key: schema.pop(key) for key in ("title", "description", "x-group", "x-level")}
    examples = schema.pop("examples")
    shape = {"type": "string"} if entry.is_sealed and "enum" not in schema else schema
    return Annotated[
        Any, WithJsonSchema({"anyOf": [shape, {"type": "null"}], **kept, "examples": examples})
    ]


def _taken(entry: Entry, *, partial: bool, optional: bool) -> Any:
    annotation, schema = entry.kind.annotation, describe(entry)
    if entry.required and not optional:
        return Annotated[annotation, WithJsonSchema(schema)], _left_out() if partial else ...
    nullable = {"anyOf": [dict(entry.kind.schema), {"type": "null"}], **_about(schema)}
    return Annotated[annotation, WrapValidator(_or_nothing), WithJsonSchema(nullable)], _left_out()


def _left_out() -> Any:
    """Give a member that may be left out no default to show: null would say something else."""
    return Field(None, json_schema_extra=_without_default)


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def _or_nothing(value: Any, check: Callable[[Any], Any]) -> Any:
    """Let null through: it empties a member."""
    return None if value is None else check(value)


def _about(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: schema[key] for key in ("title", "description", "examples", "x-group", "x-level")}


def admit(model: type[Input], body: Any, policy: Policy) -> Any:
    """Check every name in a body against the policy, then its values; returns the input.

    Raises FieldNotAvailable for hidden and unknown names alike, FieldReadOnly, Malformed.
    """
    refused: list[str] = []
    closed: list[str] = []
    _check_names(model, body, policy, refused, closed)
    if refused:
        raise FieldNotAvailable(names=refused)
    if closed:
        raise FieldReadOnly(names=closed)
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise Malformed(faults=_faults(error)) from None


def _check_names(
    model: type[Input], body: Any, policy: Policy, refused: list[str], closed: list[str]
) -> None:
    if not isinstance(body, dict):
        return
    fields = model.record.fields if hasattr(model, "record") else {}
    for name, value in body.items():
        entry = fields.get(name)
        if entry is not None and name in model.model_fields:
            if policy.on_read(entry) is Decision.HIDE:
                refused.append(name)
            elif not policy.may_write(entry):
                closed.append(name)
        elif entry is not None and policy.on_read(entry) is not Decision.HIDE:
            closed.append(name)
        elif name in model.model_fields:
            _check_nested(model, name, value, policy, refused, closed)
        else:
            refused.append(name)


def _check_nested(
    model: type[Input],
    name: str,
    value: Any,
    policy: Policy,
    refused: list[str],
    closed: list[str],
) -> None:
    nested = nested_input(model, name)
    if nested is None:
        return
    if hasattr(nested, "record") and not _any_writable(nested.record, policy):
        (closed if is_seen(nested.record, policy) else refused).append(name)
        return
    for part in value if isinstance(value, list) else [value]:
        _check_names(nested, part, policy, refused, closed)


def nested_input(model: type[BaseModel], name: str) -> type[Input] | None:
    """Return the input that a member nests, alone or in a list."""
    return _first_input(model.model_fields[name].annotation)


def _first_input(annotation: Any) -> type[Input] | None:
    if isinstance(annotation, type) and issubclass(annotation, Input):
        return annotation
    found = (_first_input(part) for part in get_args(annotation))
    return next((part for part in found if part is not None), None)


def _any_writable(record: type[Record], policy: Policy) -> bool:
    return any(policy.may_write(entry) for entry in record.fields.values())


def _faults(error: ValidationError) -> Sequence[Fault]:
    found = []
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        pointer = "".join(f"/{part}" for part in fault["loc"])
        kind = fault["type"]
        found.append(Fault(pointer, kind if "-" in kind else CODES.get(kind, "unacceptable")))
    return found
